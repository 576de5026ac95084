import { toBeHex } from "ethers";
import type { LayoutChange } from "./changes.js";
import { SHARED_SLOTS } from "../proxy/slots.js";
import type { ContractLayout, StorageRegion } from "./types.js";

/**
 * Gives changes that hit a whole namespace their own words: a namespace that is gone holds data that nobody reads any more
 * (U6), which is worse than one dropped variable.
 */
export function namespaceChanges(from: ContractLayout, to: ContractLayout, changes: LayoutChange[]): LayoutChange[] {
  // A pointer that the proxy keeps goes on being the proxy's when the implementation stops to touch it.
  const named = ({ kind, base }: StorageRegion): boolean => kind === "namespace" || (kind === "diamond" && !SHARED_SLOTS.has(toBeHex(base, 32)));
  const gone = from.regions.filter((region) => named(region) && !to.regions.some(({ base, id }) => base === region.base || id === region.id));
  return changes.map((change) => {
    const region = gone.find(({ id }) => change.from?.region === id);
    if (region === undefined || change.fate !== "dropped") return change;
    return {
      ...change,
      severity: "high",
      rule: "U6",
      reason: `the ${region.kind === "namespace" ? "namespace" : "struct"} ${region.id} is gone: what it stored is not read any more`,
    };
  });
}
