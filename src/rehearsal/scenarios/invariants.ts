import type { Difference } from "../../core/schema/rehearsal.js";
import { numberIn, type Frame } from "./frame.js";

/** Of what, and what is wrong with it. The subject decides whether the old version breaks the same. */
export interface Violation {
  subject: string;
  text: string;
}

/** One thing that has to hold in every frame, or between the frames before and after the upgrade itself. */
export interface Invariant {
  id: string;
  title: string;
  /** Violations in one frame; `first` is the scenario's first one. */
  inFrame?: (frame: Frame, first: Frame) => Violation[];
  /** Names of the values that the upgrade alone must leave as they are. */
  unchangedByUpgrade?: (where: string) => boolean;
}

/** Every rounding of every account together: a billionth. */
const ROUNDING = 1_000_000_000n;

export const INVARIANTS: readonly Invariant[] = [
  {
    id: "I1",
    title: "assets cover liabilities less recognised bad debt",
    inFrame: (frame) => {
      const [assets, liabilities, badDebt] = totalsOf(frame);
      if (assets === undefined || liabilities === undefined || badDebt === undefined) return [];
      const short = liabilities - badDebt - assets;
      return short > 0n ? [{ subject: "totals", text: `liabilities exceed assets and recognised bad debt by ${short}` }] : [];
    },
  },
  {
    id: "I2",
    title: "open interest is the sum of positions; profit and loss sum to zero",
    inFrame: (frame, first) => [...unbalanced(frame), ...profitAppears(frame, first)],
  },
  { id: "I3", title: "the upgrade leaves funding as it is", unchangedByUpgrade: (where) => / (fundingIndex|pendingFunding)$/.test(where) },
  { id: "I4", title: "prices are continuous across the upgrade", unchangedByUpgrade: (where) => where.startsWith("price ") || where.endsWith(" mark") },
  { id: "I5", title: "no account's standing changes by the upgrade", unchangedByUpgrade: (where) => where.startsWith("account ") },
  { id: "I6", title: "underwater accounts can be liquidated, healthy ones can't" },
  { id: "I7", title: "closing and withdrawing work" },
  { id: "I8", title: "what liquidity providers own changes by flows and profit only", unchangedByUpgrade: (where) => where === "totals lpValue" || where === "totals insurance" },
  {
    id: "I9",
    title: "owners, roles, initializers and implementations stay",
    inFrame: (frame, first) =>
      [...frame.authority]
        .filter(([where, value]) => (first.authority.get(where) ?? value) !== value)
        .map(([where, value]) => ({ subject: where, text: `${where} goes from ${first.authority.get(where)} to ${value}` })),
  },
  { id: "I10", title: "exactly the declared slots change" },
];

/** Checks every invariant in every frame of the new version; what the old version breaks in the same way is not the upgrade's. */
export function checkFrames(
  pairs: readonly (readonly [Frame, Frame])[],
  old: readonly Frame[],
  current: readonly Frame[],
): { differences: Difference[]; checks: Map<string, number> } {
  const differences: Difference[] = [];
  const checks = new Map<string, number>();
  const before = new Map(pairs.map(([a, b]) => [b, a]));
  const [firstOld, firstNew] = [old[0], current[0]];
  for (const { id, inFrame } of INVARIANTS) {
    if (inFrame === undefined || firstNew === undefined) continue;
    for (const frame of current) {
      checks.set(id, (checks.get(id) ?? 0) + 1);
      const violations = inFrame(frame, firstNew);
      if (violations.length === 0) continue;
      const twin = before.get(frame);
      const known = twin === undefined || firstOld === undefined ? [] : inFrame(twin, firstOld);
      for (const { subject, text } of violations) {
        const same = known.find((violation) => violation.subject === subject);
        differences.push({
          where: `${id} ${frame.label}`,
          before: same === undefined ? "holds" : same.text,
          after: text,
          detail: same === undefined ? `${id} is broken` : `${id} is broken on the old version as well`,
          expected: same !== undefined,
        });
      }
    }
  }
  return { differences, checks };
}

/** Violations that `after` has and `before` has not. */
export function newViolations(before: Frame, after: Frame): string[] {
  return INVARIANTS.flatMap(({ id, inFrame }) => {
    const known = (inFrame?.(before, before) ?? []).map(({ subject }) => subject);
    return (inFrame?.(after, before) ?? []).filter(({ subject }) => !known.includes(subject)).map(({ text }) => `${id}: ${text}`);
  });
}

function totalsOf(frame: Frame): [bigint | undefined, bigint | undefined, bigint | undefined] {
  const [assets, liabilities, badDebt] = ["assets", "liabilities", "recognisedBadDebt"].map((name) => numberIn(frame, `totals ${name}`));
  return [assets, liabilities, badDebt];
}

function unbalanced(frame: Frame): Violation[] {
  return ids(frame, "market ").flatMap((market) => {
    const long = numberIn(frame, `${market} openInterestLong`);
    const short = numberIn(frame, `${market} openInterestShort`);
    return long !== undefined && short !== undefined && long !== short ? [{ subject: market, text: `${market}: ${long} long against ${short} short` }] : [];
  });
}

/** What somebody gains somebody loses: surplus of the venue may grow by rounding and fees, but not shrink. */
function profitAppears(frame: Frame, first: Frame): Violation[] {
  const surplus = (of: Frame): bigint | undefined => {
    const [assets, liabilities, badDebt] = totalsOf(of);
    return assets === undefined || liabilities === undefined || badDebt === undefined ? undefined : assets - liabilities + badDebt;
  };
  const [before, after] = [surplus(first), surplus(frame)];
  const [liabilities] = [numberIn(first, "totals liabilities") ?? 0n];
  if (before === undefined || after === undefined) return [];
  const missing = before - after;
  return missing > abs(liabilities) / ROUNDING + 1n ? [{ subject: "profit and loss", text: `profits exceed losses by ${missing}` }] : [];
}

function ids({ values }: Frame, prefix: string): string[] {
  return [...new Set([...values.keys()].filter((key) => key.startsWith(prefix)).map((key) => key.slice(0, key.lastIndexOf(" "))))];
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}
