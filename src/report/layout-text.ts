import type { Finding, NotRun, Verdict } from "../core/finding.js";
import type { ValidatePairParts } from "../core/schema/validate.js";
import { visible } from "../core/visible.js";
import { layoutTable } from "./layout-table.js";
import { findingsText, notRunText } from "./findings-text.js";
import { type UpgradeDiff, upgradeDiffText } from "./upgrade-diff-text.js";

/** One comparison as a table, and what else the upgrade changes. */
export interface LayoutSection extends UpgradeDiff {
  title: string;
  verdict: Verdict;
  changes: ValidatePairParts["changes"];
  reference?: ValidatePairParts["reference"];
}

/**
 * Layout comparisons for a terminal: what happens to each byte range, what else changes, then the findings. Kept ranges are
 * only counted.
 */
export function layoutText(
  sections: readonly LayoutSection[],
  { verdict, findings, notRun }: { verdict: Verdict; findings: readonly Finding[]; notRun: readonly NotRun[] },
): string {
  const lines = sections.flatMap(({ title, changes, reference, ...diff }) => {
    const kept = changes.filter(({ fate }) => fate === "kept").length;
    return [visible(title), `  ${kept} range(s) kept`, ...layoutTable(changes), ...upgradeDiffText(diff), ...opinion(reference), ""];
  });
  return [...lines, findingsText(findings), notRunText("not checked", notRun), `verdict: ${verdict}`].filter((line, index) => line !== "" || index < lines.length).join("\n");
}

function opinion(reference: LayoutSection["reference"]): string[] {
  if (reference === undefined) return [];
  const { ok, kinds, reason, differences } = reference.openzeppelin;
  const verdict = ok === null ? `not asked (${reason ?? "no reason"})` : ok ? "ok" : `not ok (${kinds.join(", ")})`;
  return [`  upgrades-core: ${verdict}`, ...differences.map((difference) => `    ${difference}`)];
}
