import type { FunctionDefinition } from "solidity-ast";
import type { ContractView } from "./ast/contract-view.js";
import { factsOf, type Occurrence } from "./flow/facts.js";
import { contains, storageIn, textOf, type Term } from "./flow/term.js";
import type { WriteEffect } from "./flow/trace.js";

/** EIP-1967 implementation and beacon slots, EIP-1822's PROXIABLE. */
const SLOTS = /360894a13ba1a3210667c828492db98dca3e2076|a3f0ad74e5423aebfd80d3ef4346578335a9a72a|c5f16f0fcc639fa48a6947836d9850f504798523|eip1967\.proxy\.(?:implementation|beacon)|org\.zeppelinos\.proxy\.implementation|PROXIABLE/i;
const NAMES = /^_{0,2}(?:implementation|impl|logic|implementationAddress)$/i;

/** Writes that change which code a proxy runs, with the entry point that leads there and the UUPS hook, if there is one. */
export function implementationWrites(view: ContractView): (Occurrence<WriteEffect> & { hook?: FunctionDefinition })[] {
  const hook = view.allFunctions.find(({ name, implemented }) => name === "_authorizeUpgrade" && implemented);
  const target = hook === undefined ? undefined : (view.dispatch(hook) ?? hook);
  const seen = new Set<string>();
  const delegated = delegateTargets(view);
  return factsOf(view).mutating.flatMap((trace) =>
    trace.effects.flatMap((effect) => {
      if (effect.kind !== "write" || !(writesImplementation(effect) || delegated.has(effect.storage.key)) || isFixed(effect.value)) return [];
      const reached = target !== undefined && trace.entered.has(target.id) ? target : undefined;
      const key = reached === undefined ? `entry ${trace.fn.id}` : `hook ${reached.id}`;
      if (seen.has(key)) return [];
      seen.add(key);
      return [{ entry: trace.fn, trace, effect, ...(reached && { hook: reached }) }];
    }),
  );
}

/** State that decides whose code a delegatecall runs, whatever its name. */
function delegateTargets(view: ContractView): Set<string> {
  const keys = new Set<string>();
  for (const { effects } of factsOf(view).mutating) {
    for (const effect of effects) {
      if (effect.kind !== "call" || effect.callKind !== "delegatecall" || effect.call.target === undefined) continue;
      for (const key of storageIn(effect.call.target)) keys.add(key);
    }
  }
  return keys;
}

/** A value that the code fixes is an initialization, not an upgrade. */
function isFixed(value: Term): boolean {
  return !contains(value, (term) => ["parameter", "unknown", "caller", "component", "call", "state"].includes(term.op));
}

function writesImplementation({ term, storage }: WriteEffect): boolean {
  if (NAMES.test(storage.key) && storage.indexes.length === 0) return true;
  return contains(term, isSlot) || SLOTS.test(storage.key);
}

function isSlot(term: Term): boolean {
  if (term.op === "literal") return SLOTS.test(term.text);
  if (term.op === "constant") return term.value === undefined ? false : contains(term.value, isSlot) || SLOTS.test(textOf(term.value));
  if (term.op !== "state") return false;
  if (term.slot !== undefined && contains(term.slot, isSlot)) return true;
  if (SLOTS.test(term.key) || /IMPL\w*_SLOT|BEACON_SLOT/.test(term.key)) return true;
  return false;
}
