import { DrydockError, ERRORS } from "../../errors/drydock-error.js";
import type { Finding } from "../finding.js";
import { ruleOf, RULES } from "./registry.js";

/** A comment that asks not to be told about something. */
export interface Suppression {
  tool: "drydock" | "solhint" | "slither" | "upgrades-core";
  file: string;
  /** Where the comment stands. */
  line: number;
  /** Lines that it covers, both included; `to` is Infinity when nothing ends it. */
  from: number;
  to: number;
  /** Ids of our rules; `*` for all that the tool knows. */
  rules: readonly string[];
  reason?: string;
  text: string;
}

/** A finding that does not count, with what silenced it. */
export interface Suppressed {
  finding: Finding;
  by: "comment" | "baseline";
  reason: string;
  /** `path:line` of the comment, or the author of the baseline entry. */
  source: string;
}

/** Names of slither's detectors for what our rules find. */
const SLITHER: Readonly<Record<string, readonly string[]>> = {
  "reentrancy-eth": ["G1"],
  "reentrancy-no-eth": ["G1"],
  "reentrancy-benign": ["G1"],
  "reentrancy-events": ["G1"],
  "unchecked-lowlevel": ["G2"],
  "unchecked-send": ["G2"],
  "tx-origin": ["G3"],
  "weak-prng": ["G15"],
  timestamp: ["G15"],
  "unprotected-upgrade": ["I2", "P5"],
  suicidal: ["P2"],
  "controlled-delegatecall": ["P1"],
  "missing-init-modifier": ["I3", "I8"],
  "missing-calls": ["I4"],
  "multiple-calls": ["I5"],
  "variables-initialized": ["U9"],
  "pyth-unchecked-confidence": ["D5"],
  "pyth-unchecked-publishtime": ["D5"],
  "chainlink-feed-registry": ["D1"],
};

const SOLHINT = translation("solhint");

function translation(source: "solhint" | "upgrades-core"): ReadonlyMap<string, readonly string[]> {
  const map = new Map<string, string[]>();
  for (const { id, translates } of RULES) {
    for (const name of translates ?? []) {
      const isSolhint = name.includes("solhint:");
      if (isSolhint !== (source === "solhint")) continue;
      const plain = name.replace("solhint:", "");
      map.set(plain, [...(map.get(plain) ?? []), id]);
    }
  }
  return map;
}

const DIRECTIVE =
  /(?<tool>drydock|solhint|slither)-(?<verb>disable|enable)(?:-(?<scope>next-line|line|previous-line|start|end))?(?![\w-])(?<rest>[^\n]*)/g;

/**
 * The suppressions in one source file. The AST holds no comments, so that they are read from the text.
 *
 * @throws DrydockError UNKNOWN_RULE, SUPPRESSION_WITHOUT_REASON for one of ours that is not well-formed.
 */
export function suppressionsIn(file: string, content: string): Suppression[] {
  const found: Suppression[] = [];
  const open: Suppression[] = [];
  const lines = content.split("\n");
  lines.forEach((text, index) => {
    const line = index + 1;
    const comment = /\/\/|\/\*|^\s*\*/.exec(text);
    if (comment === null) return;
    for (const { groups } of text.slice(comment.index).matchAll(DIRECTIVE)) {
      if (groups === undefined) continue;
      const { tool, verb, scope, rest = "" } = groups as { tool: Suppression["tool"]; verb: string; scope?: string; rest?: string };
      const ends = verb === "enable" || scope === "end";
      if (ends) {
        for (const one of open.filter((candidate) => candidate.tool === tool && candidate.to === Infinity)) one.to = line;
        continue;
      }
      const { rules, reason } = parse(tool, rest.replace(/\*\/.*$/, ""), file, line);
      const next = nextCodeLine(lines, index);
      const [from, to] =
        scope === "next-line" ? [next, next] : scope === "line" ? [line, line] : scope === "previous-line" ? [line - 1, line - 1] : [line, Infinity];
      const one: Suppression = { tool, file, line, from, to, rules, text: text.trim(), ...(reason && { reason }) };
      found.push(one);
      if (to === Infinity) open.push(one);
    }
  });
  return found;
}

/** Directives may stand above one another: they all mean the next line of code. */
function nextCodeLine(lines: readonly string[], index: number): number {
  let next = index + 1;
  while (next < lines.length && /^\s*\/\/.*-disable-next-line/.test(lines[next] ?? "")) next += 1;
  return next + 1;
}

function parse(tool: Suppression["tool"], rest: string, file: string, line: number): { rules: string[]; reason?: string } {
  const [names = "", ...reasons] = rest.split(/\s--\s/);
  const listed = names.split(/[\s,]+/).filter((name) => name !== "");
  const reason = reasons.join(" -- ").trim();
  if (tool === "drydock") {
    const where = `the suppression at ${file}:${line}`;
    if (listed.length === 0) throw new DrydockError(ERRORS.UNKNOWN_RULE, { where, rule: "(none)" });
    // `slither/…` and the like are ids of an imported report, which only that tool knows.
    for (const rule of listed) if (ruleOf(rule) === undefined && !rule.includes("/")) throw new DrydockError(ERRORS.UNKNOWN_RULE, { where, rule });
    if (reason === "") throw new DrydockError(ERRORS.SUPPRESSION_WITHOUT_REASON, { file, line });
    return { rules: listed, reason };
  }
  if (tool === "solhint") {
    const all = listed.length === 0;
    return { rules: all ? [...new Set([...SOLHINT.values()].flat())] : listed.flatMap((name) => SOLHINT.get(name) ?? []) };
  }
  const isAll = listed.length === 0 || listed.includes("all");
  return { rules: isAll ? [...new Set(Object.values(SLITHER).flat())] : listed.flatMap((name) => SLITHER[name] ?? []) };
}

/**
 * Splits findings into those that count and those that a comment silences, and names each suppression of ours that
 * silences nothing. Findings about an address on chain have no line and can't be silenced.
 */
export function applySuppressions(
  findings: readonly Finding[],
  suppressions: readonly Suppression[],
): { kept: Finding[]; suppressed: Suppressed[] } {
  const used = new Set<Suppression>();
  const kept: Finding[] = [];
  const suppressed: Suppressed[] = [];
  for (const finding of findings) {
    const { file, line, address } = finding.where;
    const match =
      address !== undefined || line === undefined
        ? undefined
        : suppressions.find(
            (one) => one.file === file && one.from <= line && line <= one.to && one.rules.includes(finding.rule),
          );
    if (match === undefined) {
      kept.push(finding);
      continue;
    }
    used.add(match);
    const reason = match.reason ?? `${match.tool}: no reason given`;
    suppressed.push({ finding, by: "comment", reason, source: `${match.file}:${match.line}` });
  }
  for (const one of suppressions) {
    if (one.tool !== "drydock" || used.has(one)) continue;
    kept.push({
      rule: "suppression/unused",
      severity: "low",
      confidence: "high",
      title: "suppression that suppresses nothing",
      detail: `${one.text} at ${one.file}:${one.line} silences no finding of ${one.rules.join(", ")}`,
      where: { file: one.file, line: one.line },
      remedy: "remove the comment",
    });
  }
  return { kept, suppressed };
}
