import { join } from "node:path";
import hre from "hardhat";
import { deploymentsSchema } from "../../src/core/schema/deployments.js";
import { writeAtomically } from "../../src/files/write-atomically.js";
import { builder } from "../../tasks/upgrade/shared/context.js";
import { liveOnDerivatives } from "./derivatives-life.js";
import { deployDerivatives } from "./deploy-derivatives.js";
import { deployVenue, type Venue } from "./deploy-venue.js";
import { ChainSession } from "./session.js";
import { startNode, type RunningNode } from "./start-node.js";
import { VERSION_ONE } from "./venue-contracts.js";
import { liveOnVenue } from "./venue-life.js";

/** Empty blocks after the venue's life, so that a rehearsal can pin a block past the depth at which forks cache (128). */
const SETTLED_BLOCKS = 140;

export interface EmbeddedChain extends RunningNode {
  session: ChainSession;
  venue: Venue;
}

/**
 * Starts the embedded chain: a node in a process of its own, with Safe, timelock and venue, and a life behind it. From
 * then on everybody talks to it over HTTP JSON-RPC only, as to any chain.
 *
 * @param options.deployments folder for `<chainId>.json`; nothing is written if left out.
 * @param options.meanwhile built after the venue, while it lives: contracts that somebody will ask for next.
 */
export async function startEmbeddedChain(
  options: { chainId?: number; port?: number; traders?: number; deployments?: string; meanwhile?: readonly string[]; onProgress?: (line: string) => void } = {},
): Promise<EmbeddedChain> {
  const say = options.onProgress ?? (() => undefined);
  const build = builder(hre);
  // Compiled while the node starts and takes the first deployments; who deploys waits for each, and hears what failed.
  for (const contract of VERSION_ONE) build(contract).catch(() => undefined);
  const node = await startNode(options);
  try {
    say(`node ${node.url} (chain ${node.chainId}, process ${node.pid})`);
    const session = await ChainSession.open(node.url);
    const venue = await deployVenue(session, build);
    say("Safe 1.4.1, timelock and venue deployed; markets opened through Safe and timelock");
    const derivatives = await deployDerivatives(session, venue);
    say("options market and order settlement deployed and listed");
    const next = Promise.allSettled((options.meanwhile ?? []).map((contract) => build(contract)));
    const traders = await liveOnVenue(session, venue, options);
    await liveOnDerivatives(session, venue, derivatives, traders);
    await session.mine(SETTLED_BLOCKS);
    const head = await session.provider.getBlockNumber();
    say(`the venue has lived: ${head} blocks, accounts, positions, funding, one liquidation, options through expiry, resting orders`);
    await next; // what failed is said to who asks for it
    if (options.deployments !== undefined) await writeDeployments(options.deployments, node.chainId, session, venue);
    return {
      ...node,
      session,
      venue,
      async stop() {
        session.close();
        await node.stop();
      },
    };
  } catch (error) {
    await node.stop();
    throw error;
  }
}

async function writeDeployments(folder: string, chainId: number, session: ChainSession, venue: Venue): Promise<void> {
  const genesis = await session.provider.getBlock(0);
  const contracts = Object.fromEntries(Object.entries(venue.contracts).sort(([a], [b]) => (a < b ? -1 : 1)));
  const document = deploymentsSchema.parse({
    schema: "drydock/deployments@1",
    chainId,
    genesisHash: genesis?.hash ?? undefined,
    contracts,
  });
  await writeAtomically(join(folder, `${chainId}.json`), `${JSON.stringify(document, null, 2)}\n`);
}
