import { type AstIndex, type AstNode, isNode, node, nodesOf, walk } from "./ast.js";
import { constantWord, type Overrides, type Scope } from "./constant.js";

/** A use of a constant-like slot in inline assembly: `x.slot := e`, `sload(e)`, `sstore(e, …)`. */
export interface SlotUse {
  /** The storage pointer that is assigned, for `.slot :=`. */
  pointer?: number;
  expression: AstNode;
  /** Declarations that the Yul identifiers of this block stand for, by source range. */
  references: ReadonlyMap<string, number>;
}

export interface FunctionFacts {
  definition: AstNode;
  /** Every declaration that the body refers to. */
  references: Set<number>;
  /** Syntactic contexts in which each declaration is used. */
  contexts: Map<number, string[]>;
  slotUses: SlotUse[];
  calls: AstNode[];
  /** Assembly blocks that hash and use storage. */
  hashed: { root: AstNode; references: ReadonlyMap<string, number> }[];
  /** Declarations inside: parameters, return values, locals. */
  locals: Map<number, AstNode>;
  /** Filled on first use by {@link localScope}. */
  scope?: Scope;
}

const factsByIndex = new WeakMap<AstIndex, Map<number, FunctionFacts>>();

/** What a function (or modifier) refers to; computed once per compilation. */
export function functionFacts(index: AstIndex, definition: AstNode): FunctionFacts {
  let cache = factsByIndex.get(index);
  if (cache === undefined) factsByIndex.set(index, (cache = new Map()));
  let facts = cache.get(definition.id);
  if (facts === undefined) cache.set(definition.id, (facts = collect(definition)));
  return facts;
}

/** The functions and modifiers that code of `contracts` may run: their own, and library and free functions they reach. */
export function reachableFunctions(index: AstIndex, contracts: AstNode[]): FunctionFacts[] {
  const queue = contracts.flatMap((contract) => nodesOf(contract.nodes).filter(isCode));
  const seen = new Map<number, FunctionFacts>();
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (seen.has(next.id)) continue;
    const facts = functionFacts(index, next);
    seen.set(next.id, facts);
    for (const id of facts.references) {
      const target = index.get(id);
      if (target === undefined || !isCode(target)) continue;
      const owner = index.ownerOf(id);
      if (owner === undefined || owner.contractKind === "library") queue.push(target);
    }
  }
  return [...seen.values()];
}

/** The most derived override of every function of `contracts` that has one; most basic contract first. */
export function overridesOf(contracts: readonly AstNode[]): Overrides {
  const overrides = new Map<number, AstNode>();
  const below = new Map<number, readonly number[]>();
  for (const definition of contracts.flatMap((contract) => nodesOf(contract.nodes))) {
    if (!Array.isArray(definition.baseFunctions) || definition.baseFunctions.length === 0) continue;
    const all = (definition.baseFunctions as number[]).flatMap((id) => [id, ...(below.get(id) ?? [])]);
    below.set(definition.id, all);
    for (const id of all) overrides.set(id, definition);
  }
  return overrides;
}

/** Values of the single-assignment locals of a function that are constant, as the contract of `overrides` runs it. */
export function localScope(index: AstIndex, facts: FunctionFacts, overrides: Overrides): Scope {
  for (const id of facts.references) if (overrides.has(id)) return evaluateLocals(index, facts, overrides);
  return (facts.scope ??= evaluateLocals(index, facts, overrides));
}

function evaluateLocals(index: AstIndex, facts: FunctionFacts, overrides: Overrides): Scope {
  const scope = new Map<number, bigint>();
  const assigned = new Map<number, number>();
  const set = (id: number, value: bigint | undefined): void => {
    const times = (assigned.get(id) ?? 0) + 1;
    assigned.set(id, times);
    if (times === 1 && value !== undefined) scope.set(id, value);
    else scope.delete(id);
  };
  const body = node(facts.definition.body);
  if (body === undefined) return scope;
  walk(body, (current) => {
    if (current.nodeType === "VariableDeclarationStatement") {
      const declarations = nodesOf(current.declarations);
      const [declaration] = declarations;
      if (declarations.length === 1 && declaration !== undefined && isNode(current.initialValue)) {
        set(declaration.id, constantWord(index, current.initialValue, scope, overrides));
      }
    } else if (current.nodeType === "Assignment") {
      const target = node(current.leftHandSide);
      if (target?.nodeType === "Identifier" && typeof target.referencedDeclaration === "number" && facts.locals.has(target.referencedDeclaration)) {
        set(target.referencedDeclaration, constantWord(index, node(current.rightHandSide), scope, overrides));
      }
    }
  });
  return scope;
}

/** The value of a slot expression in Yul: a literal, or an identifier that stands for a constant, local or parameter. */
export function yulWord(index: AstIndex, use: SlotUse, scope: Scope): bigint | undefined {
  const { expression } = use;
  if (expression.nodeType === "YulLiteral") {
    const text = String(expression.value);
    return /^(0x[0-9a-fA-F]+|[0-9]+)$/.test(text) ? BigInt(text) : undefined;
  }
  const declaration = yulDeclaration(use);
  if (declaration === undefined) return undefined;
  const local = scope.get(declaration);
  if (local !== undefined) return local;
  const definition = index.get(declaration);
  return definition?.constant === true ? constantWord(index, node(definition.value)) : undefined;
}

/** The declaration that a slot expression names, when it is a plain identifier. */
export function yulDeclaration(use: SlotUse): number | undefined {
  return use.expression.nodeType === "YulIdentifier" ? use.references.get(use.expression.src) : undefined;
}

function isCode(definition: AstNode): boolean {
  return definition.nodeType === "FunctionDefinition" || definition.nodeType === "ModifierDefinition";
}

function collect(definition: AstNode): FunctionFacts {
  const facts: FunctionFacts = {
    definition,
    references: new Set(),
    contexts: new Map(),
    slotUses: [],
    calls: [],
    hashed: [],
    locals: new Map(),
  };
  visit(definition, []);
  return facts;

  function visit(current: AstNode, trail: string[]): void {
    if (current.nodeType === "VariableDeclaration") facts.locals.set(current.id, current);
    if (current.nodeType === "InlineAssembly") return void assembly(current, facts);
    if (current.nodeType === "FunctionCall") facts.calls.push(current);
    if (typeof current.referencedDeclaration === "number") refer(current.referencedDeclaration, trail);
    for (const [field, value] of Object.entries(current)) {
      if (field === "typeDescriptions") continue;
      const step = `${current.nodeType}.${field}`;
      if (isNode(value)) visit(value, [step, ...trail.slice(0, 2)]);
      else if (Array.isArray(value)) for (const item of value) if (isNode(item)) visit(item, [step, ...trail.slice(0, 2)]);
    }
  }

  function refer(id: number, trail: string[]): void {
    facts.references.add(id);
    const contexts = facts.contexts.get(id);
    const context = trail.join("<");
    if (contexts === undefined) facts.contexts.set(id, [context]);
    else contexts.push(context);
  }
}

function assembly(block: AstNode, facts: FunctionFacts): void {
  const references = new Map<string, number>();
  const slots = new Set<string>();
  for (const reference of externalReferences(block)) {
    references.set(reference.src, reference.declaration);
    facts.references.add(reference.declaration);
    if (reference.slot) slots.add(reference.src);
  }
  const root = node(block.AST);
  if (root === undefined) return;
  const called = new Set<string>();
  walk(root, (current) => {
    if (current.nodeType === "YulAssignment") {
      const [target] = nodesOf(current.variableNames);
      const value = node(current.value);
      const pointer = target !== undefined && slots.has(target.src) ? references.get(target.src) : undefined;
      if (pointer !== undefined && value !== undefined) facts.slotUses.push({ pointer, expression: value, references });
    }
    if (current.nodeType === "YulFunctionCall") {
      const name = String(node(current.functionName)?.name);
      called.add(name);
      const [slot] = nodesOf(current.arguments);
      if ((name === "sload" || name === "sstore") && slot !== undefined && !slots.has(slot.src)) {
        facts.slotUses.push({ expression: slot, references });
      }
    }
  });
  if (called.has("keccak256") && (called.has("sload") || called.has("sstore") || slots.size > 0)) facts.hashed.push({ root, references });
}

function externalReferences(block: AstNode): { src: string; declaration: number; slot: boolean }[] {
  const found: { src: string; declaration: number; slot: boolean }[] = [];
  for (const reference of Array.isArray(block.externalReferences) ? (block.externalReferences as Record<string, unknown>[]) : []) {
    // solc < 0.6 nests each reference under its name
    const entry = (typeof reference.declaration === "number" ? reference : Object.values(reference)[0]) as { declaration?: unknown; src?: unknown; isSlot?: unknown } | undefined;
    if (typeof entry?.declaration === "number" && typeof entry.src === "string") {
      found.push({ src: entry.src, declaration: entry.declaration, slot: entry.isSlot === true });
    }
  }
  return found;
}
