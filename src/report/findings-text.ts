import type { Finding, NotRun } from "../core/finding.js";
import { visible } from "../core/visible.js";

/** Findings for a terminal, as they are sorted: what and where, what was seen, what to do. */
export function findingsText(findings: readonly Finding[]): string {
  return findings
    .map(
      ({ severity, rule, title, detail, where, remedy }) =>
        `${severity.toUpperCase()} ${rule}: ${visible(title)}${place(where)}\n    ${visible(detail)}\n    → ${visible(remedy)}`,
    )
    .join("\n");
}

/** What was not checked, one line each, under a heading; empty when there is nothing. */
export function notRunText(heading: string, notRun: readonly NotRun[]): string {
  if (notRun.length === 0) return "";
  return [heading, ...notRun.map(({ check, reason }) => `  · ${visible(check)}: ${visible(reason)}`)].join("\n");
}

/** `path:line`, as editors and terminals make a link of it. */
function place({ file, line }: Finding["where"]): string {
  return file === undefined ? "" : ` (${visible(line === undefined ? file : `${file}:${line}`)})`;
}
