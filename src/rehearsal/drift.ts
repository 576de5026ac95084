import { diffPictures } from "../core/authority/picture-diff.js";
import type { Drift, Rehearsal } from "../core/schema/rehearsal.js";

/** What is compared, by where it stands; a place may hold several things, as events do. */
type Facts = Map<string, string[]>;

/**
 * What two rehearsals of one plan, at two blocks, say differently about the route, the change and its consequences. That
 * time and market went on is no drift by itself: values count where the upgrade changes them.
 */
export function driftBetween(pinned: Rehearsal, fresh: Rehearsal): Drift["changes"] {
  const [a, b] = [factsOf(pinned), factsOf(fresh)];
  const changes: Drift["changes"] = [];
  for (const where of [...new Set([...a.keys(), ...b.keys()])].sort()) {
    const [was, is] = [a, b].map((facts) => facts.get(where)?.slice().sort().join("; ") ?? "none") as [string, string];
    if (was !== is) changes.push({ where, pinned: was, fresh: is });
  }
  return [...changes, ...authorityDrift(pinned, fresh)];
}

function factsOf(rehearsal: Rehearsal): Facts {
  const facts: Facts = new Map();
  const add = (where: string, what: string): unknown => facts.set(where, [...(facts.get(where) ?? []), what]);
  // A contract that writes down when it was called writes another number at every block.
  const times = new Map(rehearsal.steps.flatMap(({ id, timestamp }) => (timestamp === undefined ? [] : [[timestamp, `the time of ${id}`] as const])));
  const timeless = (value: string): string => times.get(value) ?? value;
  const withoutTimes = (data: string): string =>
    [...times].reduce((text, [time, name]) => text.replaceAll(BigInt(time).toString(16).padStart(64, "0"), `(${name})`), data);
  add("verdict", rehearsal.verdict);
  add("start", rehearsal.start);
  add("plan hash", rehearsal.planHash);
  // The detail of scheduling is its time.
  for (const { id, verdict, detail } of rehearsal.steps) add(`route ${id}`, id === "schedule" ? verdict : `${verdict}: ${detail}`);
  for (const { id, verdict } of rehearsal.negatives) add(`run that must fail ${id}`, verdict);
  for (const { contract, address, name, slot, before, after, by } of rehearsal.stateDiff) {
    if (by?.startsWith("route:") !== true) add(`state ${contract ?? address}.${name ?? slot}`, `${before} → ${timeless(after)}`);
  }
  for (const { contract, address, kind, token, before, after } of rehearsal.accounts) {
    add(`${kind}${token === undefined ? "" : ` of ${token}`} ${contract ?? address}`, `${before} → ${after}`);
  }
  for (const { contract, address, name, topics, data, by } of rehearsal.events) {
    if (by?.startsWith("route:") !== true) add(`event ${contract ?? address} ${name ?? topics[0] ?? ""}`, withoutTimes([...topics.slice(1), data].join(" ")));
  }
  for (const { id, verdict, differences } of rehearsal.scenarios) {
    add(`scenario ${id}`, verdict);
    for (const { where, expected } of differences) add(`scenario ${id}: ${where}`, expected ? "declared" : "not declared");
  }
  for (const { id, verdict } of rehearsal.probes) add(`probe ${id}`, verdict);
  for (const { group, label, change } of rehearsal.domain) add(`change of ${group} ${label}`, change);
  for (const { check, reason } of rehearsal.notRun) add(`not run ${check}`, reason);
  return facts;
}

/** Rights that came, went or changed on chain in between, whatever the upgrade does. */
function authorityDrift(pinned: Rehearsal, fresh: Rehearsal): Drift["changes"] {
  if (pinned.authority === undefined || fresh.authority === undefined) return [];
  return diffPictures(pinned.authority.before, fresh.authority.before)
    .edges.filter(({ change }) => change !== "kept")
    .map(({ from, to, right, need, outOf, delay, change, was }) => {
      const terms = `${need} of ${outOf}, ${delay} s`;
      return { where: `authority ${from} ${right} ${to}`, pinned: change === "added" ? "none" : (was ?? terms), fresh: change === "removed" ? "none" : terms };
    });
}
