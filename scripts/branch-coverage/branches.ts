import { createRequire } from "node:module";
import { addStatementCoverageInstrumentation } from "@nomicfoundation/edr";
import { SOLC_VERSION } from "./measure.js";

const require = createRequire(import.meta.url);

/** What became of the branches of one file; a branch is one way out of an `if`. */
export interface Branches {
  found: number;
  taken: number;
  /** `line: way` of those that no test took. */
  missed: string[];
}

interface Node {
  nodeType?: string;
  src?: string;
  [key: string]: unknown;
}

interface Compiler {
  compile(input: string, callbacks: { import(path: string): { contents: string } | { error: string } }): string;
}

/**
 * Branch coverage, which Hardhat's own report has not: worked out from the hits that it counts per statement. The way into
 * an `if` is taken if its first statement was hit. The way past it, where there is no `else`, is taken if the `if` was hit
 * more often than what is in it. A hit counts once per call or transaction, so the figure is a lower bound.
 *
 * Ternaries and the operands of `&&` and `||` are no statements: what they decide can't be measured.
 *
 * @param sources `contracts/…` → text.
 * @param hits how often each statement's tag was hit.
 */
export function branchesOf(sources: Readonly<Record<string, string>>, hits: ReadonlyMap<string, number>): Map<string, Branches> {
  const trees = syntaxTrees(sources);
  return new Map(Object.entries(sources).map(([file, text]) => [file, branchesIn(text, trees[file] ?? {}, hitsByRange(file, text, hits))]));
}

type HitsOf = (node: Node) => number;

/** What an instrumented range holds before its statement: space and comments. */
const LEADING = /^(\s|\/\/[^\n]*\n|\/\*[\s\S]*?\*\/)*/;

/** Both the statement and its text's position in UTF-16, as Hardhat instruments it. */
function hitsByRange(file: string, text: string, hits: ReadonlyMap<string, number>): HitsOf {
  const { metadata } = addStatementCoverageInstrumentation(text, `project/${file}`, SOLC_VERSION);
  const byStart = new Map<number, number>();
  for (const { startUtf16, tag } of metadata) {
    const at = startUtf16 + (LEADING.exec(text.slice(startUtf16))?.[0].length ?? 0);
    byStart.set(at, Math.max(byStart.get(at) ?? 0, hits.get(Buffer.from(tag).toString("hex")) ?? 0));
  }
  const bytes = Buffer.from(text, "utf8");
  return (node) => {
    const start = bytes.subarray(0, Number(node.src?.split(":")[0])).toString("utf8").length;
    const found = byStart.get(start);
    if (found === undefined) throw new Error(`${file}: no statement was instrumented at ${text.slice(start, start + 40)}`);
    return found;
  };
}

function branchesIn(text: string, tree: Node, hitsOf: HitsOf): Branches {
  const result: Branches = { found: 0, taken: 0, missed: [] };
  const count = (node: Node, way: string, taken: boolean) => {
    result.found++;
    if (taken) result.taken++;
    else result.missed.push(`${lineOf(text, node)}: ${way}`);
  };
  walk(tree, (node) => {
    if (node.nodeType !== "IfStatement") return;
    const into = hitsOf(firstStatement(node.trueBody as Node));
    count(node, "into the if", into > 0);
    const otherwise = node.falseBody as Node | null | undefined;
    if (otherwise) count(node, "into the else", hitsOf(firstStatement(otherwise)) > 0);
    else count(node, "past the if", hitsOf(node) > into);
  });
  return result;
}

function firstStatement(node: Node): Node {
  const [first] = node.nodeType === "Block" ? (node.statements as Node[]) : [node];
  if (first === undefined) throw new Error("an empty block has nothing to count");
  return first;
}

function lineOf(text: string, node: Node): number {
  return Buffer.from(text, "utf8").subarray(0, Number(node.src?.split(":")[0])).toString("utf8").split("\n").length;
}

function walk(value: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(value)) {
    for (const entry of value) walk(entry, visit);
  } else if (typeof value === "object" && value !== null) {
    visit(value as Node);
    for (const entry of Object.values(value)) walk(entry, visit);
  }
}

function syntaxTrees(sources: Readonly<Record<string, string>>): Record<string, Node> {
  const solc = require("solc-0.8.28") as Compiler;
  const { readFileSync } = require("node:fs") as typeof import("node:fs");
  const input = {
    language: "Solidity",
    sources: Object.fromEntries(Object.entries(sources).map(([file, content]) => [file, { content }])),
    settings: { evmVersion: "cancun", outputSelection: { "*": { "": ["ast"] } } },
  };
  const output = JSON.parse(
    solc.compile(JSON.stringify(input), { import: (path) => ({ contents: readFileSync(require.resolve(path), "utf8") }) }),
  ) as { sources?: Record<string, { ast: Node }>; errors?: { severity: string; formattedMessage: string }[] };
  const error = output.errors?.find(({ severity }) => severity === "error");
  if (error !== undefined) throw new Error(error.formattedMessage);
  return Object.fromEntries(Object.entries(output.sources ?? {}).map(([file, { ast }]) => [file, ast]));
}
