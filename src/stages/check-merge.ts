import type { Finding } from "../core/finding.js";
import type { CheckResult } from "./check.js";

/**
 * Several compilations' results as one. They may share sources, and so findings; and a baseline entry is unused only if
 * none of them has use for it.
 */
export function mergeChecks(results: readonly CheckResult[]): Pick<CheckResult, "findings" | "suppressed" | "notRun" | "off" | "acceptable"> {
  const unusedIn = new Map<string, number>();
  const unused = results.flatMap(({ findings }) => findings.filter(isUnused));
  for (const finding of unused) unusedIn.set(finding.detail, (unusedIn.get(finding.detail) ?? 0) + 1);
  const counts = (finding: Finding): boolean => !isUnused(finding) || unusedIn.get(finding.detail) === results.length;
  return {
    findings: unique(results.flatMap(({ findings }) => findings.filter(counts))),
    suppressed: unique(results.flatMap(({ suppressed }) => suppressed)),
    notRun: unique(results.flatMap(({ notRun }) => notRun)),
    off: unique(results.flatMap(({ off }) => off)),
    acceptable: unique(results.flatMap(({ acceptable }) => acceptable)),
  };
}

function isUnused({ rule }: Finding): boolean {
  return rule === "baseline/unused";
}

function unique<T>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
