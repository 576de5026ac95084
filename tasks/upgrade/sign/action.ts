import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { STEPS } from "../../../src/core/plan/route.js";
import { signStep, stepTransaction } from "../../../src/lifecycle/sign.js";
import { signText } from "../../../src/lifecycle/render.js";
import { oneOf } from "../shared/arguments.js";
import { openAccounts, openBundleAndNetwork } from "../shared/bundle.js";
import { requireReview } from "../shared/require-review.js";
import { runVerb } from "../shared/run-verb.js";

interface SignArguments {
  json: boolean;
  bundle: string | undefined;
  step: string | undefined;
  account: string | undefined;
  import: string | undefined;
}

export default (args: SignArguments, hre: HardhatRuntimeEnvironment): Promise<void> =>
  runVerb("sign", args, async () => {
    const step = oneOf(args.step, STEPS, "--step", "sign");
    const { bundle, network } = await openBundleAndNetwork(hre, args.bundle, "sign");
    const transaction = await stepTransaction(network.chain, bundle, step);
    await requireReview(hre, bundle, network, step, "signed");
    const signed = await signStep(transaction, bundle, {
      ...(args.import === undefined ? { accounts: await openAccounts(hre, network) } : { signature: args.import }),
      ...(args.account === undefined ? {} : { account: args.account }),
    });
    const { hashes, tx } = transaction;
    return {
      verdict: "pass",
      scope: "full",
      findings: [],
      notRun: [],
      parts: { step, planHash: bundle.planHash, ...hashes, nonce: tx.nonce, ...signed },
      text: signText(transaction, signed, bundle.manifest.title),
    };
  });
