import type { FunctionDefinition } from "solidity-ast";
import { isReadOnly, type ContractView } from "./ast/contract-view.js";

import { storageIn, storageName, textOf, visit, type Term } from "./flow/term.js";
import { entriesOf, type Trace, type WriteEffect } from "./flow/trace.js";

const BASES = /^(?:Versioned)?Initializable|^UUPSUpgradeable|^ERC1967Upgrade|Upgradeable$/;
const INITIALIZER = /^_{0,2}(?:re)?init(?:iali[sz]e\w*|V?\d+)?$|^setUp$|^setup$|^__\w+_init$/i;

/** Whether the contract is meant to stand behind a proxy: it inherits the means, or is initialized instead of constructed. */
export function isUpgradeable(view: ContractView): boolean {
  if (view.definition.contractKind !== "contract") return false;
  if (inheritsUpgradeability(view)) return true;
  return initializersOf(view).some(({ guard }) => guard !== undefined);
}

/** Whether it says so itself, by its bases or by EIP-1822's `proxiableUUID`; else only its initializer hints at it. */
export function inheritsUpgradeability(view: ContractView): boolean {
  return view.bases.some(({ name }) => BASES.test(name)) || view.entryNamed("proxiableUUID") !== undefined;
}

/** A function that sets a contract up, and the once-only guard that it has, if any. */
export interface Initializer {
  fn: FunctionDefinition;
  trace: Trace;
  /** Storage that the guard reads and the function itself writes, so that the second call fails. */
  guard?: { keys: readonly string[]; version?: string };
}

const cache = new WeakMap<ContractView, readonly Initializer[]>();

/** Entry points that initialize, by their name or by a once-only guard of a modifier with such a name. */
export function initializersOf(view: ContractView): readonly Initializer[] {
  const known = cache.get(view);
  if (known !== undefined) return known;
  const found = view.entries
    .filter((fn) => !isReadOnly(fn) && (INITIALIZER.test(fn.name) || hasInitializerModifier(fn)))
    .map((fn): Initializer => {
      const trace = view.traceOf(fn);
      const guard = onceGuard(trace);
      return { fn, trace, ...(guard && { guard }) };
    });
  cache.set(view, found);
  return found;
}

export function hasInitializerModifier(fn: FunctionDefinition): boolean {
  return fn.modifiers.some(({ modifierName }) => /^(?:re)?initiali[sz]er\w*$/i.test(modifierName.name ?? ""));
}

/** The version that `reinitializer(n)` names, 1 for `initializer`. */
export function initializerVersion(view: ContractView, fn: FunctionDefinition): string | undefined {
  for (const { modifierName, arguments: args } of fn.modifiers) {
    const name = modifierName.name ?? "";
    if (/^initiali[sz]er$/i.test(name)) return "1";
    const [version] = args ?? [];
    if (/^reinitiali[sz]er$/i.test(name) && version !== undefined) return view.program.textOf(version);
  }
  return undefined;
}

/** A check on storage that the same function then sets to a value under which the check fails. */
function onceGuard(trace: Trace): { keys: readonly string[] } | undefined {
  const writes = trace.effects.filter((effect): effect is WriteEffect => effect.kind === "write");
  const keys = new Set<string>();
  for (const entry of entriesOf(trace.exit)) {
    for (const key of storageIn(entry.holds)) {
      const own = writes.filter(({ storage }) => storage.key === key);
      if (own.some((write) => locks(entry.holds, write))) keys.add(key);
    }
  }
  return keys.size === 0 ? undefined : { keys: [...keys] };
}

/** Whether a later run would fail `holds` because of `write`: the value written is not the value that was asked for. */
function locks(holds: Term, write: WriteEffect): boolean {
  const name = storageName(write.storage);
  const value = textOf(write.value);
  const wanted = new Set<string>();
  visit(holds, (term) => {
    if (term.op === "binary" && term.operator === "==") {
      const [left, right] = [textOf(term.left), textOf(term.right)];
      if (left.startsWith(name)) wanted.add(right);
      else if (right.startsWith(name)) wanted.add(left);
    }
    if (term.op === "not" && textOf(term.of).startsWith(name)) wanted.add("false");
  });
  return wanted.size === 0 || [...wanted].some((one) => one !== value);
}
