import type { Expectations } from "../../core/schema/expectations.js";
import type { Difference } from "../../core/schema/rehearsal.js";
import { isWithinBps, meansPlace } from "../diff/expected.js";
import type { Frame } from "./frame.js";
import { INVARIANTS } from "./invariants.js";

/** What differs between the frames of old and new, taken at the same moments. */
export function compareFrames(scenario: string, old: readonly Frame[], current: readonly Frame[]): Difference[] {
  const differences: Difference[] = [];
  for (let index = 0; index < Math.max(old.length, current.length); index++) {
    const [a, b] = [old[index], current[index]];
    const label = a?.label ?? b?.label ?? "";
    const known = entitiesOf(a);
    const added = new Set([...entitiesOf(b)].filter((entity) => a !== undefined && !known.has(entity)));
    // What the upgrade adds has nothing to be compared with; that it is there is one difference of the upgrade alone.
    if (scenario === "S0") {
      for (const entity of added) differences.push({ where: `${label}: ${entity}`, before: "none", after: "new", detail: "the upgrade adds it", expected: false });
    }
    for (const where of [...new Set([...(a?.values.keys() ?? []), ...(b?.values.keys() ?? [])])].sort()) {
      if (added.has(entityOf(where))) continue;
      const [before, after] = [a?.values.get(where) ?? "none", b?.values.get(where) ?? "none"];
      if (before === after) continue;
      const invariant = scenario === "S0" ? INVARIANTS.find(({ unchangedByUpgrade }) => unchangedByUpgrade?.(where)) : undefined;
      const detail = invariant === undefined ? "old and new differ" : `${invariant.id}: the upgrade alone must not change this`;
      differences.push({ where: `${label}: ${where}`, before, after, detail, expected: false });
    }
  }
  return differences;
}

/** What differs between how the same actions went. */
export function compareOutcomes(
  old: readonly { label: string; result: string }[],
  current: readonly { label: string; result: string }[],
): Difference[] {
  const differences: Difference[] = [];
  for (let index = 0; index < Math.max(old.length, current.length); index++) {
    const [a, b] = [old[index], current[index]];
    if (a?.label === b?.label && a?.result === b?.result) continue;
    const where = a?.label ?? b?.label ?? "";
    const detail = a?.label === b?.label ? "the same action goes another way" : "the actions of old and new are not the same";
    differences.push({ where, before: a?.result ?? "not tried", after: b?.result ?? "not tried", detail, expected: false });
  }
  return differences;
}

/** Marks what the author declared. */
export function declareDifferences(scenario: string, differences: readonly Difference[], expectations: Expectations): Difference[] {
  return differences.map((difference) => {
    if (difference.expected) return difference;
    const declared = expectations.differences.find(
      (expected) =>
        (expected.scenario === "*" || expected.scenario === scenario) &&
        meansPlace(expected.where, difference.where) &&
        (expected.withinBps === undefined || isNear(difference, BigInt(expected.withinBps))),
    );
    return declared === undefined ? difference : { ...difference, expected: true, detail: `declared: ${declared.reason}` };
  });
}

function isNear({ before, after }: Difference, bps: bigint): boolean {
  const isNumber = /^-?[0-9]+$/;
  return isNumber.test(before) && isNumber.test(after) && isWithinBps(BigInt(before), BigInt(after), bps);
}

/** `market 3` of `market 3 fundingIndex`. */
function entityOf(where: string): string {
  return where.split(" ").slice(0, 2).join(" ");
}

/** Markets, prices and accounts that a frame speaks of. */
function entitiesOf(frame: Frame | undefined): Set<string> {
  const keys = [...(frame?.values.keys() ?? [])];
  return new Set(keys.filter((key) => /^(market|price|account) /.test(key)).map(entityOf));
}
