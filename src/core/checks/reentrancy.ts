import { ContractView, isReadOnly } from "./ast/contract-view.js";
import { factsOf } from "./flow/facts.js";
import { contains, namesIn, storageName, textOf, type Term } from "./flow/term.js";
import { compatible, type CallEffect, type Trace, type WriteEffect } from "./flow/trace.js";
import { lastingWrites, lockKeys, protectionOf } from "./moves.js";

/** A view function that answers with a ratio of which one half is old while `call` is under way. */
export interface StaleView {
  view: string;
  /** What is written after the call only. */
  late: WriteEffect;
}

/**
 * Read-only reentrancy: before the call one of two totals has changed (or the ether is on its way), the other one changes
 * after it, and a view function without the lock divides one by the other.
 */
export function staleView(view: ContractView, trace: Trace, call: CallEffect): StaleView | undefined {
  if (!isChosenTarget(call)) return undefined;
  const totals = lastingWrites(trace).filter(({ storage, path }) => storage.indexes.length === 0 && compatible(path, call.path));
  const before = new Set(totals.filter(({ order }) => order < call.order).map(({ storage }) => storageName(storage)));
  const late = totals.filter(({ order, storage }) => order > call.order && !before.has(storageName(storage)));
  const paysEther = call.value !== undefined && !(call.value.op === "literal" && /^0+$/.test(call.value.text));
  const locks = lockKeys(trace);
  for (const entry of late.length === 0 ? [] : view.entries.filter(isReadOnly)) {
    const shown = view.traceOf(entry);
    const asksLock = shown.effects.some((effect) => effect.kind === "check" && [...namesIn(effect.holds)].some((name) => locks.has(name)));
    if (asksLock) continue;
    for (const ratio of shown.returns.flatMap(ratiosIn)) {
      const names = namesIn(ratio);
      const other = [...names].some((name) => before.has(name)) || (paysEther && contains(ratio, isOwnEther));
      const old = late.find(({ storage }) => names.has(storageName(storage)));
      if (other && old !== undefined) return { view: entry.name, late: old };
    }
  }
  return undefined;
}

function isChosenTarget({ call: { target } }: CallEffect): boolean {
  return target !== undefined && contains(target, (term) => term.op === "caller" || term.op === "parameter");
}

function ratiosIn(term: Term): Term[] {
  const found: Term[] = [];
  contains(term, (inner) => {
    if ((inner.op === "binary" && inner.operator === "/") || (inner.op === "call" && /mulDiv|divide|div(?:Wad|Up|Down)/i.test(inner.name))) found.push(inner);
    return false;
  });
  return found;
}

function isOwnEther(term: Term): boolean {
  return term.op === "call" && term.name === "balance" && term.target?.op === "environment" && term.target.name === "this";
}

/**
 * The state that decides about the payment stands in another contract: it is asked before `call` and told only afterwards.
 * A lock here helps only if that contract changes the state for nobody else.
 */
export function lateSettlement(view: ContractView, trace: Trace, call: CallEffect, locked: boolean): CallEffect | undefined {
  const calls = trace.effects.filter((effect): effect is CallEffect => effect.kind === "call" && effect.callKind === "external");
  const asked = calls.filter(
    (effect) => effect.isView && effect.order < call.order && [call.value, ...call.call.args].some((term) => term !== undefined && contains(term, (inner) => inner === effect.call)),
  );
  for (const question of asked) {
    const accounts = question.call.args.filter((term) => contains(term, (inner) => inner.op === "caller" || inner.op === "parameter")).map(textOf);
    const told = calls.find(
      (effect) =>
        !effect.isView &&
        effect.order > call.order &&
        compatible(effect.path, call.path) &&
        !/transfer|mint|deposit|approve|log|emit|record/i.test(effect.call.name) &&
        sameTarget(effect, question) &&
        effect.call.args.some((term) => accounts.includes(textOf(term))),
    );
    if (told !== undefined && (!locked || canMoveMeanwhile(view, told))) return told;
  }
  return undefined;
}

function sameTarget(a: CallEffect, b: CallEffect): boolean {
  return a.call.target !== undefined && b.call.target !== undefined && textOf(a.call.target) === textOf(b.call.target);
}

/** The other contract is in the same program, and lets others move what it is told to settle. */
function canMoveMeanwhile(view: ContractView, { call }: CallEffect): boolean {
  const owner = call.declaration === undefined ? undefined : view.program.ownerOf(call.declaration.id);
  if (owner === undefined || call.declaration === undefined || owner.contractKind !== "contract") return false;
  const other = new ContractView(view.program, owner);
  const facts = factsOf(other);
  const settled = new Set(lastingWrites(other.traceOf(call.declaration)).map(({ storage }) => storageName(storage)));
  return facts.mutating.some((trace) =>
    lastingWrites(trace).some((write) => settled.has(storageName(write.storage)) && protectionOf(trace, write, facts) !== "authority"),
  );
}
