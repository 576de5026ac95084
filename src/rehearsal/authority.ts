import { resolveAuthority } from "../chain/authority/resolve.js";
import { diffPictures, type PictureEdge } from "../core/authority/picture-diff.js";
import { pictureOf } from "../core/authority/picture.js";
import { pathsTo } from "../core/authority/paths.js";
import type { Finding, NotRun } from "../core/finding.js";
import type { ExpectedAuthority, Expectations } from "../core/schema/expectations.js";
import type { AuthorityPicture } from "../core/schema/inspect.js";
import { reasonOf } from "../errors/drydock-error.js";
import type { ContractNames } from "./diff/names.js";
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

/** What became of the rights, as far as somebody has to say that it is meant. */
export interface AuthorityComparison {
  findings: Finding[];
  /** A declaration of every change, for a person to give each its reason. */
  suggestion: ExpectedAuthority[];
}

/**
 * The two-way comparison of who may change the code: a right that the upgrade gives, takes or changes and that nobody
 * declared blocks, and so does a declared change that does not happen.
 */
export function compareAuthority(before: AuthorityPicture, after: AuthorityPicture, expectations: Expectations, names: ContractNames): AuthorityComparison {
  const changed = diffPictures(before, after).edges.filter(({ change }) => change !== "kept");
  const declared = expectations.authority ?? [];
  const undeclared = changed.filter((edge) => !declared.some((one) => isDeclared(one, edge, names)));
  const missing = declared.filter((one) => !changed.some((edge) => isDeclared(one, edge, names)));
  const findings = missing.map(
    ({ change, holder, right, of, terms }): Finding => ({
      rule: "rehearsal/missing-change",
      severity: "high",
      confidence: "high",
      title: "a declared change of authority does not happen",
      detail: `${change}: ${holder} is ${right} of ${of}${terms === undefined ? "" : `, ${terms}`}`,
      where: { contract: of },
      remedy: "correct the upgrade, or the expectation if it is wrong",
    }),
  );
  if (undeclared.length > 0) {
    findings.unshift({
      rule: "rehearsal/authority-changed",
      severity: "high",
      confidence: "high",
      title: "after the upgrade, others can change the code, or in another way",
      detail: undeclared.map(inWords).sort().join("; "),
      where: { address: undeclared[0]!.to },
      remedy: "make sure that every one of these rights is meant, and declare it under `authority` in expectations.ts; better, change authority in an operation of its own",
    });
  }
  const suggestion = changed.map((edge) => ({
    change: edge.change as ExpectedAuthority["change"],
    holder: names.of(edge.from) ?? edge.from,
    right: edge.right,
    of: names.of(edge.to) ?? edge.to,
    terms: termsOf(edge),
    reason: "seen; say why",
  }));
  return { findings, suggestion };
}

function isDeclared({ change, holder, right, of, terms }: ExpectedAuthority, edge: PictureEdge, names: ContractNames): boolean {
  if (change !== edge.change || right !== edge.right || !names.means(holder, edge.from) || !names.means(of, edge.to)) return false;
  // That a right changes says nothing by itself: to what it changes is the point.
  return terms === undefined ? change !== "changed" : terms === termsOf(edge);
}

function termsOf({ need, outOf, delay }: PictureEdge): string {
  return `${need} of ${outOf}, ${delay} s`;
}

function inWords(edge: PictureEdge): string {
  const { from, to, right, change, was } = edge;
  return `${change}: ${from} is ${right} of ${to}, ${termsOf(edge)}${was === null ? "" : ` (was ${was})`}`;
}
