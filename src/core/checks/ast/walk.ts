import type { Node } from "solidity-ast/node.js";

/** Visits every node below and including `node`, in source order, Yul left out. */
export function walk(node: Node, see: (node: Node) => void): void {
  see(node);
  for (const key in node) {
    if (key === "typeDescriptions" || key === "AST") continue;
    descend((node as unknown as Record<string, unknown>)[key], see);
  }
}

function descend(value: unknown, see: (node: Node) => void): void {
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) descend(item, see);
    return;
  }
  if (typeof (value as { nodeType?: unknown }).nodeType === "string") walk(value as Node, see);
}
