import type { FunctionDefinition, VariableDeclaration } from "solidity-ast";

/** The part of a node by which it is found again. */
export interface Located {
  src: string;
}

/**
 * A value as the analysis knows it: the expression with parameters of internal calls, locals and modifiers put in place.
 * Terms share sub-terms, and are never changed once made.
 */
export type Term =
  | { op: "literal"; text: string }
  /** `msg.sender`, also through `_msgSender()`. */
  | { op: "caller" }
  /** `block.timestamp`, `msg.value`, `tx.origin`, `this` … */
  | { op: "environment"; name: string }
  | { op: "parameter"; name: string; index: number; declaration: VariableDeclaration }
  /** A constant or an immutable. */
  | { op: "constant"; name: string; immutable: boolean; value?: Term; declaration: VariableDeclaration }
  /** A state variable, the root of an ERC-7201 namespace (`ns:` and its struct), or a raw slot (`slot:`). */
  | { op: "state"; key: string; declaration?: VariableDeclaration; /** What a raw slot's number is made of. */ slot?: Term }
  | { op: "field"; base: Term; name: string }
  | { op: "index"; base: Term; index: Term }
  /** A call whose result is not known from its body: external, builtin, or not resolved. */
  | {
      op: "call";
      name: string;
      kind: CallKind;
      target?: Term;
      args: readonly Term[];
      node: Located;
      declaration?: FunctionDefinition;
    }
  /** One component of what a call returns. */
  | { op: "component"; of: Term; index: number }
  | { op: "binary"; operator: string; left: Term; right: Term; node?: Located }
  | { op: "not"; of: Term }
  | { op: "unary"; operator: string; of: Term }
  | { op: "cast"; type: string; of: Term }
  /** One of several values, depending on the path. */
  | { op: "phi"; options: readonly Term[]; /** What decides which; no part of the value. */ when?: readonly Term[] }
  | { op: "tuple"; items: readonly Term[] }
  /** A struct in memory, by member. */
  | { op: "record"; names: readonly string[]; items: readonly Term[] }
  | { op: "unknown"; name: string; declaration?: VariableDeclaration };

export type CallKind =
  | "external"
  | "low-level"
  | "delegatecall"
  | "staticcall"
  | "transfer"
  | "send"
  | "create"
  | "library"
  | "builtin"
  | "unresolved";

export const UNKNOWN: Term = { op: "unknown", name: "?" };
export const CALLER: Term = { op: "caller" };

const sizes = new WeakMap<Term, number>();
const MAX_SIZE = 300;

/** Sub-terms of a term, one level down. */
export function childrenOf(term: Term): readonly Term[] {
  switch (term.op) {
    case "constant":
      return term.value === undefined ? [] : [term.value];
    case "field":
      return [term.base];
    case "index":
      return [term.base, term.index];
    case "call":
      return term.target === undefined ? term.args : [term.target, ...term.args];
    case "component":
    case "not":
    case "unary":
    case "cast":
      return [term.of];
    case "binary":
      return [term.left, term.right];
    case "phi":
      return term.options;
    case "tuple":
    case "record":
      return term.items;
    default:
      return [];
  }
}

/** Number of nodes when written out, capped. */
export function sizeOf(term: Term): number {
  const known = sizes.get(term);
  if (known !== undefined) return known;
  let size = 1;
  for (const child of childrenOf(term)) size = Math.min(size + sizeOf(child), MAX_SIZE * 4);
  sizes.set(term, size);
  return size;
}

/** Whether `matches` holds for the term or anything inside it. */
export function contains(term: Term, matches: (term: Term) => boolean, seen = new Set<Term>()): boolean {
  if (seen.has(term)) return false;
  seen.add(term);
  return matches(term) || childrenOf(term).some((child) => contains(child, matches, seen));
}

/** All sub-terms that match, each once. */
export function collect<T extends Term>(term: Term, matches: (term: Term) => term is T, into = new Set<T>()): Set<T> {
  visit(term, (inner) => {
    if (matches(inner)) into.add(inner);
  });
  return into;
}

/** Calls `see` for the term and every term inside it, each once. */
export function visit(term: Term, see: (term: Term) => void, seen = new Set<Term>()): void {
  if (seen.has(term)) return;
  seen.add(term);
  see(term);
  for (const child of childrenOf(term)) visit(child, see, seen);
}

/** One value out of several; the same term when all are the same. */
export function phi(...terms: readonly Term[]): Term {
  const options = new Set<Term>();
  for (const term of terms) {
    if (term.op === "phi") for (const option of term.options) options.add(option);
    else options.add(term);
  }
  const [first] = options;
  if (options.size === 1 && first !== undefined) return first;
  return { op: "phi", options: [...options].slice(0, 6) };
}

/** Like {@link phi}, remembering the conditions that decide. */
export function phiWhen(when: readonly Term[], ...terms: readonly Term[]): Term {
  const term = phi(...terms);
  return term.op === "phi" && when.length > 0 ? { ...term, when: when.slice(0, 12) } : term;
}

/** Conditions that decide which value the term has, at any depth. */
export function decidersOf(term: Term): readonly Term[] {
  const found: Term[] = [];
  visit(term, (inner) => {
    if (inner.op === "phi" && inner.when) found.push(...inner.when);
  });
  return found;
}

/** Logical negation, pushed inwards so that `if (a != b) revert` and `require(a == b)` become one term. */
export function negate(term: Term): Term {
  if (term.op === "not") return term.of;
  if (term.op === "literal" && (term.text === "true" || term.text === "false")) {
    return { op: "literal", text: term.text === "true" ? "false" : "true" };
  }
  if (term.op === "binary") {
    const inverse = INVERSE[term.operator];
    if (inverse !== undefined) return { ...term, operator: inverse };
    if (term.operator === "&&" || term.operator === "||") {
      return {
        ...term,
        operator: term.operator === "&&" ? "||" : "&&",
        left: negate(term.left),
        right: negate(term.right),
      };
    }
  }
  return { op: "not", of: term };
}

const INVERSE: Readonly<Record<string, string>> = {
  "==": "!=",
  "!=": "==",
  "<": ">=",
  ">=": "<",
  ">": "<=",
  "<=": ">",
};
const COMMUTES = new Set(["==", "!=", "+", "*", "&", "|", "^", "&&", "||"]);
const MIRRORED: Readonly<Record<string, string>> = { ">": "<", ">=": "<=" };

/** The terms that all hold when `term` holds. */
export function conjuncts(term: Term): readonly Term[] {
  return term.op === "binary" && term.operator === "&&" ? [...conjuncts(term.left), ...conjuncts(term.right)] : [term];
}

/** The terms of which one holds when `term` holds. */
export function disjuncts(term: Term): readonly Term[] {
  return term.op === "binary" && term.operator === "||" ? [...disjuncts(term.left), ...disjuncts(term.right)] : [term];
}

const texts = new WeakMap<Term, string>();

/** Canonical text: names only (no ids), casts left out, commuting operands sorted; equal text means equal meaning. */
export function textOf(term: Term): string {
  const known = texts.get(term);
  if (known !== undefined) return known;
  const text = sizeOf(term) > MAX_SIZE ? `…${term.op}` : write(term);
  texts.set(term, text);
  return text;
}

function write(term: Term): string {
  switch (term.op) {
    case "literal":
      return term.text;
    case "caller":
      return "msg.sender";
    case "environment":
    case "unknown":
      return term.name;
    case "parameter":
      return `$${term.index}`;
    case "constant":
      return term.name;
    case "state":
      return term.key;
    case "field":
      return `${textOf(term.base)}.${term.name}`;
    case "index":
      return `${textOf(term.base)}[${textOf(term.index)}]`;
    case "call":
      return `${term.target === undefined ? "" : `${textOf(term.target)}.`}${term.name}(${term.args.map(textOf).join(", ")})`;
    case "component":
      return `${textOf(term.of)}#${term.index}`;
    case "binary": {
      const [left, right] = [textOf(term.left), textOf(term.right)];
      const mirrored = MIRRORED[term.operator];
      if (mirrored !== undefined) return `(${right} ${mirrored} ${left})`;
      const sorted = COMMUTES.has(term.operator) && right < left;
      return sorted ? `(${right} ${term.operator} ${left})` : `(${left} ${term.operator} ${right})`;
    }
    case "not":
      return `!${textOf(term.of)}`;
    case "unary":
      return `${term.operator}${textOf(term.of)}`;
    case "cast":
      return textOf(term.of);
    case "phi":
      return `{${[...new Set(term.options.map(textOf))].sort().join(" | ")}}`;
    case "record":
      return `{${term.items.map((item, index) => `${term.names[index]}: ${textOf(item)}`).join(", ")}}`;
    case "tuple":
      return `(${term.items.map(textOf).join(", ")})`;
  }
}

/** The storage that a term names: root variable or namespace field, and the rest of the path. */
export interface StoragePath {
  /** `balances`, `ERC20Storage._balances`, `slot:0x…`. */
  key: string;
  /** Field names below the key, indexes left out: `size` for `positions[id].size`. */
  fields: readonly string[];
  indexes: readonly Term[];
  declaration?: VariableDeclaration;
}

/** @returns undefined when the term is not a place in storage. */
export function storagePath(term: Term): StoragePath | undefined {
  switch (term.op) {
    case "state":
      return { key: term.key, fields: [], indexes: [], ...(term.declaration && { declaration: term.declaration }) };
    case "field": {
      const base = storagePath(term.base);
      if (base === undefined) return undefined;
      const isNamespace = base.key.startsWith("ns:") && !base.key.includes(".");
      return isNamespace
        ? { ...base, key: `${base.key}.${term.name}` }
        : { ...base, fields: [...base.fields, term.name] };
    }
    case "index": {
      const base = storagePath(term.base);
      return base === undefined ? undefined : { ...base, indexes: [...base.indexes, term.index] };
    }
    case "phi": {
      for (const option of term.options) {
        const path = storagePath(option);
        if (path !== undefined) return path;
      }
      return undefined;
    }
    case "cast":
      return storagePath(term.of);
    default:
      return undefined;
  }
}

/** The key with its fields: what a rule calls "the same state", whichever element is meant. */
export function storageName(path: StoragePath): string {
  return path.fields.length === 0 ? path.key : `${path.key}.${path.fields.join(".")}`;
}

/** Whether two names can mean the same state: one is the other, or a part of it. */
export function overlaps(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);
}

/** Keys of all storage that the value of a term depends on. */
export function storageIn(term: Term): Set<string> {
  const keys = new Set<string>();
  visit(term, (inner) => {
    if (inner.op !== "state" && inner.op !== "field") return;
    const path = storagePath(inner);
    if (path !== undefined && !(path.key.startsWith("ns:") && !path.key.includes("."))) keys.add(path.key);
  });
  return keys;
}

/** Names of the storage in a term, fields included: `_accounts.debt`, and what its indexes depend on. */
export function namesIn(term: Term, names = new Set<string>(), seen = new Set<Term>()): Set<string> {
  if (seen.has(term)) return names;
  seen.add(term);
  const path = term.op === "state" || term.op === "field" || term.op === "index" ? storagePath(term) : undefined;
  if (term.op === "phi") for (const condition of term.when ?? []) namesIn(condition, names, seen);
  if (path === undefined) for (const child of childrenOf(term)) namesIn(child, names, seen);
  else {
    names.add(storageName(path));
    for (const index of path.indexes) namesIn(index, names, seen);
  }
  return names;
}
