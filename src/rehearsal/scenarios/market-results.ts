import type { Finding } from "../../core/finding.js";
import type { Expectations } from "../../core/schema/expectations.js";
import type { Difference, DomainRow, ScenarioResult, Series } from "../../core/schema/rehearsal.js";
import { ACROSS_THE_UPGRADE, compareFrames, compareGas, compareOutcomes, declareDifferences, pairFrames } from "./compare-frames.js";
import { numberIn, type Frame } from "./frame.js";
import { checkFrames, INVARIANTS, type Invariant } from "./invariants.js";
import type { Scenario } from "./scenario.js";
import type { Outcome } from "./world.js";

/** How a scenario went on one version. */
export interface Played {
  frames: Frame[];
  outcomes: Outcome[];
  notes: string[];
  checks: ReadonlyMap<string, number>;
  problems: string[];
  /** Why it could not be played to its end. */
  failure: string | undefined;
}

/** What both versions of one scenario amount to; undefined for one that was not played. */
export function resultOf({ id, title }: Scenario, old: Played | undefined, current: Played | undefined, expectations: Expectations): ScenarioResult {
  const failure = current?.failure ?? old?.failure ?? (old === undefined || current === undefined ? "it was not played" : undefined);
  const [oldFrames, newFrames] = [old?.frames ?? [], current?.frames ?? []];
  const pairs = pairFrames(oldFrames, newFrames);
  const whole = pairs.filter(([frame]) => frame.isWhole);
  const checked = checkFrames(pairs, oldFrames, newFrames);
  const raw: Difference[] = [
    ...compareFrames(id, oldFrames, newFrames),
    ...compareOutcomes(old?.outcomes ?? [], current?.outcomes ?? []),
    ...(current?.problems ?? []).map((problem) => {
      const known = old?.problems.includes(problem) ?? false;
      return { where: problem, before: known ? "the same" : "not so", after: problem, detail: known ? "on the old version as well" : "new", expected: known };
    }),
    ...checked.differences,
  ];
  const differences = declareDifferences(id, raw, expectations);
  const broken = failure !== undefined || differences.some(({ expected }) => !expected);
  const across = ACROSS_THE_UPGRADE.includes(id) ? pairs : [];
  const checksOf = ({ id: invariant, unchangedByUpgrade }: Invariant): number => {
    const compared = across.reduce((sum, [before]) => sum + [...before.values.keys()].filter((where) => unchangedByUpgrade?.(where)).length, 0);
    return (checked.checks.get(invariant) ?? 0) + (current?.checks.get(invariant) ?? 0) + compared;
  };
  const notes = [...new Set([...(old?.notes ?? []), ...(current?.notes ?? [])])];
  return {
    id,
    title,
    verdict: broken ? "blocked" : "pass",
    differences,
    invariants: INVARIANTS.map((invariant) => ({ id: invariant.id, checks: checksOf(invariant) })),
    series: seriesOf(whole),
    moments: whole.map(([frame]) => frame.label),
    gas: compareGas(old?.outcomes ?? [], current?.outcomes ?? []),
    ...(notes.length === 0 ? {} : { notes }),
    detail: failure ?? "",
  };
}

/** Markets, accounts, totals before and after. */
export function domainRows(old: Frame, current: Frame): DomainRow[] {
  return [...new Set([...old.values.keys(), ...current.values.keys()])].sort().map((where) => {
    const [group = "", ...rest] = where.split(" ");
    const [before, after] = [old.values.get(where) ?? "none", current.values.get(where) ?? "none"];
    const [a, b] = [numberIn(old, where), numberIn(current, where)];
    const change = before === after ? "0" : a !== undefined && b !== undefined ? String(b - a) : "changed";
    return { group, label: rest.join(" "), before, after, change };
  });
}

/** Equity of all sampled accounts, open interest, liquidations and who may be liquidated: what the report draws. */
function seriesOf(pairs: readonly (readonly [Frame, Frame])[]): Series[] {
  const sum = (frame: Frame, pattern: RegExp): string =>
    String([...frame.values].filter(([where]) => pattern.test(where)).reduce((total, [where]) => total + (numberIn(frame, where) ?? 0n), 0n));
  const count = (frame: Frame): string => String([...frame.values].filter(([where, value]) => where.endsWith(" liquidatable") && value === "true").length);
  const both = (name: string, unit: string, of: (frame: Frame) => string): Series => ({ name, unit, old: pairs.map(([frame]) => of(frame)), new: pairs.map(([, frame]) => of(frame)) });
  return [
    both("equity of the sampled accounts", "1e18", (frame) => sum(frame, /^account \S+ equity$/)),
    both("open interest", "1e18", (frame) => sum(frame, /^market \S+ openInterestLong$/)),
    both("liquidations", "accounts", ({ liquidations }) => String(liquidations)),
    both("liquidatable accounts", "accounts", count),
  ];
}

/** The finding of a scenario that did not pass. */
export function findingOf({ id, title, detail, differences }: ScenarioResult): Finding {
  const undeclared = differences.filter(({ expected }) => !expected);
  return {
    rule: `rehearsal/scenario/${id}`,
    severity: "critical",
    confidence: "high",
    title: `scenario ${id} (${title}) ${detail === "" ? "shows a difference that nobody declared" : "could not be played to its end"}`,
    detail:
      detail !== ""
        ? detail
        : `${undeclared.length} undeclared: ${undeclared
            .slice(0, 5)
            .map(({ where, before, after }) => `${where}: ${before} → ${after}`)
            .join("; ")}`,
    where: {},
    remedy: "if the difference is meant, declare it under `differences` in expectations.ts with its reason; else correct the upgrade",
  };
}
