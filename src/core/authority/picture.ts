import type { AuthorityPicture } from "../schema/inspect.js";
import type { AuthorityGraph } from "./graph.js";
import type { AuthorityPath } from "./paths.js";

/** The graph as a document: one edge for each holder of each right. */
export function pictureOf(graph: AuthorityGraph, paths: readonly AuthorityPath[]): AuthorityPicture {
  const nodes = [...graph.values()].sort((a, b) => (a.address < b.address ? -1 : 1));
  return {
    nodes: nodes.map(({ address, kind, label, facts, complete }) => ({ address, kind, label, facts, complete })),
    edges: nodes.flatMap((node) =>
      node.ways.flatMap(({ right, of, need, delay, evidence, cancellers, executors, guard }) => [
        ...of.map((from) => ({ from, to: node.address, right, need, outOf: of.length, delay: delay.toString(), evidence })),
        ...[...new Set(cancellers)].map((from) => ({ from, to: node.address, right: "canceller", need: 1, outOf: cancellers.length, delay: "0", evidence })),
        ...executors.map((from) => ({ from, to: node.address, right: "executor", need: 1, outOf: executors.length, delay: "0", evidence })),
        ...(guard === null ? [] : [{ from: guard, to: node.address, right: "guard", need: 1, outOf: 1, delay: "0", evidence }]),
      ]),
    ).filter(isFirst),
    paths: paths.map(({ proxy, steps, leaf, delay, keys, cancellers }) => ({
      proxy,
      steps: steps.map(({ holder, right, over, delay: wait }) => ({ holder, right, over, delay: wait.toString() })),
      leaf,
      delay: delay.toString(),
      keys,
      cancellers,
    })),
  };
}

/** Two ways of one node may name the same canceller or guard. */
function isFirst<T extends { from: string; to: string; right: string }>(edge: T, index: number, edges: readonly T[]): boolean {
  return edges.findIndex(({ from, to, right }) => from === edge.from && to === edge.to && right === edge.right) === index;
}
