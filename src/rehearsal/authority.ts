import { resolveAuthority } from "../chain/authority/resolve.js";
import { diffPictures, type PictureEdge } from "../core/authority/picture-diff.js";
import { pictureOf } from "../core/authority/picture.js";
import { pathsTo } from "../core/authority/paths.js";
import type { Finding, NotRun } from "../core/finding.js";
import type { AuthorityPicture } from "../core/schema/inspect.js";
import { reasonOf } from "../errors/drydock-error.js";
import type { Fork } from "./fork/fork.js";
import { withUpstreamLogs } from "./fork/upstream-logs.js";
import type { Upstream } from "./upstream/upstream.js";

export interface ForkAuthority {
  picture: AuthorityPicture;
  /** What the graph may lack; never a reason to stop, the upgrade itself was rehearsed all the same. */
  notRun: NotRun[];
}

/** Who can change the code of `proxies` as the fork stands now. */
export async function authorityOnFork(fork: Fork, upstream: Upstream, proxies: readonly string[]): Promise<ForkAuthority> {
  try {
    const { graph, notRun } = await resolveAuthority(withUpstreamLogs(fork, upstream), proxies);
    const found = [...new Set(proxies)].sort().map((proxy) => ({ proxy, ...pathsTo(graph, proxy) }));
    const cut = found.filter(({ truncated }) => truncated);
    return {
      picture: pictureOf(graph, found.flatMap(({ paths }) => paths)),
      notRun: [...notRun, ...cut.map(({ proxy, paths }) => ({ check: `all paths to ${proxy}`, reason: `there are more than ${paths.length}` }))],
    };
  } catch (error) {
    return { picture: { nodes: [], edges: [], paths: [] }, notRun: [{ check: "authority", reason: reasonOf(error) }] };
  }
}

/** One finding that names every right that the upgrade gives, takes or changes; none where the graphs are equal. */
export function authorityChanges(before: AuthorityPicture, after: AuthorityPicture): Finding[] {
  const changed = diffPictures(before, after).edges.filter(({ change }) => change !== "kept");
  if (changed.length === 0) return [];
  return [
    {
      rule: "rehearsal/authority-changed",
      severity: "high",
      confidence: "high",
      title: "after the upgrade, others can change the code, or in another way",
      detail: changed.map(inWords).sort().join("; "),
      where: { address: changed[0]!.to },
      remedy: "make sure that every one of these rights is meant; change authority in an operation of its own",
    },
  ];
}

function inWords({ from, to, right, need, outOf, delay, change, was }: PictureEdge): string {
  return `${change}: ${from} is ${right} of ${to}, ${need} of ${outOf}, ${delay} s${was === null ? "" : ` (was ${was})`}`;
}
