import { resolveAuthority } from "../chain/authority/resolve.js";
import type { BlockRef, ChainPort } from "../chain/port.js";
import { chainId, getBlock } from "../chain/reads.js";
import { leastKeys } from "../core/authority/evaluate.js";
import { DEFAULT_LIMITS, type Expectations } from "../core/authority/facts.js";
import { authorityFindings } from "../core/authority/findings/index.js";
import { pictureOf } from "../core/authority/picture.js";
import { pathsTo, type AuthorityPath } from "../core/authority/paths.js";
import { singlePoints } from "../core/authority/single-points.js";
import { gate, type Policy } from "../core/finding.js";
import { readsFindings } from "../core/proofs/reads-findings.js";
import type { InspectedProxy, InspectResult, ReadsReport } from "../core/schema/inspect.js";
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
