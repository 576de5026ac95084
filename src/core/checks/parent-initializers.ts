import type { ContractDefinition, FunctionDefinition } from "solidity-ast";
import type { ContractView } from "./ast/contract-view.js";
import { entriesOf, type Trace } from "./flow/trace.js";
import { initializersOf } from "./upgradeable.js";

const PARENT_INIT = /^__\w+_init(?:_unchained)?$|^_?init(?:ialize)?\w*$/i;

/** A parent whose own initializer writes state, and how far the contract's initializers call it. */
export interface MissingParent {
  base: ContractDefinition;
  init: FunctionDefinition;
  /** It is called, but only on some paths. */
  conditional: boolean;
  by: FunctionDefinition;
}

/** Parents with an internal initializer that no initializer of the contract runs on every path. */
export function missingParents(view: ContractView, only?: (base: ContractDefinition) => boolean): MissingParent[] {
  const guarded = initializersOf(view).filter(({ guard }) => guard !== undefined);
  const [first] = guarded;
  if (first === undefined) return [];
  return view.bases.slice(1).flatMap((base) => {
    if (only?.(base) === false) return [];
    const inits = ownInitializers(view, base);
    const [init] = inits;
    if (init === undefined) return [];
    const by = guarded.map(({ trace }) => trace);
    if (by.some((trace) => inits.some((fn) => runsAlways(trace, fn)))) return [];
    const conditional = by.find((trace) => inits.some((fn) => trace.entered.has(fn.id)));
    return [{ base, init, conditional: conditional !== undefined, by: conditional?.fn ?? first.fn }];
  });
}

/** Internal initializers that a base declares and whose body does something. */
function ownInitializers(view: ContractView, base: ContractDefinition): FunctionDefinition[] {
  return base.nodes.filter(
    (node): node is FunctionDefinition =>
      node.nodeType === "FunctionDefinition" &&
      node.visibility === "internal" &&
      PARENT_INIT.test(node.name) &&
      node.implemented &&
      view.traceOf(node).effects.some((effect) => effect.kind === "write" && !effect.storage.key.startsWith("ns:InitializableStorage")),
  );
}

/** Whether what `fn` writes is written on every path that does not revert. */
function runsAlways(trace: Trace, fn: FunctionDefinition): boolean {
  if (!trace.entered.has(fn.id)) return false;
  const own = trace.effects.find(({ kind, via }) => kind === "write" && via.includes(fn.name));
  if (own === undefined) return true;
  const first = trace.effects.find(({ via }) => via.includes(fn.name)) ?? own;
  const exit = new Set(entriesOf(trace.exit).map(({ node, arm }) => `${node.src}:${arm}`));
  return entriesOf(first.path).every(({ kind, node, arm }) => kind === "check" || exit.has(`${node.src}:${arm}`));
}
