import { classify, isEnforcingCall } from "./classify.js";
import type { Facts, Occurrence } from "./facts.js";
import { conjuncts, contains, namesIn, storageName, textOf, type StoragePath, type Term } from "./term.js";
import { entriesOf, type WriteEffect } from "./trace.js";
import { initializersOf } from "../upgradeable.js";

const known = new WeakMap<Facts, Map<string, boolean>>();

/**
 * Whether anybody can give themselves what `path` holds under their own key: a balance that a deposit credits, a flag that
 * `register()` sets. Asking for it then says nothing about who may call.
 *
 * @param position which of the path's indexes is the caller.
 */
export function isSelfService(path: StoragePath, position: number, facts: Facts): boolean {
  const key = `${storageName(path)} ${position} ${path.indexes.map((index) => fixedKey(index) ?? "").join(" ")}`;
  const memory = known.get(facts) ?? new Map<string, boolean>();
  known.set(facts, memory);
  let answer = memory.get(key);
  if (answer === undefined) {
    const name = storageName(path);
    const once = new Set(initializersOf(facts.view).flatMap(({ fn, guard }) => (guard === undefined ? [] : [fn])));
    answer = (facts.writes.get(path.key) ?? []).some((write) => !once.has(write.entry) && isSamePlace(path, write.effect.storage) && confers(write, name, position) && isOpen(write, name));
    memory.set(key, answer);
  }
  return answer;
}

/** `roles[MINTER][msg.sender]` says nothing about `roles[ADMIN][msg.sender]`. */
function isSamePlace(asked: StoragePath, written: StoragePath): boolean {
  return asked.indexes.every((index, position) => {
    const [one, other] = [fixedKey(index), fixedKey(written.indexes[position] ?? index)];
    if (one === undefined || other === undefined) return other === undefined || index.op === "parameter" || index.op === "caller";
    return one === other;
  });
}

/** A key that the code fixes, by its value. */
function fixedKey(index: Term): string | undefined {
  if (index.op === "constant") return index.value === undefined ? undefined : textOf(index.value);
  return index.op === "literal" ? index.text : undefined;
}

/** The write gives something to the caller, or adds to an account of the caller's choice. */
function confers({ effect }: Occurrence<WriteEffect>, name: string, position: number): boolean {
  const written = storageName(effect.storage);
  if (written !== name && !name.startsWith(`${written}.`)) return false;
  if (["delete", "-=", "pop"].includes(effect.operator)) return false;
  if (effect.value.op === "literal" && /^(?:0|0x0+|false)$/.test(effect.value.text)) return false;
  if (effect.value.op === "binary" && effect.value.operator === "-") return false;
  const index = effect.storage.indexes[position];
  if (index === undefined) return false;
  if (contains(index, (inner) => inner.op === "caller")) return true;
  const adds = effect.operator === "+=" || (effect.value.op === "binary" && effect.value.operator === "+");
  const isGranted = effect.storage.indexes.some((other) => contains(other, (inner) => inner.op === "caller"));
  return adds && index.op === "parameter" && !isGranted;
}

/** Nobody is asked on the way. Lookups count as asking here, other than of the state itself: it can't vouch for itself. */
function isOpen({ effect, trace }: Occurrence<WriteEffect>, name: string): boolean {
  const conditions = [...entriesOf(effect.path), ...entriesOf(trace.exit).filter(({ kind }) => kind === "check")];
  return (
    !conditions.some(({ holds }) => conjuncts(holds).some((one) => !namesIn(one).has(name) && classify(one) === "authority")) &&
    !trace.effects.some((other) => other.kind === "call" && isEnforcingCall(other))
  );
}
