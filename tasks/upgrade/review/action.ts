import { join } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { openBundle } from "../../../src/bundle/open.js";
import { DrydockError, ERRORS } from "../../../src/errors/drydock-error.js";
import { bundleParts } from "../../../src/review/review-answer.js";
import { reviewBundle } from "../../../src/review/review.js";
import { reviewText } from "../../../src/review/review-text.js";
import { runSafeTxReview } from "../../../src/review/run-safe-tx.js";
import { safeTxText } from "../../../src/review/safe-tx-text.js";
import { findTrust } from "../../../src/review/trust-file.js";
import { STEPS } from "../../../src/core/plan/route.js";
import { fromHere, oneOf, required } from "../shared/arguments.js";
import { refuseWithinBundle } from "../shared/bundle.js";
import { openNetwork, projectOf } from "../shared/context.js";
import { runVerb, type VerbResult } from "../shared/run-verb.js";

export interface ReviewArguments {
  json: boolean;
  bundle: string | undefined;
  safeTx: string | undefined;
  offline: boolean;
  step: string | undefined;
  trust: string | undefined;
  chainId: string | undefined;
  safe: string | undefined;
  safeVersion: string | undefined;
  nonce: string | undefined;
}

export default (args: ReviewArguments, hre: HardhatRuntimeEnvironment): Promise<void> =>
  runVerb("review", args, () =>
    args.safeTx === undefined ? reviewFolder(args, hre) : reviewSafeTx(args, args.safeTx, hre),
  );

async function reviewSafeTx(
  args: ReviewArguments,
  safeTx: string,
  hre: HardhatRuntimeEnvironment,
): Promise<VerbResult> {
  if (args.bundle !== undefined)
    throw new DrydockError(ERRORS.ARGUMENT, { detail: "give a BUNDLE or --safe-tx, not both", verb: "review" });
  const chain = async () => {
    const { chain: port, name: network } = await openNetwork(hre);
    return { port, network };
  };
  const answer = await runSafeTxReview(
    { ...args, safeTx: fromHere(safeTx), trust: args.trust && fromHere(args.trust) },
    hre.config.drydock.trustFile,
    args.offline ? undefined : chain,
  );
  const { verdict, scope, findings, notRun, ...parts } = answer;
  return { verdict, scope, findings, notRun, parts, text: safeTxText(answer) };
}

async function reviewFolder(args: ReviewArguments, hre: HardhatRuntimeEnvironment): Promise<VerbResult> {
  const folder = fromHere(required(args.bundle, "BUNDLE", "review"));
  await refuseWithinBundle(folder);
  const bundle = await openBundle(folder);
  const trust = await findTrust(
    args.trust && fromHere(args.trust),
    hre.config.drydock.trustFile,
    BigInt(bundle.plan.chainId),
  );
  const { root, compilers } = projectOf(hre);
  const network = args.offline ? undefined : await openNetwork(hre);
  const review = await reviewBundle({
    bundle,
    step: oneOf(args.step ?? "schedule", STEPS, "--step", "review"),
    root,
    compilers,
    cacheFolder: join(hre.config.paths.cache, "drydock", "solc"),
    ...(trust ? { trust } : {}),
    ...(network
      ? { chain: { port: network.chain, network: network.name, urls: network.urls, chainType: network.chainType } }
      : {}),
  });
  const { verdict, scope, findings, notRun } = review;
  return { verdict, scope, findings, notRun, parts: bundleParts(review), text: reviewText(review) };
}
