import type { AuthorityPicture } from "../core/schema/inspect.js";
import type { Rehearsal } from "../core/schema/rehearsal.js";
import type { ReviewModel } from "../report/model.js";
import { readable } from "../report/readable.js";
import type { ReviewContext } from "./bundle/context.js";

/**
 * The graph of authority for the page: before and after, from the signer's own rehearsal; without one that got to the
 * execution, the present one from the signer's endpoint, and it says so. Empty offline.
 */
export async function authorityOf(
  { bundle, chain, trust, names }: Pick<ReviewContext, "bundle" | "chain" | "trust" | "names">,
  rehearsal: Rehearsal | undefined,
): Promise<ReviewModel["authority"]> {
  if (!chain || (chain.cassette && !rehearsal)) return [];
  const labels: Record<string, string> = {
    ...Object.fromEntries((names?.entries ?? []).map(([name, address]) => [address, name])),
    ...trust?.labels,
  };
  const rehearsed = rehearsal?.authority;
  if (rehearsed?.after && rehearsed.after.nodes.length > 0 && rehearsed.before.nodes.length > 0)
    return drawn({ ...rehearsed, after: rehearsed.after }, labels);
  const { inspect } = await import("../stages/inspect.js");
  const { authority } = await inspect({
    chain: chain.port,
    addresses: bundle.plan.changes.map(({ proxy }) => proxy),
    labels,
    ...(trust ? { trust } : {}),
  });
  return drawn({ before: authority, after: null, notRun: [] }, labels);
}

/** One picture: with `after`, both graphs laid over each other, changes marked. */
export async function drawn(
  { before, after, notRun }: NonNullable<Rehearsal["authority"]>,
  labels: Readonly<Record<string, string>>,
): Promise<ReviewModel["authority"]> {
  const { authoritySvg } = await import("../report/authority-svg.js");
  const name = (address: string): string => labels[address] ?? address;
  const labelled = (picture: AuthorityPicture): AuthorityPicture => ({
    ...picture,
    nodes: picture.nodes.map((node) => ({ ...node, label: labels[node.address] ?? node.label })),
  });
  const inWords = ({ paths }: AuthorityPicture): string[] =>
    paths.map(({ proxy, steps, leaf, delay, keys }) => {
      const way = [...steps.map(({ holder }) => name(holder)), name(leaf.address)];
      return `${name(proxy)}: ${way.filter((each, index) => each !== way[index - 1]).join(" → ")}, after ${readable("delay", delay) ?? `${delay} s`}, ${keys} keys`;
    });
  const gaps = notRun.map(({ check, reason }) => `May be incomplete: ${check}: ${reason}`);
  if (after === null)
    return [{ when: "Now; what the upgrade makes of it was not rehearsed", svg: authoritySvg(labelled(before)), paths: [...inWords(before), ...gaps] }];
  const [old, fresh] = [inWords(before), inWords(after)];
  const words = [
    ...fresh.map((path) => (old.includes(path) ? path : `After the upgrade: ${path}`)),
    ...old.filter((path) => !fresh.includes(path)).map((path) => `Only before the upgrade: ${path}`),
  ];
  const svg = authoritySvg(labelled(before), { after: labelled(after) });
  return [{ when: "Now, and after the upgrade in your own rehearsal", svg, paths: [...words, ...gaps] }];
}
