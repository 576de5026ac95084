import { keccak256, toUtf8Bytes } from "ethers";
import { DrydockError, ERRORS } from "../../errors/drydock-error.js";
import type { Finding } from "../finding.js";
import { baselineSchema, type Baseline, type BaselineEntry } from "../schema/check-baseline.js";
import { ruleOf } from "./registry.js";
import type { Suppressed } from "./suppressions.js";

/** What identifies a finding over time: no line numbers, no white space, no comments. */
export type FindingKey = Pick<BaselineEntry, "rule" | "contract" | "function" | "snippet">;

/** Key of a finding whose place shows `text`. */
export function keyOf(finding: Finding, text: string): FindingKey {
  return {
    rule: finding.rule,
    contract: finding.where.contract ?? "",
    function: finding.where.function ?? "",
    snippet: snippetHash(text),
  };
}

/** keccak256 of source text without comments and white space. */
export function snippetHash(text: string): string {
  const normalized = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/\/\/.*$/gm, "").replace(/\s+/g, "");
  return keccak256(toUtf8Bytes(normalized));
}

/** Whether a rule is about the chain's state alone: such a finding can't be accepted in advance. */
function isAboutChain(rule: string): boolean {
  const known = ruleOf(rule);
  return known?.source === "authority" || known?.needs.every((need) => need === "C") === true;
}

/**
 * The key under which a baseline may accept `finding`, whose place shows `text`. Undefined for what is about the chain,
 * for Drydock's own notes on comments and entries, and for a finding without a place: its key would fit every other
 * finding of its rule that has none.
 */
export function acceptableKey(finding: Finding, text: string): FindingKey | undefined {
  if (finding.where.address !== undefined || isAboutChain(finding.rule)) return undefined;
  if (/^(?:baseline|suppression)\//.test(finding.rule)) return undefined;
  const key = keyOf(finding, text);
  return key.snippet === NO_TEXT ? undefined : key;
}

/**
 * The baseline with an entry for each of `keys`, in the place of an expired one of the same key.
 *
 * @param acceptance who accepts them, why, and the last day (ISO date) on which that counts.
 */
export function extendBaseline(
  baseline: Baseline | undefined,
  keys: readonly FindingKey[],
  acceptance: Pick<BaselineEntry, "reason" | "author" | "expires">,
): Baseline {
  const kept = (baseline?.entries ?? []).filter((entry) => !keys.some((key) => sameKey(entry, key)));
  const added = keys.filter((key, index) => keys.findIndex((other) => sameKey(key, other)) === index);
  return { schema: "drydock/baseline@1", entries: [...kept, ...added.map((key) => ({ ...key, ...acceptance }))] };
}

/**
 * Reads a baseline file's content.
 *
 * @throws DrydockError BASELINE_MALFORMED, also for a rule about the chain's state: such findings can't be accepted in advance.
 */
export function parseBaseline(path: string, content: string): Baseline {
  const fail = (detail: string): never => {
    throw new DrydockError(ERRORS.BASELINE_MALFORMED, { path, detail });
  };
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch {
    fail("it is not JSON");
  }
  const parsed = baselineSchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return fail(`${issue?.path.join(".") || "the document"}: ${issue?.message ?? "malformed"}`);
  }
  for (const { rule } of parsed.data.entries) {
    const known = ruleOf(rule);
    if (known === undefined && !rule.includes("/")) fail(`there is no rule ${rule}`);
    if (isAboutChain(rule)) {
      fail(`${rule} is about the chain's state, which can't be accepted in advance`);
    }
  }
  return parsed.data;
}

const NO_TEXT = snippetHash("");

/**
 * Takes out the findings that the baseline accepts. An entry is good until the end of its day of expiry.
 *
 * @param today ISO date, `2026-11-21`.
 * @param keys the key of each finding, by index.
 */
export function applyBaseline(
  findings: readonly Finding[],
  keys: readonly FindingKey[],
  baseline: Baseline,
  today: string,
): { kept: Finding[]; suppressed: Suppressed[] } {
  const kept: Finding[] = [];
  const suppressed: Suppressed[] = [];
  const used = new Set<BaselineEntry>();
  findings.forEach((finding, index) => {
    const key = keys[index];
    const entry = key && baseline.entries.find((candidate) => sameKey(candidate, key));
    if (entry !== undefined) used.add(entry);
    if (entry === undefined || entry.expires < today || finding.where.address !== undefined) kept.push(finding);
    else suppressed.push({ finding, by: "baseline", reason: entry.reason, source: `${entry.author}, until ${entry.expires}` });
  });
  for (const entry of baseline.entries) {
    const expired = entry.expires < today;
    if (used.has(entry) && !expired) continue;
    kept.push({
      rule: expired ? "baseline/expired" : "baseline/unused",
      severity: "low",
      confidence: "high",
      title: expired ? "baseline entry has expired" : "baseline entry matches nothing",
      detail: `${entry.rule} in ${entry.contract}${entry.function === "" ? "" : `.${entry.function}`} (${entry.author}: ${entry.reason}), until ${entry.expires}`,
      where: { contract: entry.contract },
      remedy: expired ? "mend the finding, or accept it again with a new date" : "remove the entry",
    });
  }
  return { kept, suppressed };
}

function sameKey(a: FindingKey, b: FindingKey): boolean {
  return a.rule === b.rule && a.contract === b.contract && a.function === b.function && a.snippet === b.snippet;
}
