import { keyCosts, wayCost } from "./evaluate.js";
import { ANYONE, isLeaf, type AuthorityGraph, type NodeKind } from "./graph.js";

/** One right on a path: `holder` has `right` over `over`. */
export interface Step {
  holder: string;
  right: string;
  over: string;
  /** Seconds that this step takes. */
  delay: bigint;
  cancellers: string[];
}

/** One way from somebody who decides down to new code, with what stands between. */
export interface AuthorityPath {
  /** The proxy (or beacon) whose code changes. */
  proxy: string;
  /** From the proxy up to who decides. */
  steps: Step[];
  /** Who decides: a key, a multisig, a vote, unknown code, everybody. */
  leaf: { address: string; kind: NodeKind };
  /** Sum over the steps, in seconds. */
  delay: bigint;
  /** How many keys it takes; an upper bound where one person holds several. 0: nobody's. */
  keys: number;
  /** Who can stop it while it waits. */
  cancellers: string[];
}

export interface PathsResult {
  paths: AuthorityPath[];
  /** There were more than the limit. */
  truncated: boolean;
}

/**
 * Every path to a change of `proxy`'s code, shortest delay first, then fewest keys. A path ends where several keys decide
 * together, at a leaf, or never (a cycle is no path).
 */
export function pathsTo(graph: AuthorityGraph, proxy: string, limit = 500): PathsResult {
  const costs = keyCosts(graph);
  const paths: AuthorityPath[] = [];
  let truncated = false;

  function walk(address: string, steps: readonly Step[], extraKeys: number, visited: ReadonlySet<string>): void {
    if (paths.length >= limit) {
      truncated = true;
      return;
    }
    const node = graph.get(address);
    if (node === undefined || node.kind === "burned") return;
    if (isLeaf(node) && steps.length > 0) finish(address, node.kind, steps, extraKeys + (costs.get(address) ?? 1));
    for (const way of node.ways) {
      if (way.need > 1 || way.right === "owners") {
        const cost = wayCost(way, costs);
        if (cost !== undefined) finish(address, node.kind, steps, extraKeys + cost);
        continue;
      }
      const executors = way.executors.includes(ANYONE) ? [] : way.executors;
      for (const holder of way.of) {
        if (visited.has(holder)) continue;
        const step = { holder, right: way.right, over: address, delay: way.delay, cancellers: way.cancellers };
        const others = executors.length === 0 || executors.includes(holder) ? 0 : cheapest(executors, costs);
        if (others === undefined) continue;
        walk(holder, [...steps, step], extraKeys + others, new Set([...visited, holder]));
      }
    }
  }

  function finish(address: string, kind: NodeKind, steps: readonly Step[], keys: number): void {
    paths.push({
      proxy,
      steps: [...steps],
      leaf: { address, kind },
      delay: steps.reduce((sum, { delay }) => sum + delay, 0n),
      keys,
      cancellers: [...new Set(steps.flatMap(({ cancellers }) => cancellers))],
    });
  }

  walk(proxy, [], 0, new Set([proxy]));
  paths.sort((a, b) => (a.delay < b.delay ? -1 : a.delay > b.delay ? 1 : a.keys - b.keys));
  return { paths, truncated };
}

function cheapest(addresses: readonly string[], costs: ReadonlyMap<string, number>): number | undefined {
  const known = addresses.map((address) => costs.get(address)).filter((cost) => cost !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
