import { type Finding, type NotRun, gate, type Policy, type Verdict } from "../finding.js";
import type { LayoutChange } from "./changes.js";
import { layoutFindings } from "./findings.js";
import { regionLeaves } from "./leaves.js";
import { namespaceChanges } from "./namespaces.js";
import { SpaceComparison } from "./space.js";
import type { ContractLayout } from "./types.js";

export interface CompareOptions {
  /**
   * Flags that the author set to silence the usual storage check (`unsafeSkipStorageCheck`, `unsafeAllowRenames`, …).
   * They change no fate; a flag that hides a real overlap is reported (U13).
   */
  allowFlags?: string[];
  policy?: Policy;
}

export interface LayoutComparison {
  from: string;
  to: string;
  changes: LayoutChange[];
  findings: Finding[];
  notRun: NotRun[];
  verdict: Verdict;
}

/**
 * What happens to the bytes that `from` stored when `to` runs on the same storage. Persistent regions share one address
 * space, so that a variable that moved into a namespace is seen as moved. Transient storage never outlives a transaction:
 * its changes are information only.
 */
export function compareLayouts(from: ContractLayout, to: ContractLayout, options: CompareOptions = {}): LayoutComparison {
  const leaves = (layout: ContractLayout, transient: boolean) =>
    layout.regions.filter(({ kind }) => (kind === "transient") === transient).flatMap((region) => regionLeaves(region, layout.types));
  const comparison = new SpaceComparison(from, to);
  const persistent = comparison.run(leaves(from, false), leaves(to, false));
  const transient = comparison.run(leaves(from, true), leaves(to, true)).map((change): LayoutChange => ({
    ...change,
    severity: "info",
    reason: `transient storage, empty at the start of every transaction: ${change.reason}`,
  }));
  const computed = Object.entries(from.computed ?? {}).flatMap(([name, type]) => {
    const now = to.computed?.[name];
    return now === undefined ? [] : comparison.elements(type, now, `${name}[*]`);
  });
  const changes = [...namespaceChanges(from, to, persistent), ...computed, ...transient];
  const findings = layoutFindings(from, to, changes, options.allowFlags ?? []);
  const { verdict, findings: sorted, notRun } = gate("validate", findings, [], options.policy);
  return { from: from.contract, to: to.contract, changes, findings: sorted, notRun, verdict };
}
