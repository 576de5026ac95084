import { controlledBy, feasibleWithout, reachable } from "./evaluate.js";
import { ANYONE, isLeaf, type AuthorityGraph, type NodeKind } from "./graph.js";

/** A key or contract that alone decides. */
export interface SinglePoint {
  address: string;
  kind: NodeKind;
  /** `changes-code`: whoever takes it changes code; `blocks-fix`: whoever takes or loses it can stop every change. */
  effect: "changes-code" | "blocks-fix";
  /** Which proxies (or beacons). */
  proxies: string[];
}

/**
 * Every leaf that alone changes the code of one of `proxies`, and every leaf that alone keeps all others from changing
 * it: because a lost key leaves too few, because it can cancel for ever, or because it is the guard.
 */
export function singlePoints(graph: AuthorityGraph, proxies: readonly string[]): SinglePoint[] {
  const points: SinglePoint[] = [];
  const everybody = controlledBy(graph, new Set());
  const open = proxies.filter((proxy) => everybody.has(proxy));
  if (open.length > 0) points.push({ address: ANYONE, kind: "anyone", effect: "changes-code", proxies: open });
  const all = controlledBy(graph, new Set([...graph.values()].filter(isLeaf).map(({ address }) => address)));
  for (const address of reachable(graph, proxies)) {
    const node = graph.get(address);
    if (node === undefined || !isLeaf(node) || node.kind === "anyone") continue;
    const alone = controlledBy(graph, new Set([address]));
    const changed = proxies.filter((proxy) => alone.has(proxy) && !everybody.has(proxy));
    if (changed.length > 0) points.push({ address, kind: node.kind, effect: "changes-code", proxies: changed });
    const left = feasibleWithout(graph, address);
    const blocked = proxies.filter((proxy) => all.has(proxy) && !left.has(proxy) && !everybody.has(proxy));
    if (blocked.length > 0) points.push({ address, kind: node.kind, effect: "blocks-fix", proxies: blocked });
  }
  return points;
}
