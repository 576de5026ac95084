import type { Expectations } from "../../core/schema/expectations.js";
import type { Difference } from "../../core/schema/rehearsal.js";
import { isWithinBps } from "../diff/expected.js";
import type { Frame } from "./frame.js";
import { INVARIANTS } from "./invariants.js";
import type { Outcome } from "./world.js";

/** Frames of old and new that were taken at the same moment: those that only one of them has follow from actions that went another way. */
export function pairFrames(old: readonly Frame[], current: readonly Frame[]): (readonly [Frame, Frame])[] {
  const keyed = (frames: readonly Frame[]): Map<string, Frame> => {
    const seen = new Map<string, number>();
    return new Map(
      frames.map((frame) => {
        const count = (seen.get(frame.label) ?? 0) + 1;
        seen.set(frame.label, count);
        return [`${frame.label} #${count}`, frame];
      }),
    );
  };
  const after = keyed(current);
  return [...keyed(old)].flatMap(([key, frame]) => {
    const other = after.get(key);
    return other === undefined ? [] : [[frame, other] as const];
  });
}

/** Scenarios in which the upgrade itself lies between the two frames of a pair. */
export const ACROSS_THE_UPGRADE: readonly string[] = ["S0", "S15"];

/** What differs between the frames of old and new, taken at the same moments. */
export function compareFrames(scenario: string, old: readonly Frame[], current: readonly Frame[]): Difference[] {
  const differences: Difference[] = [];
  for (const [a, b] of pairFrames(old, current)) {
    const known = entitiesOf(a);
    const added = new Set([...entitiesOf(b)].filter((entity) => !known.has(entity)));
    // What the upgrade adds has nothing to be compared with; that it is there is one difference of the upgrade alone.
    if (scenario === "S0") {
      for (const entity of added) differences.push({ where: `${a.label}: ${entity}`, before: "none", after: "new", detail: "the upgrade adds it", expected: false });
    }
    for (const where of [...new Set([...a.values.keys(), ...b.values.keys()])].sort()) {
      if (added.has(entityOf(where))) continue;
      const [before, after] = [a.values.get(where) ?? "none", b.values.get(where) ?? "none"];
      if (before === after) continue;
      const invariant = ACROSS_THE_UPGRADE.includes(scenario) ? INVARIANTS.find(({ unchangedByUpgrade }) => unchangedByUpgrade?.(where)) : undefined;
      const detail = invariant === undefined ? "old and new differ" : `${invariant.id}: the upgrade alone must not change this`;
      differences.push({ where: `${a.label}: ${where}`, before, after, detail, expected: false });
    }
  }
  return differences;
}

/** What differs between how the same actions went: what they returned or reverted with, and the events that they emitted. */
export function compareOutcomes(old: readonly Outcome[], current: readonly Outcome[]): Difference[] {
  const differences: Difference[] = [];
  for (let index = 0; index < Math.max(old.length, current.length); index++) {
    const [a, b] = [old[index], current[index]];
    const where = a?.label ?? b?.label ?? "";
    const detail = a?.label === b?.label ? "the same action goes another way" : "the actions of old and new are not the same";
    if (a?.label !== b?.label || a?.result !== b?.result) {
      differences.push({ where, before: a?.result ?? "not tried", after: b?.result ?? "not tried", detail, expected: false });
    } else if (a !== undefined && b !== undefined && a.events !== b.events) {
      differences.push({ where: `${where}: events`, before: a.events, after: b.events, detail: "the same action emits other events", expected: false });
    }
  }
  return differences;
}

/** Gas of the actions that went through on both. */
export function compareGas(old: readonly Outcome[], current: readonly Outcome[]): { action: string; old: string; new: string }[] {
  return old.flatMap((before, index) => {
    const after = current[index];
    if (after === undefined || before.label !== after.label || !before.succeeded || !after.succeeded) return [];
    return [{ action: before.label, old: String(before.gas), new: String(after.gas) }];
  });
}

/** Marks what the author declared. */
export function declareDifferences(scenario: string, differences: readonly Difference[], expectations: Expectations): Difference[] {
  return differences.map((difference) => {
    if (difference.expected) return difference;
    const declared = expectations.differences.find(
      (expected) =>
        (expected.scenario === "*" || expected.scenario === scenario) &&
        isPlace(expected.where, difference.where) &&
        isTolerated(difference, expected),
    );
    return declared === undefined ? difference : { ...difference, expected: true, detail: `declared: ${declared.reason}` };
  });
}

/** Whether a declared place means `actual`; every `*` stands for any text. */
function isPlace(declared: string, actual: string): boolean {
  const pattern = declared.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*");
  return new RegExp(`^${pattern}$`, "is").test(actual);
}

/** Numbers within the declared tolerance; of texts (events), every number in them, and the rest the same. */
function isTolerated({ before, after }: Difference, { withinBps, within }: Expectations["differences"][number]): boolean {
  if (withinBps === undefined && within === undefined) return true;
  const [a, b] = [before, after].map((text) => text.split(/(?<![0-9a-fx])(-?[0-9]+)(?![0-9a-z])/i));
  if (a === undefined || b === undefined || a.length !== b.length || a.length < 3) return false;
  const isNear = (x: bigint, y: bigint): boolean =>
    (withinBps !== undefined && isWithinBps(x, y, BigInt(withinBps))) || (within !== undefined && (y > x ? y - x : x - y) <= BigInt(within));
  // Every second part is a number.
  return a.every((part, index) => (index % 2 === 0 ? part === b[index] : isNear(BigInt(part), BigInt(b[index] ?? "0"))));
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
