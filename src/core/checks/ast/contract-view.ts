import type {
  ContractDefinition,
  FunctionDefinition,
  ModifierDefinition,
  VariableDeclaration,
} from "solidity-ast";
import { trace, type Trace } from "../flow/trace.js";
import type { Program } from "./program.js";

const NAME_OF_SPECIAL = { constructor: "constructor", fallback: "fallback", receive: "receive" } as const;

/**
 * A contract as it is deployed: its linearization, and which override each name stands for.
 * Overrides are resolved the way the compiler does: the first implementation in linearized order wins.
 */
export class ContractView {
  public readonly bases: readonly ContractDefinition[];
  readonly #functions = new Map<string, FunctionDefinition[]>();
  readonly #modifiers = new Map<string, ModifierDefinition[]>();
  readonly #traces = new Map<number, Trace>();
  #entries?: FunctionDefinition[];
  #variables?: VariableDeclaration[];

  constructor(
    public readonly program: Program,
    public readonly definition: ContractDefinition,
  ) {
    this.bases = definition.linearizedBaseContracts.flatMap((id) => {
      const base = program.declaration(id);
      return base?.nodeType === "ContractDefinition" ? [base] : [];
    });
    for (const base of this.bases) {
      for (const node of base.nodes) {
        if (node.nodeType === "FunctionDefinition") push(this.#functions, dispatchKey(node), node);
        else if (node.nodeType === "ModifierDefinition") push(this.#modifiers, node.name, node);
      }
    }
  }

  get name(): string {
    return this.definition.name;
  }

  get file(): string {
    return this.program.fileOf(this.definition);
  }

  /** Can be deployed: a contract (no interface, no library) without unimplemented functions. */
  get isDeployable(): boolean {
    return this.definition.contractKind === "contract" && this.definition.fullyImplemented && !this.isAbstract;
  }

  get isAbstract(): boolean {
    return this.definition.abstract === true || !this.definition.fullyImplemented;
  }

  inherits(name: RegExp): boolean {
    return this.bases.some((base) => base !== this.definition && name.test(base.name));
  }

  /** State variables in storage order, constants and immutables left out. */
  get variables(): readonly VariableDeclaration[] {
    this.#variables ??= [...this.bases].reverse().flatMap((base) =>
      base.nodes.flatMap((node) =>
        node.nodeType === "VariableDeclaration" && isStored(node) ? [node] : [],
      ),
    );
    return this.#variables;
  }

  /** External and public functions, fallback and receive that a caller reaches, overrides resolved. */
  get entries(): readonly FunctionDefinition[] {
    this.#entries ??= [...this.#functions.values()].flatMap((candidates) => {
      const [first] = candidates;
      const implemented = candidates.find((candidate) => candidate.implemented);
      const isEntry =
        first !== undefined &&
        !isConstructor(first) &&
        (first.visibility === "public" || first.visibility === "external");
      return isEntry && implemented !== undefined ? [implemented] : [];
    });
    return this.#entries;
  }

  /** Constructors that run at deployment, base first. */
  get constructors(): readonly FunctionDefinition[] {
    return [...this.bases].reverse().flatMap((base) =>
      base.nodes.filter(
        (node): node is FunctionDefinition => node.nodeType === "FunctionDefinition" && isConstructor(node, base),
      ),
    );
  }

  /** Every function that is written in this contract or a base, overridden ones too. */
  get allFunctions(): readonly FunctionDefinition[] {
    return [...this.#functions.values()].flat();
  }

  /** What a call of `fn` reaches here. `after` is the contract that says `super`. */
  dispatch(fn: FunctionDefinition, after?: ContractDefinition): FunctionDefinition | undefined {
    const candidates = this.#functions.get(dispatchKey(fn));
    if (candidates === undefined) return fn.implemented ? fn : undefined;
    if (after !== undefined) {
      const from = this.bases.indexOf(after);
      return candidates.find(
        (candidate) => candidate.implemented && this.bases.indexOf(this.#owner(candidate)) > from,
      );
    }
    if (fn.visibility === "private") return fn;
    return candidates.find((candidate) => candidate.implemented && candidate.visibility !== "private") ?? fn;
  }

  dispatchModifier(modifier: ModifierDefinition): ModifierDefinition {
    return this.#modifiers.get(modifier.name)?.find(({ body }) => body !== null && body !== undefined) ?? modifier;
  }

  #owner(fn: FunctionDefinition): ContractDefinition {
    return this.program.ownerOf(fn.id) ?? this.definition;
  }

  /** What happens when `fn` runs as part of this contract; computed once. */
  traceOf(fn: FunctionDefinition): Trace {
    let known = this.#traces.get(fn.id);
    if (known === undefined) {
      known = trace(this, fn);
      this.#traces.set(fn.id, known);
    }
    return known;
  }

  entryNamed(name: string): FunctionDefinition | undefined {
    return this.entries.find((entry) => entry.name === name);
  }
}

/** `name(type,type)` with the compiler's own type strings, without data locations. */
export function signatureOf(fn: FunctionDefinition): string {
  const name = isConstructor(fn) ? "constructor" : fn.name === "" ? (specialName(fn) ?? "fallback") : fn.name;
  return `${name}(${fn.parameters.parameters.map(parameterType).join(",")})`;
}

/** Whether `fn` is a constructor, also in the style before solc 0.5 where it has the contract's name. */
export function isConstructor(fn: FunctionDefinition, owner?: ContractDefinition): boolean {
  if (fn.kind !== undefined) return fn.kind === "constructor";
  const old = fn as { isConstructor?: boolean; name: string };
  return old.isConstructor === true || (owner !== undefined && old.name === owner.name);
}

export function isStored(variable: VariableDeclaration): boolean {
  return !variable.constant && variable.mutability !== "immutable" && variable.mutability !== "constant";
}

export function isReadOnly(fn: FunctionDefinition): boolean {
  return fn.stateMutability === "view" || fn.stateMutability === "pure";
}

function dispatchKey(fn: FunctionDefinition): string {
  return isConstructor(fn) ? `constructor ${fn.id}` : signatureOf(fn);
}

function specialName(fn: FunctionDefinition): string | undefined {
  return fn.kind === "function" || fn.kind === "freeFunction" ? undefined : NAME_OF_SPECIAL[fn.kind];
}

function parameterType(parameter: VariableDeclaration): string {
  return (parameter.typeDescriptions.typeString ?? "")
    .replace(/ (?:memory|calldata|storage(?: ref| pointer)?)\b/g, "")
    .replace(/^(?:struct|enum|contract) /, "")
    .replace(/^address payable/, "address");
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}
