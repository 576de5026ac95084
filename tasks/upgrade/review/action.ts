import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { runSafeTxReview } from "../../../src/review/run-safe-tx.js";
import { safeTxText } from "../../../src/review/safe-tx-text.js";
import { fromHere, required } from "../shared/arguments.js";
import { openNetwork } from "../shared/context.js";
import { runVerb, type VerbResult } from "../shared/run-verb.js";

export interface ReviewArguments {
  json: boolean;
  bundle: string | undefined;
  safeTx: string | undefined;
  offline: boolean;
  trust: string | undefined;
  html: string | undefined;
  chainId: string | undefined;
  safe: string | undefined;
  safeVersion: string | undefined;
  nonce: string | undefined;
}

export default (args: ReviewArguments, hre: HardhatRuntimeEnvironment): Promise<void> =>
  runVerb("review", args, () => reviewSafeTx(args, hre));

async function reviewSafeTx(args: ReviewArguments, hre: HardhatRuntimeEnvironment): Promise<VerbResult> {
  const chain = async () => {
    const { chain: port, name: network } = await openNetwork(hre);
    return { port, network };
  };
  const answer = await runSafeTxReview(
    {
      ...args,
      safeTx: fromHere(required(args.safeTx, "--safe-tx FILE", "review")),
      ...(args.trust === undefined ? {} : { trust: fromHere(args.trust) }),
    },
    hre.config.drydock.trustFile,
    args.offline ? undefined : chain,
  );
  const { verdict, scope, findings, notRun, ...parts } = answer;
  return { verdict, scope, findings, notRun, parts, text: safeTxText(answer) };
}
