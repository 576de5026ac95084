import type {
  ContractDefinition,
  FunctionDefinition,
  ModifierDefinition,
  SourceUnit,
  StructDefinition,
  VariableDeclaration,
} from "solidity-ast";
import type { SolcInput, SolcOutput } from "../../solc.js";

/** What an AST reference can point at, as far as the checks follow references. */
export type Declaration =
  | ContractDefinition
  | FunctionDefinition
  | ModifierDefinition
  | StructDefinition
  | VariableDeclaration;

/** A place in a source file, lines and columns from 1. */
export interface Place {
  file: string;
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
}

interface SourceFile {
  file: string;
  ast: SourceUnit;
  content: string;
  /** UTF-8 bytes, made when a place in a file with non-ASCII characters is asked for. */
  bytes?: Uint8Array;
  lineStarts?: number[];
}

const KEPT = new Set([
  "ContractDefinition",
  "FunctionDefinition",
  "ModifierDefinition",
  "StructDefinition",
  "VariableDeclaration",
]);

/**
 * One compiler job's ASTs, indexed: declarations by id, the contract that each function belongs to, places by `src`.
 * Ids hold within one job only, so that V1 and V2 are two programs.
 */
export class Program {
  public readonly contracts: ContractDefinition[] = [];
  readonly #declarations = new Map<number, Declaration>();
  readonly #ownerOf = new Map<number, ContractDefinition>();
  readonly #sourceById = new Map<number, SourceFile>();
  readonly #sourceByFile = new Map<string, SourceFile>();
  readonly #derived = new Map<number, ContractDefinition[]>();

  constructor(input: SolcInput, output: SolcOutput) {
    for (const [file, { id, ast }] of Object.entries(output.sources)) {
      if (!isSourceUnit(ast)) continue;
      const source: SourceFile = { file, ast, content: input.sources[file]?.content ?? "" };
      this.#sourceById.set(id, source);
      this.#sourceByFile.set(file, source);
      for (const node of ast.nodes) {
        if (node.nodeType === "ContractDefinition") this.#addContract(node);
        else this.#index(node);
      }
    }
    for (const contract of this.contracts) {
      for (const base of contract.linearizedBaseContracts) {
        if (base === contract.id) continue;
        const known = this.#derived.get(base);
        if (known === undefined) this.#derived.set(base, [contract]);
        else known.push(contract);
      }
    }
  }

  #addContract(contract: ContractDefinition): void {
    this.contracts.push(contract);
    this.#declarations.set(contract.id, contract);
    for (const node of contract.nodes) {
      if ("id" in node) this.#ownerOf.set(node.id, contract);
      this.#index(node);
    }
  }

  /** Declarations sit in bodies too (locals), so that the whole tree is walked once. */
  #index(node: unknown): void {
    if (Array.isArray(node)) {
      for (const item of node) if (typeof item === "object" && item !== null) this.#index(item);
      return;
    }
    const record = node as Record<string, unknown>;
    if (typeof record.nodeType === "string" && KEPT.has(record.nodeType)) {
      this.#declarations.set(record.id as number, record as unknown as Declaration);
    }
    for (const key in record) {
      const value = record[key];
      if (typeof value === "object" && value !== null && key !== "typeDescriptions" && key !== "AST") this.#index(value);
    }
  }

  declaration(id: number | null | undefined): Declaration | undefined {
    return id === null || id === undefined ? undefined : this.#declarations.get(id);
  }

  /** The contract in which a function, modifier, state variable or struct is written; undefined for free functions. */
  ownerOf(id: number): ContractDefinition | undefined {
    return this.#ownerOf.get(id);
  }

  /** Contracts that inherit from this one, directly or not. */
  derivedFrom(contract: ContractDefinition): readonly ContractDefinition[] {
    return this.#derived.get(contract.id) ?? [];
  }

  sources(): Iterable<{ file: string; ast: SourceUnit; content: string }> {
    return this.#sourceByFile.values();
  }

  fileNames(): Iterable<string> {
    return this.#sourceByFile.keys();
  }

  content(file: string): string {
    return this.#sourceByFile.get(file)?.content ?? "";
  }

  fileOf(node: { src: string }): string {
    return this.#sourceById.get(Number(node.src.split(":")[2]))?.file ?? "";
  }

  /** The text that a node covers. */
  textOf(node: { src: string }): string {
    const [start = 0, length = 0, index = -1] = node.src.split(":").map(Number);
    const source = this.#sourceById.get(index);
    if (source === undefined) return "";
    return isAscii(source) ? source.content.slice(start, start + length) : decode(source, start, start + length);
  }

  /** Where a node stands. */
  placeOf(node: { src: string }): Place {
    const [start = 0, length = 0, index = -1] = node.src.split(":").map(Number);
    const source = this.#sourceById.get(index);
    if (source === undefined) return { file: "", line: 1, column: 1, endLine: 1, endColumn: 1 };
    const [line, column] = this.#position(source, start);
    const [endLine, endColumn] = this.#position(source, start + length);
    return { file: source.file, line, column, endLine, endColumn };
  }

  #position(source: SourceFile, offset: number): [line: number, column: number] {
    source.lineStarts ??= lineStarts(source);
    let low = 0;
    let high = source.lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((source.lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    const lineStart = source.lineStarts[low] ?? 0;
    const column = isAscii(source) ? offset - lineStart : decode(source, lineStart, offset).length;
    return [low + 1, column + 1];
  }
}

function isSourceUnit(ast: unknown): ast is SourceUnit {
  return typeof ast === "object" && ast !== null && (ast as { nodeType?: unknown }).nodeType === "SourceUnit";
}

function bytesOf(source: SourceFile): Uint8Array {
  source.bytes ??= new TextEncoder().encode(source.content);
  return source.bytes;
}

function isAscii(source: SourceFile): boolean {
  return bytesOf(source).length === source.content.length;
}

function decode(source: SourceFile, start: number, end: number): string {
  return new TextDecoder().decode(bytesOf(source).subarray(start, end));
}

function lineStarts(source: SourceFile): number[] {
  const starts = [0];
  const bytes = bytesOf(source);
  for (let i = bytes.indexOf(10); i >= 0; i = bytes.indexOf(10, i + 1)) starts.push(i + 1);
  return starts;
}
