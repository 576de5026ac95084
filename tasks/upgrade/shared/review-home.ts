import { join } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { VerifiedHttpChain } from "../../../src/chain/verified/verified-chain.js";
import type { OpenChain, ReviewHome } from "../../../src/review/command.js";
import { projectOf, readBaseline, type OpenNetwork } from "./context.js";
import { progress } from "./progress.js";
import { loadAdapter } from "./rehearsal-context.js";

/** The signer's own side of a review, from their Hardhat project. */
export async function reviewHome(hre: HardhatRuntimeEnvironment): Promise<Omit<ReviewHome, "open">> {
  const { root, compilers } = projectOf(hre);
  const [adapter, baseline] = await Promise.all([loadAdapter(hre), readBaseline(hre.config.drydock.check.baseline)]);
  return {
    root,
    compilers,
    cacheFolder: join(hre.config.paths.cache, "drydock"),
    trustFile: hre.config.drydock.trustFile,
    today: new Date().toISOString().slice(0, 10),
    onProgress: progress(),
    ...(adapter ? { adapter } : {}),
    ...(baseline ? { baseline } : {}),
  };
}

/** An open network as a review wants it: read through `verified` where several endpoints are configured. */
export function openedChain({ chain, name, urls, chainType, names }: OpenNetwork, verified?: VerifiedHttpChain): OpenChain {
  return {
    port: verified ?? chain,
    network: name,
    urls,
    chainType,
    names,
    ...(verified === undefined ? {} : { readsReport: () => verified.report() }),
  };
}
