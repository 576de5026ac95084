import type { Facts } from "./flow/facts.js";
import { classify, isOwnElement } from "./flow/classify.js";
import { conjuncts, contains, disjuncts, storageName, storagePath, textOf, type Term } from "./flow/term.js";
import { entriesOf, type Effect, type Trace, type WriteEffect } from "./flow/trace.js";
import { directionOf, lastingWrites, takesPayment } from "./moves.js";

/** State that caller checks of this contract compare the caller with, and the functions that they guard. */
export function trustedState(facts: Facts): Map<string, Trace[]> {
  const found = new Map<string, Trace[]>();
  for (const trace of facts.mutating) {
    const conditions = new Set(trace.effects.flatMap((effect) => [...entriesOf(effect.path).map(({ holds }) => holds), ...(effect.kind === "check" ? [effect.holds] : [])]));
    for (const holds of conditions) {
      if (classify(holds) !== "authority") continue;
      const isTrusted = classify(holds, facts) === "authority";
      for (const key of comparedWithCaller(holds)) {
        const writes = [...facts.writes.values()].flat().filter(({ effect }) => storageName(effect.storage) === key);
        // What is added to is a balance; what anybody can give themselves is a flag only if it is set, not paid for.
        if (writes.some(({ effect }) => directionOf(effect) === "credit" || (!isTrusted && contains(effect.value, isValue)))) continue;
        found.set(key, [...(found.get(key) ?? []), trace]);
      }
    }
  }
  return found;
}

function isValue(term: Term): boolean {
  return term.op === "environment" && (term.name === "msg.value" || term.name.startsWith("block."));
}

/** `owner` in `msg.sender == owner`, `isKeeper` in `isKeeper[msg.sender]`; allowances and balances are the users' own. */
function comparedWithCaller(holds: Term): string[] {
  const keys: string[] = [];
  contains(holds, (term) => {
    if (term.op === "binary" && (term.operator === "==" || term.operator === "!=")) {
      const [mine, other] = term.left.op === "caller" ? [term.left, term.right] : [term.right, term.left];
      if (mine.op === "caller" && other.op === "state") keys.push(other.key);
      const path = other.op === "field" ? storagePath(other) : undefined;
      // `positions[id].owner == msg.sender`: whoever makes a record owns it.
      if (mine.op === "caller" && path !== undefined && path.indexes.length === 0) keys.push(storageName(path));
    }
    const place = term.op === "index" && isCaller(term.index) ? storagePath(term) : undefined;
    // An allowance is weighed against an amount; a role is held or not.
    const isHeld = place !== undefined && (place.indexes.length === 1 || conjuncts(holds).some((one) => disjuncts(one).includes(term)));
    if (place !== undefined && isHeld) keys.push(storageName(place));
    return false;
  });
  return keys;
}

function isCaller(term: Term): boolean {
  return term.op === "caller" || (term.op === "cast" && isCaller(term.of));
}

/** What members of a club don't do: destroy, run other code, choose a privileged address, pay out what is not their own. */
export function isPowerful(trace: Trace): boolean {
  const lasting = new Set<Effect>(lastingWrites(trace));
  const spendsOwn = lastingWrites(trace).some((write) => isOwnElement(write.term));
  return trace.effects.some((effect) => {
    if (effect.kind === "selfdestruct") return true;
    if (effect.kind === "call" && effect.callKind === "delegatecall") return true;
    if (effect.kind === "write") {
      if (!lasting.has(effect)) return false;
      return isFreeCredit(effect, trace) || (effect.storage.indexes.length === 0 && writesAddress(effect));
    }
    if (effect.kind !== "call" || !["transfer", "send", "low-level"].includes(effect.callKind) || spendsOwn) return false;
    const amount = effect.callKind === "low-level" ? effect.value : effect.call.args[0];
    return amount !== undefined && contains(amount, (term) => term.op === "parameter" || (term.op === "call" && term.name === "balance"));
  });
}

/** An account of the caller's choice is credited with an amount of the caller's choice, and nothing is taken for it. */
export function isFreeCredit(write: WriteEffect, trace: Trace): boolean {
  const { storage, value, term } = write;
  const account = storage.indexes.at(-1);
  if (account?.op !== "parameter" || !/^address/.test(account.declaration.typeDescriptions.typeString ?? "") || directionOf(write) !== "credit" || value.op !== "binary") return false;
  const added = textOf(value.left) === textOf(term) ? value.right : value.left;
  if (!isPlainChoice(added) || takesPayment(trace)) return false;
  return !trace.effects.some((effect) => effect.kind === "write" && directionOf(effect) === "debit");
}

/** The caller's own words, not something computed from state: a deposit that adds, a settlement at a stored price. */
export function isPlainChoice(value: Term): boolean {
  return (
    contains(value, (term) => term.op === "parameter" || term.op === "caller") &&
    !contains(value, (term) => ["state", "call", "component", "environment"].includes(term.op))
  );
}

export function writesAddress({ storage, value }: WriteEffect): boolean {
  const type = storage.declaration?.typeDescriptions.typeString ?? "";
  return /^address|^contract/.test(type) || contains(value, (term) => term.op === "parameter" && /^address|^contract/.test(term.declaration.typeDescriptions.typeString ?? ""));
}
