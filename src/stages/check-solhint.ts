import { createRequire } from "node:module";
import { DrydockError, ERRORS, reasonOf } from "../errors/drydock-error.js";
import { SolhintCache } from "./solhint-cache.js";
import { lint, type LintedFile, type Source } from "./solhint-lint.js";

/** One report of solhint; line and column from 1. */
export interface SolhintReport {
  file: string;
  rule: string;
  line: number;
  column: number;
  message: string;
}

/** Our own preset: what of solhint's security rules the catalogue names. The project's `.solhint.json` is never read. */
export const SOLHINT_RULES = [
  "avoid-tx-origin",
  "check-send-result",
  "no-unchecked-calls",
  "not-rely-on-block-hash",
  "not-rely-on-time",
  "avoid-suicide",
] as const;

export interface SolhintResult {
  reports: SolhintReport[];
  /** Files that solhint's parser could not read, with the reason. */
  unreadable: { file: string; reason: string }[];
}

export interface SolhintOptions {
  /** Another preset, for tests. */
  rules?: readonly string[];
  /** Folder that keeps what was said about a file; nothing is kept if left out. */
  cacheFolder?: string;
}

/**
 * Runs solhint's security rules over source texts, through its API, in worker threads where there is much to read: they are
 * started before this returns, so that the caller can do something else meanwhile. solhint itself ignores rules that it
 * can't load, so that each rule of the preset is asked for first; its own `solhint-disable` comments are made inert, because
 * Drydock applies and lists them itself.
 *
 * @throws DrydockError RULE_NOT_LOADED when solhint, or a rule of the preset, is not there.
 */
export async function runSolhint(
  sources: readonly Source[],
  { rules = SOLHINT_RULES, cacheFolder }: SolhintOptions = {},
): Promise<SolhintResult> {
  requireRules(rules);
  const inert = sources.map(({ file, content }) => ({ file, content: content.replace(/solhint-(disable|enable)/g, "solhint_$1") }));
  const cache = cacheFolder === undefined ? undefined : new SolhintCache(cacheFolder, rules);
  const known = new Map<string, LintedFile>();
  if (cache !== undefined) {
    for (const source of inert) {
      const earlier = cache.get(source);
      if (earlier !== undefined) known.set(source.file, earlier);
    }
  }
  const config = { rules: Object.fromEntries(rules.map((rule) => [rule, "warn"])) };
  const sourceOf = new Map(inert.map((source) => [source.file, source]));
  for (const linted of await lint(inert.filter(({ file }) => !known.has(file)), config)) {
    known.set(linted.file, linted);
    const source = sourceOf.get(linted.file);
    if (linted.reason === undefined && source !== undefined) await cache?.set(source, linted);
  }
  const reports: SolhintReport[] = [];
  const unreadable: { file: string; reason: string }[] = [];
  for (const { file } of sources) {
    const linted = known.get(file);
    if (linted === undefined || linted.reason !== undefined) unreadable.push({ file, reason: linted?.reason ?? "it was not linted" });
    for (const { ruleId, line, column, message } of linted?.reports ?? []) {
      if (ruleId === undefined) unreadable.push({ file, reason: message });
      else reports.push({ file, rule: ruleId, line, column, message });
    }
  }
  return { reports, unreadable };
}

function requireRules(rules: readonly string[]): void {
  const require = createRequire(import.meta.url);
  let loadRule: (name: string) => unknown;
  try {
    ({ loadRule } = require("solhint/lib/load-rules") as { loadRule: typeof loadRule });
  } catch (error) {
    throw new DrydockError(ERRORS.RULE_NOT_LOADED, { rule: "solhint", detail: reasonOf(error) }, { cause: error });
  }
  for (const rule of rules) {
    if (loadRule(rule) === null) {
      throw new DrydockError(ERRORS.RULE_NOT_LOADED, { rule: `solhint/${rule}`, detail: "solhint has no such rule" });
    }
  }
}
