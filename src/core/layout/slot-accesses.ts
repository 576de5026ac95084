import { type AstIndex, type AstNode, node, nodesOf } from "./ast.js";
import { constantWord, type Overrides } from "./constant.js";
import { type FunctionFacts, localScope, type SlotUse, yulDeclaration, yulWord } from "./functions.js";

/** A use of a constant slot. */
export interface Access {
  base: bigint;
  /** The storage pointer's declaration, for struct and mapping pointers. */
  pointer?: AstNode;
  /** Name of the constant that holds the slot, where there is one. */
  constant?: string;
  facts: FunctionFacts;
}

/** A slot use whose slot is a parameter: its callers decide. */
interface Parametric {
  facts: FunctionFacts;
  position: number;
  pointer?: AstNode;
}

/** The code that a contract may run. */
export interface Code {
  index: AstIndex;
  functions: FunctionFacts[];
  overrides: Overrides;
}

/** Callers that a slot is followed through. */
const CALL_DEPTH = 4;

/**
 * Every use of a constant slot in assembly, through helpers that take the slot as an argument, too.
 *
 * @param unknown hears of each storage pointer whose slot is computed at run time; not of elements of other pointers.
 */
export function findAccesses(code: Code, unknown: (facts: FunctionFacts, pointer: AstNode) => void): Access[] {
  const { index, functions, overrides } = code;
  const accesses: Access[] = [];
  let parametric: Parametric[] = [];
  for (const facts of functions) {
    if (facts.slotUses.length === 0) continue;
    const scope = localScope(index, facts, overrides);
    for (const use of facts.slotUses) {
      const pointer = use.pointer === undefined ? undefined : facts.locals.get(use.pointer);
      if (use.pointer !== undefined && pointer === undefined) continue;
      const base = yulWord(index, use, scope);
      const position = parameterPosition(facts, yulDeclaration(use));
      if (base !== undefined) accesses.push({ base, facts, ...(pointer === undefined ? {} : { pointer }), ...constantName(code, facts, use) });
      else if (position >= 0) parametric.push({ facts, position, ...(pointer === undefined ? {} : { pointer }) });
      else if (pointer !== undefined && !isElement(use, facts)) unknown(facts, pointer);
    }
  }
  for (let depth = 0; depth < CALL_DEPTH && parametric.length > 0; depth += 1) {
    const next: Parametric[] = [];
    for (const target of parametric) resolveCallers(code, target, accesses, next);
    parametric = next;
  }
  return accesses;
}

function resolveCallers(code: Code, target: Parametric, accesses: Access[], next: Parametric[]): void {
  const { index, functions, overrides } = code;
  const id = target.facts.definition.id;
  for (const caller of functions) {
    if (!caller.references.has(id)) continue;
    const scope = localScope(index, caller, overrides);
    for (const call of caller.calls) {
      const callee = node(call.expression);
      if (callee?.referencedDeclaration !== id) continue;
      const argument = argumentAt(target, call, callee);
      if (argument === undefined) continue;
      const pointer = target.pointer === undefined ? {} : { pointer: target.pointer };
      const base = constantWord(index, argument, scope, overrides);
      const position = parameterPosition(caller, argument.referencedDeclaration);
      const constant = nameOfConstant(index, argument.referencedDeclaration) ?? nameOfLocalConstant(code, caller, argument.referencedDeclaration);
      if (base !== undefined) accesses.push({ base, facts: caller, ...pointer, ...(constant === undefined ? {} : { constant }) });
      else if (position >= 0) next.push({ facts: caller, position, ...pointer });
    }
  }
}

/** The argument for the parameter, also when the function is attached by `using … for`. */
function argumentAt(target: Parametric, call: AstNode, callee: AstNode): AstNode | undefined {
  const parameters = nodesOf(node(target.facts.definition.parameters)?.parameters);
  const args = nodesOf(call.arguments);
  const bound = callee.nodeType === "MemberAccess" && args.length === parameters.length - 1;
  if (!bound) return args[target.position];
  return target.position === 0 ? node(callee.expression) : args[target.position - 1];
}

function parameterPosition(facts: FunctionFacts, declaration: unknown): number {
  return nodesOf(node(facts.definition.parameters)?.parameters).findIndex(({ id }) => id === declaration);
}

function constantName(code: Code, facts: FunctionFacts, use: SlotUse): { constant?: string } {
  const declaration = yulDeclaration(use);
  const name = nameOfConstant(code.index, declaration) ?? nameOfLocalConstant(code, facts, declaration);
  return name === undefined ? {} : { constant: name };
}

function nameOfConstant(index: AstIndex, id: unknown): string | undefined {
  const definition = index.get(id);
  return definition?.constant === true ? String(definition.name) : undefined;
}

/** `bytes32 slot = SOME_SLOT;`: the constant behind a local. */
function nameOfLocalConstant({ index, overrides }: Code, facts: FunctionFacts, id: unknown): string | undefined {
  if (typeof id !== "number" || !facts.locals.has(id)) return undefined;
  for (const reference of facts.references) {
    const name = nameOfConstant(index, reference);
    if (name !== undefined && constantWord(index, node(index.get(reference)?.value)) === localScope(index, facts, overrides).get(id)) return name;
  }
  return undefined;
}

/** Whether the block computes the slot of an element from another pointer's slot, as `Arrays` and `Checkpoints` do. */
function isElement({ references, pointer }: SlotUse, { locals }: FunctionFacts): boolean {
  return [...references.values()].some((id) => id !== pointer && locals.get(id)?.storageLocation === "storage");
}
