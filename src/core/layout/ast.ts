import { DrydockError, ERRORS } from "../../errors/drydock-error.js";
import type { SolcInput, SolcOutput } from "../solc.js";
import type { SourcePlace } from "./types.js";

/** A node of solc's compact AST; every field beyond these is narrowed where it is read. */
export interface AstNode {
  id: number;
  nodeType: string;
  src: string;
  name?: string;
  [field: string]: unknown;
}

export function isNode(value: unknown): value is AstNode {
  return typeof value === "object" && value !== null && typeof (value as { nodeType?: unknown }).nodeType === "string";
}

export function node(value: unknown): AstNode | undefined {
  return isNode(value) ? value : undefined;
}

export function nodesOf(value: unknown): AstNode[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** All nodes below and including `root`, parents before children; `visit` may return false to stay out of a node. */
export function walk(root: AstNode, visit: (node: AstNode) => boolean | void): void {
  if (visit(root) === false) return;
  for (const value of Object.values(root)) {
    if (isNode(value)) walk(value, visit);
    else if (Array.isArray(value)) for (const item of value) if (isNode(item)) walk(item, visit);
  }
}

const indexes = new WeakMap<SolcOutput, AstIndex>();

/** The index of a compilation; made once per output object. */
export function astIndex(output: SolcOutput, input?: SolcInput): AstIndex {
  const known = indexes.get(output);
  if (known !== undefined) return known;
  const made = new AstIndex(output, input);
  indexes.set(output, made);
  return made;
}

/** Definitions of one compilation by AST id, and where they stand in the source. */
export class AstIndex {
  readonly #definitions = new Map<number, AstNode>();
  readonly #owner = new Map<number, AstNode>();
  readonly #fileOfIndex = new Map<number, string>();
  readonly #lineStarts = new Map<string, number[]>();
  readonly #bytes = new Map<string, Uint8Array>();
  readonly #comments = new Map<string, string>();

  constructor(
    private readonly output: SolcOutput,
    private readonly input?: SolcInput,
  ) {
    for (const [file, { id, ast }] of Object.entries(output.sources)) {
      this.#fileOfIndex.set(id, file);
      if (isNode(ast)) this.#collect(ast);
    }
  }

  #collect(unit: AstNode): void {
    for (const top of nodesOf(unit.nodes)) {
      this.#definitions.set(top.id, top);
      if (top.nodeType !== "ContractDefinition") continue;
      for (const member of nodesOf(top.nodes)) {
        this.#definitions.set(member.id, member);
        this.#owner.set(member.id, top);
      }
    }
  }

  /** The definition with this AST id: contracts, their members, and file-level definitions. */
  get(id: unknown): AstNode | undefined {
    return typeof id === "number" ? this.#definitions.get(id) : undefined;
  }

  /** The contract or library that declares `id`. */
  ownerOf(id: number): AstNode | undefined {
    return this.#owner.get(id);
  }

  definitions(): IterableIterator<AstNode> {
    return this.#definitions.values();
  }

  /** @throws DrydockError CONTRACT_NOT_FOUND */
  contract(file: string, name: string): AstNode {
    const unit = this.output.sources[file]?.ast;
    const found = isNode(unit)
      ? nodesOf(unit.nodes).find((top) => top.nodeType === "ContractDefinition" && top.name === name)
      : undefined;
    if (found === undefined) throw new DrydockError(ERRORS.CONTRACT_NOT_FOUND, { contract: `${file}:${name}`, hint: "" });
    return found;
  }

  hasAst(file: string): boolean {
    return isNode(this.output.sources[file]?.ast);
  }

  placeOf(src: string): SourcePlace | undefined {
    const [start, , index] = src.split(":").map(Number);
    const source = index === undefined ? undefined : this.#fileOfIndex.get(index);
    if (source === undefined || start === undefined) return undefined;
    // Hardhat 3 names the project's sources `project/…`; a finding's place is repository-relative.
    const file = source.replace(/^project\//, "");
    const starts = this.#linesOf(source);
    if (starts === undefined) return { file };
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= start) low = middle;
      else high = middle;
    }
    return { file, line: low + 1 };
  }

  /** The doc comment of a definition: from the AST, or, for nodes whose AST has none, from the source text above it. */
  documentationOf(definition: AstNode): string {
    const { documentation } = definition;
    if (typeof documentation === "string") return documentation;
    const text = node(documentation)?.text;
    if (typeof text === "string") return text;
    return this.#commentBefore(definition.src);
  }

  #commentBefore(src: string): string {
    const known = this.#comments.get(src);
    if (known !== undefined) return known;
    const [start, , index] = src.split(":").map(Number);
    const file = index === undefined ? undefined : this.#fileOfIndex.get(index);
    const bytes = file === undefined ? undefined : this.#bytesOf(file);
    const comment = bytes === undefined || start === undefined ? "" : commentEndingAt(bytes, start);
    this.#comments.set(src, comment);
    return comment;
  }

  #bytesOf(file: string): Uint8Array | undefined {
    const content = this.input?.sources[file]?.content;
    if (content === undefined) return undefined;
    let bytes = this.#bytes.get(file);
    if (bytes === undefined) this.#bytes.set(file, (bytes = new TextEncoder().encode(content)));
    return bytes;
  }

  #linesOf(file: string): number[] | undefined {
    const known = this.#lineStarts.get(file);
    if (known !== undefined) return known;
    const bytes = this.#bytesOf(file);
    if (bytes === undefined) return undefined;
    const starts = [0];
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) starts.push(at + 1);
    this.#lineStarts.set(file, starts);
    return starts;
  }
}

const SPACES = new Set([9, 10, 13, 32]);
/** No doc comment is longer than this. */
const COMMENT_BYTES = 4000;

/** The doc comment (`/** … *\/` or lines of `///`) that ends where a definition starts. */
function commentEndingAt(bytes: Uint8Array, start: number): string {
  let end = start;
  while (end > 0 && SPACES.has(bytes[end - 1] ?? 0)) end -= 1;
  const text = (): string => new TextDecoder().decode(bytes.subarray(Math.max(0, end - COMMENT_BYTES), end));
  if (bytes[end - 1] === 47 && bytes[end - 2] === 42) {
    const block = text();
    return block.slice(Math.max(0, block.lastIndexOf("/**")));
  }
  let line = end;
  while (line > 0 && bytes[line - 1] !== 10) line -= 1;
  while (SPACES.has(bytes[line] ?? 0)) line += 1;
  if (bytes[line] !== 47 || bytes[line + 1] !== 47 || bytes[line + 2] !== 47) return "";
  return /(?:^[ \t]*\/\/\/[^\n]*\n?)+$/m.exec(text())?.[0] ?? "";
}
