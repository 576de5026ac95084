import type { ContractView } from "./ast/contract-view.js";
import { factsOf, type Facts } from "./flow/facts.js";
import { isOwnElement } from "./flow/classify.js";
import { CALLER, contains, storageName, textOf, type Term } from "./flow/term.js";
import type { Trace, WriteEffect } from "./flow/trace.js";
import { checksOf, directionOf, lastingWrites, lockKeys, protectionOf, userEntries, type Check } from "./moves.js";
import type { Hit } from "./rule.js";

interface Move {
  trace: Trace;
  write: WriteEffect;
}

/** Writes that take from elements of a mapping, by what they take from; one per entry point. */
function debits(view: ContractView): Map<string, Move[]> {
  const found = new Map<string, Map<Trace, Move>>();
  for (const trace of userEntries(view)) {
    for (const write of lastingWrites(trace)) {
      if (write.storage.indexes.length === 0 || directionOf(write) !== "debit") continue;
      const name = storageName(write.storage);
      const moves = found.get(name) ?? new Map<Trace, Move>();
      if (!moves.has(trace)) moves.set(trace, { trace, write });
      found.set(name, moves);
    }
  }
  return new Map([...found].map(([name, moves]) => [name, [...moves.values()]]));
}

/** A function that takes from an account of the caller's choice, where all its siblings take from their own or ask. */
export function* unguardedSiblings(view: ContractView): Iterable<Hit> {
  const facts = factsOf(view);
  for (const [name, moves] of debits(view)) {
    const open = moves.filter(({ trace, write }) => takesFromAnyone(trace, write, facts));
    const guarded = moves.filter((move) => !open.includes(move));
    if (guarded.length === 0) continue;
    for (const { trace, write } of open) {
      yield {
        view,
        fn: trace.fn,
        at: write.node,
        title: "function without the guard that its siblings have",
        confidence: guarded.length > 1 ? "high" : "medium",
        detail: `${trace.fn.name} takes from ${name.replace(/^ns:/, "")} of any account that its caller names; ${guarded.map((move) => move.trace.fn.name).slice(0, 4).join(", ")} ask who calls`,
      };
    }
  }
}

function takesFromAnyone(trace: Trace, write: WriteEffect, facts: Facts): boolean {
  if (isOwnElement(write.term) || protectionOf(trace, write, facts) !== "none") return false;
  const [outer] = write.storage.indexes;
  if (outer === undefined || outer.op !== "parameter") return false;
  if (!/^address/.test(outer.declaration.typeDescriptions.typeString ?? "")) return false;
  // A liquidation takes from anybody too, but not from anybody at will: it asks for the account's state.
  return !checksOf(trace, write, facts).some(
    ({ guard, keys }) =>
      guard.class === "condition" && keys.size > 1 && contains(guard.holds, (term) => term.op === "index" && term.index === outer),
  );
}

/** A user function that lacks a check which at least two siblings make when they take from the same state; the others weigh the
 * same state the other way round, as a liquidation does. */
export function* missingSiblingChecks(view: ContractView): Iterable<Hit> {
  const facts = factsOf(view);
  const told = new Set<Trace>();
  for (const [name, all] of debits(view)) {
    const subtracting = all.filter(({ write }) => write.operator === "-=" || (write.value.op === "binary" && write.value.operator === "-"));
    const moves = subtracting.filter(({ trace, write }) => protectionOf(trace, write, facts) !== "authority" || isOwnElement(write.term));
    if (moves.length < 2) continue;
    const checks = new Map(moves.map((move) => [move, relevantChecks(move, facts)]));
    const elsewhere = moves.length < 3 ? checksElsewhere(view, moves, facts) : [];
    for (const move of moves) {
      if (told.has(move.trace)) continue;
      const peers = moves.filter((other) => other !== move);
      // A check that is too large to compare still weighs what it weighs.
      const own = checksOf(move.trace, move.write, facts);
      const makes = (peer: Move, check: Check): boolean => (checks.get(peer) ?? []).some((other) => isSame(check, other));
      const missing = peers
        .flatMap((peer) => checks.get(peer) ?? [])
        .find(
          (check) =>
            peers.filter((peer) => makes(peer, check)).length + elsewhere.filter((others) => check.keys.has(name) && others.some((other) => isSame(check, other))).length > 1 &&
            peers.every((peer) => makes(peer, check) || (checks.get(peer) ?? []).some((other) => weighs(other, check))) &&
            !own.some((other) => isSame(check, other) || weighs(other, check)),
        );
      if (missing === undefined) continue;
      told.add(move.trace);
      yield {
        view,
        fn: move.trace.fn,
        at: move.write.node,
        title: "function without the check that its siblings make",
        confidence: "medium",
        detail: `${move.trace.fn.name} takes from ${name.replace(/^ns:/, "")} without ${nameOf(missing)}, which ${peers.filter((peer) => makes(peer, missing)).map(({ trace }) => trace.fn.name).slice(0, 4).join(", ")} make`,
      };
    }
  }
}

/** The checks of functions that change other state of an account: borrowing is checked as withdrawing is. */
function checksElsewhere(view: ContractView, moves: readonly Move[], facts: Facts): Check[][] {
  const known = new Set(moves.map(({ trace }) => trace));
  return userEntries(view)
    .filter((trace) => !known.has(trace))
    .map((trace) => lastingWrites(trace).flatMap((write) => (write.storage.indexes.length === 0 ? [] : relevantChecks({ trace, write }, facts))));
}

/** Checks of shared state other than the account's own balance, locks and pauses left to their own rules. */
function relevantChecks({ trace, write }: Move, facts: Facts): Check[] {
  const locks = lockKeys(trace);
  const [account] = write.storage.indexes;
  return checksOf(trace, write, facts).filter(
    ({ guard, keys, skeleton }) =>
      guard.class === "condition" &&
      // It is about the account that something is taken from.
      account !== undefined &&
      guard.text.includes(textOf(account)) &&
      guard.entry?.kind === "check" &&
      skeleton.length < 1500 &&
      !WHO.test(guard.via.at(-1) ?? "") &&
      // Who calls is another question, unless the account follows from it.
      !guard.text.replaceAll(textOf(account), "").includes(textOf(CALLER)) &&
      !contains(guard.holds, isForeignCall) &&
      ![...keys].some((key) => locks.has(key) || /paused/i.test(key)) &&
      ([...keys].some((key) => key !== storageName(write.storage)) || contains(guard.holds, (term) => term.op === "call" && term.kind === "external")),
  );
}

/** Who may call is compared elsewhere. */
const WHO = /auth|role|owner|caller|admin/i;

/** What a contract of somebody else's choice answers, or whether a payment worked, says nothing about the account. */
function isForeignCall(term: Term): boolean {
  if (term.op !== "call" || term.kind === "builtin") return false;
  const isView = term.declaration?.stateMutability === "view" || term.declaration?.stateMutability === "pure" || term.kind === "unresolved";
  return !isView || (term.target !== undefined && contains(term.target, (inner) => inner.op === "parameter"));
}

function isSame(a: Check, b: Check): boolean {
  if (a.skeleton === b.skeleton) return true;
  const checker = a.guard.via.at(-1);
  return checker !== undefined && checker === b.guard.via.at(-1) && isCheckName(checker);
}

function isCheckName(name: string): boolean {
  return /check|require|ensure|assert|valid|enforce|only|when|must|healthy|solvent|liquid/i.test(name);
}

/** `other` looks at the same state as `check`, though it may ask the opposite, as a liquidation does. */
function weighs(other: Check, check: Check): boolean {
  const wanted = [...check.keys];
  return wanted.length > 0 && wanted.every((key) => other.keys.has(key));
}

function nameOf({ guard, skeleton }: Check): string {
  const checker = guard.via.at(-1);
  return checker !== undefined && isCheckName(checker) ? `the check in ${checker}` : `the check ${skeleton.slice(0, 100)}`;
}
