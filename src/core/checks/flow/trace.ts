import type { FunctionDefinition } from "solidity-ast";
import type { ContractView } from "../ast/contract-view.js";
import { Interpreter } from "./interpreter.js";
import type { CallKind, Located, StoragePath, Term } from "./term.js";

/**
 * What is known to hold at a point: a passed check (`require`, or an `if` that reverts), or an arm of a branch.
 * Linked from the innermost outwards; shared by the effects behind it.
 */
export interface PathEntry {
  parent?: PathEntry;
  holds: Term;
  kind: "check" | "arm";
  node: Located;
  /** Identity of the branch and which arm: two effects with the same branch and other arms exclude each other. */
  branch?: object;
  arm?: number;
  /** Names of the internal functions and modifiers through which the check is made, outermost first. */
  via: readonly string[];
}

interface EffectBase {
  /** Position in the order of execution. */
  order: number;
  path?: PathEntry;
  node: Located;
  /** Function or modifier that the effect is written in, and the internal calls that lead there, outermost first. */
  via: readonly string[];
  inLoop: number;
}

export interface ReadEffect extends EffectBase {
  kind: "read";
  storage: StoragePath;
  term: Term;
}

export interface WriteEffect extends EffectBase {
  kind: "write";
  storage: StoragePath;
  term: Term;
  operator: string;
  value: Term;
}

export interface CallEffect extends EffectBase {
  kind: "call";
  call: Extract<Term, { op: "call" }>;
  callKind: CallKind;
  /** Wei sent along, if the call says so. */
  value?: Term;
  /** The callee may not change state: a view function, `staticcall`. */
  isView: boolean;
  /** All gas is forwarded, so that the callee can call back. */
  canReenter: boolean;
}

export interface CheckEffect extends EffectBase {
  kind: "check";
  holds: Term;
}

export interface EmitEffect extends EffectBase {
  kind: "emit";
  event: string;
  args: readonly Term[];
}

export interface DestroyEffect extends EffectBase {
  kind: "selfdestruct";
}

export type Effect = ReadEffect | WriteEffect | CallEffect | CheckEffect | EmitEffect | DestroyEffect;
/** An effect without what the interpreter adds to it. */
export type NewEffect = Effect extends infer E
  ? E extends Effect
    ? Omit<E, keyof EffectBase> & Partial<Pick<EffectBase, "node">>
    : never
  : never;

/** Everything that one call of a function does, in order, internal calls and modifiers inlined. */
export interface Trace {
  fn: FunctionDefinition;
  effects: readonly Effect[];
  returns: readonly Term[];
  /** What holds after every run that does not revert. */
  exit?: PathEntry;
  /** Internal functions that were entered, by id. */
  entered: ReadonlySet<number>;
  /** False if the body was too large or recursive, so that effects may be missing. */
  complete: boolean;
  /** Why effects are missing that a rule may have asked for; empty if none are. */
  unfollowed: readonly string[];
}

export function trace(view: ContractView, fn: FunctionDefinition): Trace {
  return new Interpreter(view).run(fn);
}

/** The path's entries, outermost first. */
export function entriesOf(path: PathEntry | undefined): PathEntry[] {
  const entries: PathEntry[] = [];
  for (let entry = path; entry !== undefined; entry = entry.parent) entries.push(entry);
  return entries.reverse();
}

/** Whether both can happen in one run: they don't lie on different arms of a branch. */
export function compatible(a: PathEntry | undefined, b: PathEntry | undefined): boolean {
  const arms = new Map<object, number>();
  for (let entry = a; entry !== undefined; entry = entry.parent) {
    if (entry.branch !== undefined && entry.arm !== undefined) arms.set(entry.branch, entry.arm);
  }
  for (let entry = b; entry !== undefined; entry = entry.parent) {
    if (entry.branch === undefined || entry.arm === undefined) continue;
    const other = arms.get(entry.branch);
    if (other !== undefined && other !== entry.arm) return false;
  }
  return true;
}
