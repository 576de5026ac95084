import type { Difference } from "../../core/schema/rehearsal.js";
import { numberIn, type Frame } from "./frame.js";

/** One thing that has to hold in every frame, or between the frames before and after the upgrade itself. */
export interface Invariant {
  id: string;
  /** Violations in one frame. */
  inFrame?: (frame: Frame) => string[];
  /** Names of the values that the upgrade alone must leave as they are. */
  unchangedByUpgrade?: (where: string) => boolean;
}

export const INVARIANTS: readonly Invariant[] = [
  {
    id: "I1",
    inFrame: (frame) => {
      const [assets, liabilities, badDebt] = ["assets", "liabilities", "recognisedBadDebt"].map((name) => numberIn(frame, `totals ${name}`));
      if (assets === undefined || liabilities === undefined || badDebt === undefined) return [];
      const short = liabilities - badDebt - assets;
      return short > 0n ? [`liabilities exceed assets and recognised bad debt by ${short}`] : [];
    },
  },
  {
    id: "I2",
    inFrame: (frame) =>
      ids(frame, "market ").flatMap((market) => {
        const long = numberIn(frame, `${market} openInterestLong`);
        const short = numberIn(frame, `${market} openInterestShort`);
        return long !== undefined && short !== undefined && long !== short ? [`${market}: ${long} long against ${short} short`] : [];
      }),
  },
  { id: "I3", unchangedByUpgrade: (where) => / (fundingIndex|pendingFunding)$/.test(where) },
  { id: "I4", unchangedByUpgrade: (where) => where.startsWith("price ") },
  { id: "I5", unchangedByUpgrade: (where) => where.startsWith("account ") },
  { id: "I8", unchangedByUpgrade: (where) => where === "totals lpValue" || where === "totals insurance" },
];

/** Checks every invariant in every frame of the new version; what the old version breaks in the same way is not the upgrade's. */
export function checkFrames(old: readonly Frame[], current: readonly Frame[]): { differences: Difference[]; checks: Map<string, number> } {
  const differences: Difference[] = [];
  const checks = new Map<string, number>();
  for (const invariant of INVARIANTS) {
    if (invariant.inFrame === undefined) continue;
    for (const [index, frame] of current.entries()) {
      checks.set(invariant.id, (checks.get(invariant.id) ?? 0) + 1);
      const before = old[index] === undefined ? [] : invariant.inFrame(old[index]);
      for (const violation of invariant.inFrame(frame)) {
        const known = before.includes(violation);
        differences.push({
          where: `${invariant.id} ${frame.label}`,
          before: known ? violation : "holds",
          after: violation,
          detail: known ? `${invariant.id} is broken on the old version as well` : `${invariant.id} is broken`,
          expected: known,
        });
      }
    }
  }
  return { differences, checks };
}

function ids({ values }: Frame, prefix: string): string[] {
  return [...new Set([...values.keys()].filter((key) => key.startsWith(prefix)).map((key) => key.slice(0, key.lastIndexOf(" "))))];
}
