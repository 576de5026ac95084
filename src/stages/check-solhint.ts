import { createRequire } from "node:module";
import { DrydockError, ERRORS, reasonOf } from "../errors/drydock-error.js";

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

interface Solhint {
  processStr(source: string, config: object, file: string): {
    reports: { line: number; column: number; message: string; ruleId?: string; severity: number }[];
  };
}

/**
 * Runs solhint's security rules over source texts, through its API. solhint itself ignores rules that it can't load, so
 * that each rule of the preset is asked for first; its own `solhint-disable` comments are made inert, because Drydock
 * applies and lists them itself.
 *
 * @returns reports, and the files that solhint's parser could not read, with the reason.
 * @throws DrydockError RULE_NOT_LOADED when solhint, or a rule of the preset, is not there.
 */
export function runSolhint(
  sources: readonly { file: string; content: string }[],
  rules: readonly string[] = SOLHINT_RULES,
): { reports: SolhintReport[]; unreadable: { file: string; reason: string }[] } {
  const solhint = load(rules);
  const config = { rules: Object.fromEntries(rules.map((rule) => [rule, "warn"])) };
  const reports: SolhintReport[] = [];
  const unreadable: { file: string; reason: string }[] = [];
  for (const { file, content } of sources) {
    try {
      const result = solhint.processStr(content.replace(/solhint-(disable|enable)/g, "solhint_$1"), config, file);
      for (const { line, column, message, ruleId } of result.reports) {
        if (ruleId === undefined) unreadable.push({ file, reason: message });
        else reports.push({ file, rule: ruleId, line, column, message });
      }
    } catch (error) {
      unreadable.push({ file, reason: reasonOf(error) });
    }
  }
  return { reports, unreadable };
}

function load(rules: readonly string[]): Solhint {
  const require = createRequire(import.meta.url);
  let solhint: Solhint;
  let loadRule: (name: string) => unknown;
  try {
    solhint = require("solhint") as Solhint;
    ({ loadRule } = require("solhint/lib/load-rules") as { loadRule: typeof loadRule });
  } catch (error) {
    throw new DrydockError(ERRORS.RULE_NOT_LOADED, { rule: "solhint", detail: reasonOf(error) }, { cause: error });
  }
  for (const rule of rules) {
    if (loadRule(rule) === null) {
      throw new DrydockError(ERRORS.RULE_NOT_LOADED, { rule: `solhint/${rule}`, detail: "solhint has no such rule" });
    }
  }
  return solhint;
}
