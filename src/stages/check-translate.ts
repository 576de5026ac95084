import type { Rule } from "../core/checks/rule.js";
import type { Finding, NotRun } from "../core/finding.js";
import type { SolhintResult } from "./check-solhint.js";

/** Rules of solhint that go by the place and name alone; our own detector of the same rule decides which uses matter. */
const EVERY_USE = new Set(["not-rely-on-time", "not-rely-on-block-hash", "avoid-tx-origin", "check-send-result", "no-unchecked-calls"]);

/**
 * solhint's reports under our rule ids. Where the compiler has built the file, a report is kept unless our own detector
 * has it already or the solhint rule reports every use; a file that can't be built has only solhint, at low confidence.
 */
export function solhintFindings(
  rules: readonly Rule[],
  { reports, unreadable }: SolhintResult,
  built: readonly { file: string }[],
  own: readonly Finding[],
): { findings: Finding[]; notRun: NotRun[] } {
  const byName = new Map(rules.flatMap((rule) => (rule.translates ?? []).map((name) => [name, rule] as const)));
  const isBuilt = new Set(built.map(({ file }) => file));
  const seen = new Set(own.map(({ rule, where }) => `${rule} ${where.file} ${where.line}`));
  const findings = reports.flatMap((report): Finding[] => {
    const rule = byName.get(`solhint:${report.rule}`);
    if (rule === undefined) return [];
    const hasAst = isBuilt.has(report.file);
    if (hasAst && (EVERY_USE.has(report.rule))) return [];
    const key = `${rule.id} ${report.file} ${report.line}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [
      {
        rule: rule.id,
        severity: rule.severity,
        confidence: hasAst ? rule.confidence : "low",
        title: rule.title,
        detail: `solhint ${report.rule}: ${report.message}`,
        where: { file: report.file, line: report.line, column: report.column },
        remedy: rule.remedy,
      },
    ];
  });
  return { findings, notRun: unreadable.map(({ file, reason }) => ({ check: `solhint/${file}`, reason })) };
}
