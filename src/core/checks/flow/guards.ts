import { classify, isEnforcingCall, type GuardClass } from "./classify.js";
import type { Facts } from "./facts.js";
import { textOf, type Term } from "./term.js";
import { entriesOf, type CallEffect, type Effect, type PathEntry, type Trace } from "./trace.js";

export interface Guard {
  holds: Term;
  text: string;
  class: GuardClass;
  entry?: PathEntry;
  /** Functions and modifiers through which the check is made. */
  via: readonly string[];
}

const guardsKnown = new WeakMap<Effect, Guard[]>();

/** All guards that hold when `effect` has happened and the run did not revert, those after it too. */
export function guardsOf(trace: Trace, effect: Effect, facts: Facts): Guard[] {
  let known = guardsKnown.get(effect);
  if (known === undefined) {
    known = findGuards(trace, effect, facts);
    guardsKnown.set(effect, known);
  }
  return known;
}

function findGuards(trace: Trace, effect: Effect, facts: Facts): Guard[] {
  const seen = new Set<string>();
  const guards: Guard[] = [];
  const add = (entry: PathEntry): void => {
    const text = textOf(entry.holds);
    if (seen.has(text)) return;
    seen.add(text);
    guards.push({ holds: entry.holds, text, class: classify(entry.holds, facts), entry, via: entry.via });
  };
  entriesOf(effect.path).forEach(add);
  entriesOf(trace.exit).filter(({ kind }) => kind === "check").forEach(add);
  for (const other of enforcingCalls(trace)) {
    if (!covers(other, effect)) continue;
    const text = textOf(other.call);
    if (!seen.has(text)) guards.push({ holds: other.call, text, class: "authority", via: other.via });
    seen.add(text);
  }
  return guards;
}

const enforcing = new WeakMap<Trace, CallEffect[]>();

function enforcingCalls(trace: Trace): CallEffect[] {
  let known = enforcing.get(trace);
  if (known === undefined) {
    known = trace.effects.filter((effect): effect is CallEffect => effect.kind === "call" && isEnforcingCall(effect));
    enforcing.set(trace, known);
  }
  return known;
}

/** Whether `first` has run whenever `second` runs. */
function covers(first: Effect, second: Effect): boolean {
  const known = new Set(entriesOf(second.path).map(({ branch, arm }) => (branch === undefined ? undefined : `${idOf(branch)}:${arm}`)));
  return entriesOf(first.path).every(
    ({ kind, branch, arm }) => kind === "check" || branch === undefined || known.has(`${idOf(branch)}:${arm}`),
  );
}

const ids = new WeakMap<object, number>();
let nextId = 0;
function idOf(branch: object): number {
  let id = ids.get(branch);
  if (id === undefined) {
    id = nextId;
    nextId += 1;
    ids.set(branch, id);
  }
  return id;
}

/** Whether only somebody who is entitled gets to `effect`. */
export function isAuthorized(trace: Trace, effect: Effect, facts: Facts): boolean {
  return guardsOf(trace, effect, facts).some((guard) => guard.class === "authority");
}
