import { join } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { readProxy } from "../../../src/chain/proxy.js";
import { blockNumber } from "../../../src/chain/reads.js";
import { httpChain } from "../../../src/chain/rpc/http-chain.js";
import { DrydockError, ERRORS } from "../../../src/errors/drydock-error.js";
import { openUpstream } from "../../../src/rehearsal/rehearse.js";
import type { Upstream } from "../../../src/rehearsal/upstream/upstream.js";
import { checkGenesis, readNameBook } from "../../../src/stages/names.js";
import type { ResolvedPlan } from "../../../src/stages/resolve.js";
import { httpNetworkOf, type OpenNetwork } from "../shared/context.js";

export interface OpenRehearsal {
  /** Everything that is read through it stands in the cassette. */
  network: OpenNetwork;
  upstream: Upstream;
}

/** Which block, and from where; what is left out is asked of the network. */
export interface RehearsalSource {
  block?: bigint;
  cassette?: { mode: "record" | "replay"; path: string };
  onProgress: (line: string) => void;
}

/**
 * Opens the chain as of the block that is rehearsed at, through the cassette: a replay needs no endpoint, nor that one is
 * configured.
 *
 * @param chainId the plan's: endpoints and cassette are checked against it.
 * @throws DrydockError NETWORK_NOT_HTTP, GENESIS_MISMATCH, and what {@link openUpstream} throws.
 */
export async function openRehearsal(hre: HardhatRuntimeEnvironment, chainId: bigint, source: RehearsalSource): Promise<OpenRehearsal> {
  const { name, urls, chainType } = source.cassette?.mode === "replay" ? networkOfReplay(hre) : await configuredNetwork(hre);
  const upstream = await openUpstream({
    upstream: { urls, network: name },
    chainId,
    chainType,
    cacheDir: join(hre.config.paths.cache, "drydock"),
    ...source,
  });
  const { names, deployments } = await readNameBook(hre.config.paths.root, chainId);
  await checkGenesis(upstream.port, deployments);
  return { network: { name, urls, chainType: upstream.chainType ?? chainType, chain: upstream.port, chainId, names }, upstream };
}

/**
 * A rehearsal without `--block` stands below the head. What was upgraded in between would be rehearsed as if it had not
 * been.
 *
 * @throws DrydockError CHAIN_MOVED.
 */
export async function refuseIfMoved(hre: HardhatRuntimeEnvironment, { network, upstream }: OpenRehearsal, { changes }: ResolvedPlan): Promise<void> {
  const chain = httpChain({ urls: network.urls, network: network.name, ...hre.config.drydock.rpc });
  const head = await blockNumber(chain);
  for (const { proxy, kind, oldImplementation } of changes) {
    if (kind === "pointer") continue;
    const { implementation } = await readProxy(chain, proxy, head);
    if (implementation === oldImplementation) continue;
    throw new DrydockError(ERRORS.CHAIN_MOVED, { proxy, pinned: oldImplementation, block: upstream.block.number, now: implementation ?? "nothing", head });
  }
}

/** The newest block of the configured network. */
export async function headOf(hre: HardhatRuntimeEnvironment): Promise<bigint> {
  const { name, urls } = await configuredNetwork(hre);
  return blockNumber(httpChain({ urls, network: name, ...hre.config.drydock.rpc }));
}

interface NamedNetwork {
  name: string;
  urls: string[];
  chainType: string;
}

async function configuredNetwork(hre: HardhatRuntimeEnvironment): Promise<NamedNetwork> {
  const { name, config } = httpNetworkOf(hre);
  const urls = await Promise.all([config.url, ...(hre.config.drydock.endpoints[name] ?? [])].map((url) => url.getUrl()));
  return { name, urls, chainType: config.chainType ?? "generic" };
}

function networkOfReplay(hre: HardhatRuntimeEnvironment): NamedNetwork {
  const name = hre.globalOptions.network ?? "default";
  return { name, urls: [], chainType: hre.config.networks[name]?.chainType ?? "generic" };
}
