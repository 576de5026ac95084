import { resolveAuthority } from "../chain/authority/resolve.js";
import type { BlockRef, ChainPort } from "../chain/port.js";
import { chainId, getBlock } from "../chain/reads.js";
import { leastKeys } from "../core/authority/evaluate.js";
import { DEFAULT_LIMITS, type Expectations } from "../core/authority/facts.js";
import { authorityFindings } from "../core/authority/findings/index.js";
import type { AuthorityGraph } from "../core/authority/graph.js";
import { pathsTo, type AuthorityPath } from "../core/authority/paths.js";
import { singlePoints } from "../core/authority/single-points.js";
import { gate, type Policy } from "../core/finding.js";
import { readsFindings } from "../core/proofs/reads-findings.js";
import type { AuthorityPicture, InspectedProxy, InspectResult, ReadsReport } from "../core/schema/inspect.js";
import type { Trust } from "../core/schema/trust.js";
import { inventoryOf } from "./inspect/inventory.js";
import { siblingsOf } from "./inspect/siblings.js";

export interface InspectInput {
  chain: ChainPort;
  /** Proxies, beacons, or any contract whose authority is asked for; checksummed. */
  addresses: readonly string[];
  block?: BlockRef;
  /** Names by checksummed address; a trust file's labels come first. */
  labels?: Readonly<Record<string, string>>;
  trust?: Trust;
  /** A plan's route, when the inspection is for a plan. */
  route?: { safe: string; timelock: string };
  /** Where event searches start; 0 unless the first contract's block is known. */
  fromBlock?: bigint;
  /** Overrides the trust file's severity policy. */
  policy?: Policy;
  /** What a verified port has to say about the endpoints, asked for after the last read. */
  readsReport?: () => ReadsReport;
}

/**
 * What is on chain and who can change it: proxies, their implementations, and every path from a key to new code.
 *
 * @throws DrydockError NO_CODE for an address without code, RPC_DOWN, BLOCK_UNKNOWN.
 */
export async function inspect(input: InspectInput): Promise<InspectResult> {
  const { chain, addresses, trust, route, fromBlock } = input;
  const [id, block] = await Promise.all([chainId(chain), getBlock(chain, input.block ?? "latest")]);
  const resolved = await resolveAuthority(chain, addresses, { block: block.number, ...(fromBlock === undefined ? {} : { fromBlock }) });
  const labels = { ...input.labels, ...trust?.labels };
  for (const node of resolved.graph.values()) node.label = labels[node.address] ?? null;

  const notRun = [...resolved.notRun];
  const roots = resolved.proxies.map(({ address }) => address);
  const paths: AuthorityPath[] = [];
  for (const proxy of roots) {
    const found = pathsTo(resolved.graph, proxy);
    paths.push(...found.paths);
    if (found.truncated) notRun.push({ check: `all paths to ${proxy}`, reason: `there are more than ${found.paths.length}` });
  }
  const expected: Expectations = {
    minDelay: trust === undefined ? DEFAULT_LIMITS.minDelay : BigInt(trust.limits.minDelay),
    minKeys: trust?.limits.minKeys ?? DEFAULT_LIMITS.minKeys,
    name: (address) => labels[address] ?? address,
    ...(route === undefined ? {} : { route }),
    ...(trust === undefined ? {} : { trust }),
  };
  const [siblings, inventory] = await Promise.all([
    siblingsOf(chain, resolved.proxies, block.number),
    inventoryOf(chain, resolved, { chainId: id, block, labels, ...(trust === undefined ? {} : { trust }) }),
  ]);
  const reads: ReadsReport = input.readsReport?.() ?? TRUSTED;
  const findings = [...authorityFindings({ ...resolved, paths }, expected), ...readsFindings(reads)];
  const { verdict, findings: sorted } = gate("inspect", findings, notRun, input.policy ?? trust?.policy);
  return {
    schema: "drydock/inspect@1",
    verb: "inspect",
    verdict,
    scope: "full",
    chainId: id.toString(),
    block: { number: block.number.toString(), hash: block.hash, timestamp: block.timestamp.toString() },
    reads,
    proxies: resolved.proxies.map((proxy): InspectedProxy => {
      const own = paths.filter((path) => path.proxy === proxy.address);
      return {
        address: proxy.address,
        label: labels[proxy.address] ?? null,
        kind: proxy.kind === "none" ? "unknown" : proxy.kind,
        standard: proxy.standard ?? null,
        codeHash: proxy.codeHash,
        implementation: proxy.implementation ?? null,
        implementationCodeHash: proxy.implementationCodeHash,
        admin: proxy.admin ?? null,
        beacon: proxy.beacon ?? null,
        owner: proxy.adminOwner ?? proxy.beaconOwner ?? proxy.owner ?? null,
        facets: proxy.facets ?? [],
        upgradeInterfaceVersion: proxy.upgradeInterfaceVersion ?? null,
        initialized: { ...proxy.initialized, version: proxy.initialized.version.toString() },
        siblings: siblings.get(proxy.address) ?? [],
        leastDelay: own.length === 0 ? null : own[0]!.delay.toString(),
        leastKeys: leastKeys(resolved.graph, proxy.address) ?? null,
      };
    }),
    authority: pictureOf(resolved.graph, paths),
    singlePointsOfFailure: singlePoints(resolved.graph, roots).map((point) => ({ ...point, label: labels[point.address] ?? null })),
    inventory,
    findings: sorted,
    notRun,
  };
}

/** One port that was believed. */
const TRUSTED: ReadsReport = { confidence: "trusted", endpoints: [], quorum: 0, provenWords: 0, unproven: [], evidence: [] };

/** The graph as a document: one edge for each holder of each right. */
function pictureOf(graph: AuthorityGraph, paths: readonly AuthorityPath[]): AuthorityPicture {
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
