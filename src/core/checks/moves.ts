import type { FunctionDefinition } from "solidity-ast";
import type { ContractView } from "./ast/contract-view.js";
import { factsOf, type Facts } from "./flow/facts.js";
import { isOwnElement } from "./flow/classify.js";
import { guardsOf, type Guard } from "./flow/guards.js";
import { contains, namesIn, storageName, textOf, type Term } from "./flow/term.js";
import type { Effect, Trace, WriteEffect } from "./flow/trace.js";
import { initializersOf } from "./upgradeable.js";

/** Whether a write takes away from an element, adds to it, or replaces it. */
export function directionOf({ operator, value, term }: WriteEffect): "debit" | "credit" | "set" {
  if (operator === "-=" || operator === "delete" || operator === "pop") return "debit";
  if (operator === "+=" || operator === "push") return "credit";
  const own = textOf(term);
  if (value.op === "literal" && /^0$/.test(value.text)) return "debit";
  const operators = new Set<string>();
  contains(value, (inner) => {
    if (inner.op === "binary" && (textOf(inner.left) === own || textOf(inner.right) === own)) operators.add(inner.operator);
    return false;
  });
  return operators.has("-") ? "debit" : operators.has("+") ? "credit" : "set";
}

/** How the way to an effect is protected, from best to none. */
export type Protection = "authority" | "self" | "own" | "none";

export function protectionOf(trace: Trace, effect: Effect, facts: Facts): Protection {
  const guards = guardsOf(trace, effect, facts);
  if (guards.some((guard) => guard.class === "authority")) return "authority";
  if (guards.some((guard) => guard.class === "self")) return "self";
  return effect.kind === "write" && isOwnElement(effect.term) ? "own" : "none";
}

/** Writes of storage that outlive the call: no locks that are set and set back, no transient storage. */
export function lastingWrites(trace: Trace): WriteEffect[] {
  const locks = lockKeys(trace);
  return trace.effects.filter(
    (effect): effect is WriteEffect =>
      effect.kind === "write" && !locks.has(storageName(effect.storage)) && !effect.storage.key.startsWith("tslot:"),
  );
}

/** State that is tested, set, and set back in one call: a reentrancy lock, by what it does and not by its name. */
export function lockKeys(trace: Trace): ReadonlySet<string> {
  let known = locksKnown.get(trace);
  if (known === undefined) {
    known = findLocks(trace);
    locksKnown.set(trace, known);
  }
  return known;
}

const locksKnown = new WeakMap<Trace, Set<string>>();

function findLocks(trace: Trace): Set<string> {
  const tested = new Set<string>();
  const writes = new Map<string, WriteEffect[]>();
  for (const effect of trace.effects) {
    if (effect.kind === "check") {
      if (sizeSmall(effect.holds)) {
        for (const key of namesIn(effect.holds)) if (!writes.has(key)) tested.add(key);
      }
    } else if (effect.kind === "write" && effect.storage.indexes.length === 0) {
      const name = storageName(effect.storage);
      const known = writes.get(name);
      if (known === undefined) writes.set(name, [effect]);
      else known.push(effect);
    }
  }
  const locks = new Set<string>(counterLocks(trace));
  for (const [key, list] of writes) {
    const [first] = list;
    const last = list.at(-1);
    if (!tested.has(key) || first === undefined || last === undefined || first === last) continue;
    if (isFixedValue(first.value) && isFixedValue(last.value) && textOf(first.value) !== textOf(last.value)) locks.add(key);
  }
  return locks;
}

/** OpenZeppelin's first lock: a counter that grows with every entry, and is compared with its own earlier value at the end. */
function counterLocks(trace: Trace): string[] {
  const counted = new Set<string>();
  return trace.effects.flatMap((effect) => {
    if (effect.kind === "write" && effect.operator === "+=" && effect.storage.indexes.length === 0) counted.add(storageName(effect.storage));
    if (effect.kind !== "check" || effect.holds.op !== "binary" || effect.holds.operator !== "==") return [];
    const [left, right] = [textOf(effect.holds.left), textOf(effect.holds.right)];
    return left === right && counted.has(left) ? [left] : [];
  });
}

function sizeSmall(term: Term): boolean {
  return textOf(term).length < 200;
}

function isFixedValue(term: Term): boolean {
  return !contains(term, (inner) => inner.op === "parameter" || inner.op === "state" || inner.op === "unknown" || inner.op === "caller");
}

/** Whether a reentrancy lock is held at `effect`. */
export function isLocked(trace: Trace, effect: Effect): boolean {
  const locks = lockKeys(trace);
  if (locks.size === 0) return effect.via.concat(viaOfChecks(trace)).some((name) => OPAQUE_LOCK.test(name)) && !trace.complete;
  return trace.effects.some(
    (other) =>
      other.kind === "write" && locks.has(storageName(other.storage)) && other.order < effect.order &&
      trace.effects.some((later) => later.order > effect.order && releases(later, storageName(other.storage))),
  );
}

/** The lock is set back, or the counter compared. */
function releases(effect: Effect, lock: string): boolean {
  return effect.kind === "write" ? storageName(effect.storage) === lock : effect.kind === "check" && namesIn(effect.holds).has(lock);
}

const OPAQUE_LOCK = /nonReentrant|noReentran/i;

function viaOfChecks(trace: Trace): string[] {
  return trace.effects.flatMap((effect) => (effect.kind === "check" ? effect.via : []));
}

/** Checks that a run passes whatever its path, with the names of the functions that make them. */
export interface Check {
  guard: Guard;
  /** The condition with parameters made alike, so that functions with other parameter orders compare. */
  skeleton: string;
  keys: ReadonlySet<string>;
}

export function checksOf(trace: Trace, effect: Effect, facts: Facts): Check[] {
  return guardsOf(trace, effect, facts).map((guard) => ({
    guard,
    skeleton: skeletonOf(guard.holds),
    keys: namesIn(guard.holds),
  }));
}

export function skeletonOf(term: Term): string {
  return textOf(term).replace(/\$\d+/g, "$");
}

/** Entry points that users call: they change state and are not initializers. */
export function userEntries(view: ContractView): Trace[] {
  const initial = new Set<FunctionDefinition>(initializersOf(view).map(({ fn }) => fn));
  return factsOf(view).mutating.filter(({ fn }) => !initial.has(fn));
}

/** Whether the caller pays in: sends value, or a token is pulled from somewhere. */
export function takesPayment(trace: Trace): boolean {
  return trace.effects.some(
    (effect) =>
      (effect.kind === "call" && (/transferFrom|^burn/i.test(effect.call.name) || effect.via.some((name) => /transferFrom/i.test(name)))) ||
      (effect.kind === "write" && contains(effect.value, (term) => term.op === "environment" && term.name === "msg.value")) ||
      (effect.kind === "check" && contains(effect.holds, (term) => term.op === "environment" && term.name === "msg.value")) ||
      (effect.kind === "write" && directionOf(effect) === "debit" && isOwnElement(effect.term)),
  );
}
