import type { FunctionDefinition } from "solidity-ast";
import { isReadOnly, type ContractView } from "../ast/contract-view.js";
import type { Term } from "./term.js";
import type { CallEffect, ReadEffect, Trace, WriteEffect } from "./trace.js";

/** One effect with the entry point that it belongs to. */
export interface Occurrence<E> {
  entry: FunctionDefinition;
  trace: Trace;
  effect: E;
}

/** What all entry points of a contract do together: who writes, reads and calls what. Computed once, when asked. */
export class Facts {
  #writes?: Map<string, Occurrence<WriteEffect>[]>;
  #reads?: Map<string, Occurrence<ReadEffect>[]>;
  #constructorWrites?: Set<string>;

  constructor(public readonly view: ContractView) {}

  /** Traces of every external and public function that can change state. */
  get mutating(): readonly Trace[] {
    return this.view.entries.filter((entry) => !isReadOnly(entry)).map((entry) => this.view.traceOf(entry));
  }

  get all(): readonly Trace[] {
    return this.view.entries.map((entry) => this.view.traceOf(entry));
  }

  /** Writes by storage key. */
  get writes(): ReadonlyMap<string, readonly Occurrence<WriteEffect>[]> {
    this.#writes ??= gather(this.mutating, (effect) => (effect.kind === "write" ? effect : undefined));
    return this.#writes;
  }

  get reads(): ReadonlyMap<string, readonly Occurrence<ReadEffect>[]> {
    this.#reads ??= gather(this.all, (effect) => (effect.kind === "read" ? effect : undefined));
    return this.#reads;
  }

  /** Keys that some constructor of the contract writes. */
  get constructorWrites(): ReadonlySet<string> {
    this.#constructorWrites ??= new Set(
      this.view.constructors.flatMap((fn) =>
        this.view.traceOf(fn).effects.flatMap((effect) => (effect.kind === "write" ? [effect.storage.key] : [])),
      ),
    );
    return this.#constructorWrites;
  }

  *calls(): Iterable<Occurrence<CallEffect>> {
    for (const trace of this.all) {
      for (const effect of trace.effects) if (effect.kind === "call") yield { entry: trace.fn, trace, effect };
    }
  }

  /** The value of a boolean state variable that nothing ever changes. */
  fixedFlag(term: Term): boolean | undefined {
    if (term.op === "constant" && term.value?.op === "literal") return booleanOf(term.value.text);
    if (term.op !== "state" || term.declaration?.typeDescriptions.typeString !== "bool") return undefined;
    if (this.writes.has(term.key) || this.constructorWrites.has(term.key)) return undefined;
    const initial = term.declaration.value;
    if (initial === null || initial === undefined) return false;
    return initial.nodeType === "Literal" ? booleanOf(initial.value ?? "") : undefined;
  }
}

function booleanOf(text: string): boolean | undefined {
  return text === "true" ? true : text === "false" ? false : undefined;
}

function gather<E extends ReadEffect | WriteEffect>(
  traces: readonly Trace[],
  pick: (effect: Trace["effects"][number]) => E | undefined,
): Map<string, Occurrence<E>[]> {
  const found = new Map<string, Occurrence<E>[]>();
  for (const trace of traces) {
    for (const any of trace.effects) {
      const effect = pick(any);
      if (effect === undefined) continue;
      const list = found.get(effect.storage.key) ?? [];
      list.push({ entry: trace.fn, trace, effect });
      found.set(effect.storage.key, list);
    }
  }
  return found;
}

const known = new WeakMap<ContractView, Facts>();

/** The facts of a contract, shared by all rules. */
export function factsOf(view: ContractView): Facts {
  let facts = known.get(view);
  if (facts === undefined) {
    facts = new Facts(view);
    known.set(view, facts);
  }
  return facts;
}

