import type { ResolvedAuthority } from "../../chain/authority/resolved.js";
import type { ChainPort } from "../../chain/port.js";
import { getBlock, type Block } from "../../chain/reads.js";
import { DEFAULT_LIMITS } from "../../core/authority/facts.js";
import type { AuthorityGraph } from "../../core/authority/graph.js";
import { reachable } from "../../core/authority/evaluate.js";
import { DEFAULT_POLICY } from "../../core/finding.js";
import type { Trust, TrustedProxy } from "../../core/schema/trust.js";

/**
 * The state as a trust file. Labels, agreed roles, limits, policy and each proxy's declared timelock are a person's: they are taken over
 * from `trust`. For a proxy that is new in it, the timelock is declared when every way to its code passes one and the same.
 */
export async function inventoryOf(
  chain: ChainPort,
  resolved: ResolvedAuthority,
  { chainId, block, labels, trust }: { chainId: bigint; block: Block; labels: Readonly<Record<string, string>>; trust?: Trust },
): Promise<Trust> {
  const { graph, codeHashes } = resolved;
  const { hash: genesisHash } = await getBlock(chain, 0n);
  const listed = new Set([...resolved.proxies, ...resolved.safes, ...resolved.timelocks].map(({ address }) => address));
  return {
    schema: "drydock/trust@1",
    chainId: chainId.toString(),
    genesisHash,
    block: { number: block.number.toString(), hash: block.hash },
    labels: Object.fromEntries(
      Object.entries(labels)
        .filter(([address]) => graph.has(address) || trust?.labels[address] !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
    safes: resolved.safes
      .map(({ address, version, singleton, singletonCodeHash, owners, threshold, modules, guard, moduleGuard, fallbackHandler }) => ({
        address,
        version,
        singleton,
        singletonCodeHash,
        owners: sorted(owners),
        threshold,
        modules: sorted(modules),
        guard,
        moduleGuard,
        fallbackHandler,
      }))
      .sort(byAddress),
    timelocks: resolved.timelocks
      .map(({ address, codeHash, minDelay, proposers, cancellers, executors, admins, openExecutor, selfAdministered }) => ({
        address,
        codeHash,
        minDelay: minDelay.toString(),
        proposers: sorted(proposers),
        cancellers: sorted(cancellers),
        executors: sorted(executors),
        admins: sorted(admins),
        openExecutor,
        selfAdministered,
      }))
      .sort(byAddress),
    proxies: resolved.proxies
      .map((proxy): TrustedProxy => {
        const known = trust?.proxies.find(({ address }) => address === proxy.address);
        return {
          address: proxy.address,
          kind: proxy.kind === "none" ? "unknown" : proxy.kind,
          codeHash: proxy.codeHash,
          implementation: proxy.implementation ?? null,
          implementationCodeHash: proxy.implementationCodeHash,
          facets: (proxy.facets ?? []).map((address, index) => ({ address, codeHash: proxy.facetCodeHashes[index]! })),
          admin: proxy.admin ?? null,
          beacon: proxy.beacon ?? null,
          owner: proxy.adminOwner ?? proxy.beaconOwner ?? proxy.owner ?? null,
          initialized: proxy.initialized.version.toString(),
          timelock: known === undefined ? onlyTimelock(graph, proxy.address) : known.timelock,
        };
      })
      .sort(byAddress),
    roles: resolved.roles
      .filter(({ contract }) => graph.has(contract))
      .map(({ contract, role, holders }) => ({
        contract,
        role,
        holders: holders.map(({ account, delay }) => ({ account, delay: delay.toString() })).sort((a, b) => (a.account < b.account ? -1 : 1)),
      }))
      .sort((a, b) => (a.contract + a.role < b.contract + b.role ? -1 : 1)),
    accounts: [...graph.values()]
      .filter(({ address, kind }) => !listed.has(address) && kind !== "anyone")
      .map(({ address, kind, ways }) => ({
        address,
        kind,
        codeHash: codeHashes.get(address) ?? null,
        owner: ways.find(({ right }) => right === "owner")?.of[0] ?? null,
      }))
      .sort(byAddress),
    ...(trust?.agreed === undefined ? {} : { agreed: trust.agreed }),
    ...(trust?.delegatecalls === undefined ? {} : { delegatecalls: trust.delegatecalls }),
    limits: trust?.limits ?? { minDelay: DEFAULT_LIMITS.minDelay.toString(), minKeys: DEFAULT_LIMITS.minKeys },
    policy: trust?.policy ?? { ...DEFAULT_POLICY },
  };
}

/** The timelock without which nothing reaches the proxy, nearest to it; null if there is a way around every one. */
function onlyTimelock(graph: AuthorityGraph, proxy: string): string | null {
  const timelocks = [...reachable(graph, [proxy])].filter((address) => graph.get(address)?.kind === "timelock");
  return timelocks.find((timelock) => !reachesLeafWithout(graph, proxy, timelock)) ?? null;
}

/** Whether somebody decides over `from` on a way that does not pass `without`. */
function reachesLeafWithout(graph: AuthorityGraph, from: string, without: string, seen = new Set<string>()): boolean {
  if (from === without || seen.has(from)) return false;
  seen.add(from);
  const node = graph.get(from);
  if (node === undefined) return false;
  if (node.ways.length === 0) return node.kind !== "burned" && (node.kind !== "proxy" || !node.complete);
  return node.ways.some(({ of }) => of.some((holder) => reachesLeafWithout(graph, holder, without, seen)));
}

function sorted(addresses: readonly string[]): string[] {
  return [...addresses].sort();
}

function byAddress(a: { address: string }, b: { address: string }): number {
  return a.address < b.address ? -1 : 1;
}
