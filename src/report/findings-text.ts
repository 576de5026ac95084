import type { Finding, NotRun } from "../core/finding.js";
import { visible } from "../core/visible.js";

/** Findings for a terminal, as they are sorted: two lines each. */
export function findingsText(findings: readonly Finding[]): string {
  return findings
    .map(
      ({ severity, rule, title, detail, remedy }) =>
        `${severity.toUpperCase()} ${rule}: ${visible(title)}\n    ${visible(detail)}\n    → ${visible(remedy)}`,
    )
    .join("\n");
}

/** What was not checked, one line each, under a heading; empty when there is nothing. */
export function notRunText(heading: string, notRun: readonly NotRun[]): string {
  if (notRun.length === 0) return "";
  return [heading, ...notRun.map(({ check, reason }) => `  · ${visible(check)}: ${visible(reason)}`)].join("\n");
}
