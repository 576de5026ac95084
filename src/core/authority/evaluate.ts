import { isLeaf, type AuthorityGraph, type AuthorityNode, type Way } from "./graph.js";

/**
 * Which nodes act as `actors` want: a node does when it is one of them, is open to everybody, or one of its ways has
 * enough of them. The least fixpoint, so that a cycle of owners controls nothing by itself.
 */
export function controlledBy(graph: AuthorityGraph, actors: ReadonlySet<string>): Set<string> {
  const controlled = new Set(actors);
  for (const node of graph.values()) if (node.kind === "anyone") controlled.add(node.address);
  return fixpoint(graph, controlled, (way, has) => count(way.of, has) >= way.need && (way.executors.length === 0 || count(way.executors, has) > 0));
}

/**
 * Which nodes everybody except `adversary` can still make act, while the adversary withholds its keys, cancels what it
 * can cancel and refuses where it is the guard.
 */
export function feasibleWithout(graph: AuthorityGraph, adversary: string): Set<string> {
  const hostile = controlledBy(graph, new Set([adversary]));
  const leaves = [...graph.values()].filter((node) => isLeaf(node) && node.address !== adversary).map(({ address }) => address);
  return fixpoint(
    graph,
    new Set(leaves),
    (way, has) =>
      count(way.of, has) >= way.need &&
      (way.executors.length === 0 || count(way.executors, has) > 0) &&
      !way.cancellers.some((address) => hostile.has(address)) &&
      (way.guard === null || !hostile.has(way.guard)),
  );
}

/** The fewest leaves that make `target` act, and undefined if none can. Exact up to three, an upper bound beyond. */
export function leastKeys(graph: AuthorityGraph, target: string): number | undefined {
  const costs = keyCosts(graph);
  const bound = costs.get(target);
  if (bound === undefined || bound <= 1) return bound;
  const leaves = leavesUnder(graph, target);
  if (leaves.length > EXACT_LEAVES) return bound;
  const below = reachable(graph, [target]);
  const part = new Map([...graph].filter(([address]) => below.has(address)));
  for (let size = 1; size <= Math.min(3, bound - 1); size++) {
    for (const chosen of combinations(leaves, size)) {
      if (controlledBy(part, new Set(chosen)).has(target)) return size;
    }
  }
  return bound;
}

/** For every node an upper bound of the leaves that it takes: shared keys are counted once per place. */
export function keyCosts(graph: AuthorityGraph): Map<string, number> {
  const costs = new Map<string, number>();
  for (const node of graph.values()) if (isLeaf(node)) costs.set(node.address, node.kind === "anyone" ? 0 : 1);
  for (let changed = true; changed; ) {
    changed = false;
    for (const node of graph.values()) {
      for (const way of node.ways) {
        const cost = wayCost(way, costs);
        if (cost === undefined || cost >= (costs.get(node.address) ?? Infinity)) continue;
        costs.set(node.address, cost);
        changed = true;
      }
    }
  }
  return costs;
}

/** The cost of one way, given the costs of the nodes; undefined if it can't be gone. */
export function wayCost(way: Way, costs: ReadonlyMap<string, number>): number | undefined {
  const members = way.of.map((address) => costs.get(address)).filter((cost) => cost !== undefined);
  if (members.length < way.need) return undefined;
  const own = members.sort((a, b) => a - b).slice(0, way.need).reduce((sum, cost) => sum + cost, 0);
  if (way.executors.length === 0 || way.executors.some((address) => way.of.includes(address))) return own;
  const executors = way.executors.map((address) => costs.get(address)).filter((cost) => cost !== undefined);
  return executors.length === 0 ? undefined : own + Math.min(...executors);
}

/** The leaves that can have a part in making `target` act. */
export function leavesUnder(graph: AuthorityGraph, target: string): string[] {
  return [...reachable(graph, [target])].filter((address) => {
    const node = graph.get(address);
    return node !== undefined && isLeaf(node) && node.kind !== "anyone";
  });
}

/** Everything that is named in the ways of `targets`, directly or further down, the targets included. */
export function reachable(graph: AuthorityGraph, targets: readonly string[]): Set<string> {
  const seen = new Set<string>();
  const open = [...targets];
  for (let address = open.pop(); address !== undefined; address = open.pop()) {
    if (seen.has(address)) continue;
    seen.add(address);
    for (const way of graph.get(address)?.ways ?? []) {
      open.push(...way.of, ...way.cancellers, ...way.executors, ...(way.guard === null ? [] : [way.guard]));
    }
  }
  return seen;
}

const EXACT_LEAVES = 24;

function fixpoint(
  graph: AuthorityGraph,
  seed: Set<string>,
  works: (way: Way, has: (address: string) => boolean) => boolean,
): Set<string> {
  const has = (address: string) => seed.has(address);
  const pending = new Set<AuthorityNode>([...graph.values()].filter(({ address }) => !seed.has(address)));
  for (let changed = true; changed; ) {
    changed = false;
    for (const node of pending) {
      if (!node.ways.some((way) => works(way, has))) continue;
      seed.add(node.address);
      pending.delete(node);
      changed = true;
    }
  }
  return seed;
}

function count(addresses: readonly string[], has: (address: string) => boolean): number {
  return addresses.reduce((sum, address) => sum + (has(address) ? 1 : 0), 0);
}

function* combinations<T>(items: readonly T[], size: number, from = 0): Generator<T[]> {
  if (size === 0) return yield [];
  for (let index = from; index <= items.length - size; index++) {
    for (const rest of combinations(items, size - 1, index + 1)) yield [items[index]!, ...rest];
  }
}
