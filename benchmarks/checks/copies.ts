import type { SolcInput, SolcOutput } from "../../src/core/solc.js";

/** Members of the AST that hold ids. */
const IDS = new Set([
  "id",
  "referencedDeclaration",
  "scope",
  "linearizedBaseContracts",
  "contractDependencies",
  "baseFunctions",
  "baseModifiers",
  "overloadedDeclarations",
  "declaration",
  "functionReturnParameters",
  "assignments",
  "superFunction",
  "usedErrors",
  "usedEvents",
  "sourceUnit",
]);

/** The same compilation `count` times over, as if it were that many times as large: other names, other ids. */
export function multiply(input: SolcInput, output: SolcOutput, count: number): { input: SolcInput; output: SolcOutput } {
  const sources: SolcInput["sources"] = {};
  const built: SolcOutput["sources"] = {};
  const files = Object.keys(output.sources).length;
  const largest = largestId(output.sources);
  for (let copy = 0; copy < count; copy += 1) {
    const shift = { id: copy * (largest + 1), file: copy * files };
    for (const [file, source] of Object.entries(output.sources)) {
      const name = copy === 0 ? file : `copy${copy}/${file}`;
      sources[name] = input.sources[file] ?? { content: "" };
      built[name] = { id: source.id + shift.file, ast: copy === 0 ? source.ast : shifted(source.ast, shift) };
    }
  }
  return { input: { ...input, sources }, output: { ...output, sources: built } };
}

function shifted(node: unknown, by: { id: number; file: number }, key = ""): unknown {
  if (typeof node === "number") return IDS.has(key) && node >= 0 ? node + by.id : node;
  if (typeof node === "string" && /src$|[lL]ocations?$/.test(key)) return node.replace(/:(\d+)$/, (_, file: string) => `:${Number(file) + by.file}`);
  if (Array.isArray(node)) return node.map((item) => shifted(item, by, key));
  if (typeof node !== "object" || node === null) return node;
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, shifted(value, by, name)]));
}

function largestId(node: unknown): number {
  if (typeof node !== "object" || node === null) return 0;
  let largest = "id" in node && typeof node.id === "number" ? node.id : 0;
  for (const value of Object.values(node)) largest = Math.max(largest, largestId(value));
  return largest;
}
