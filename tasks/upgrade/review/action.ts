import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { runVerb } from "../../../src/report/run-verb.js";
import { runReview } from "../../../src/review/command.js";
import { fromHere } from "../shared/arguments.js";
import { openNetwork, openVerified } from "../shared/context.js";
import { openedChain, reviewHome } from "../shared/review-home.js";

export interface ReviewTaskArguments {
  json: boolean;
  bundle: string | undefined;
  safeTx: string | undefined;
  offline: boolean;
  replay: boolean;
  abi: string | undefined;
  step: string | undefined;
  trust: string | undefined;
  html: string | undefined;
  service: string | undefined;
  chainId: string | undefined;
  safe: string | undefined;
  safeVersion: string | undefined;
  nonce: string | undefined;
}

export default (args: ReviewTaskArguments, hre: HardhatRuntimeEnvironment): Promise<void> =>
  runVerb("review", args, async () => {
    const path = (given: string | undefined) => (given === undefined ? undefined : fromHere(given));
    const { bundle, safeTx, trust, html, abi } = args;
    const home = await reviewHome(hre);
    const open = async () => {
      const network = await openNetwork(hre);
      return openedChain(network, await openVerified(hre, network));
    };
    return runReview(
      { ...args, bundle: path(bundle), safeTx: path(safeTx), trust: path(trust), html: path(html), abi: path(abi) },
      { ...home, ...(args.offline || args.replay ? {} : { open }) },
    );
  });
