import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { Step } from "../../../src/core/plan/route.js";
import { keepHistory } from "../../../src/lifecycle/history.js";
import { runStep } from "../../../src/lifecycle/steps.js";
import { stepText } from "../../../src/lifecycle/render.js";
import { openAccounts, openBundleAndNetwork } from "./bundle.js";
import { requireReview } from "./require-review.js";
import { runVerb } from "./run-verb.js";

export interface StepArguments {
  json: boolean;
  bundle: string | undefined;
  account: string | undefined;
}

/** `schedule`, `execute` and `cancel` differ in nothing but the step. */
export function stepAction(step: Step) {
  return (args: StepArguments, hre: HardhatRuntimeEnvironment): Promise<void> =>
    runVerb(step, args, async () => {
      const { bundle, network } = await openBundleAndNetwork(hre, args.bundle, step);
      const outcome = await runStep(network.chain, bundle, step, {
        accounts: await openAccounts(hre, network),
        ...(args.account === undefined ? {} : { account: args.account }),
        review: () => requireReview(hre, bundle, network, step, "sent"),
      });
      const { transactionHash, via, state } = outcome;
      const history = step === "execute" ? await keepHistory(hre.config.paths.root, bundle) : [];
      return {
        verdict: "pass",
        scope: "full",
        findings: [],
        notRun: [],
        parts: {
          step,
          planHash: bundle.planHash,
          operationId: state.operationId,
          operation: state.operation,
          readyAt: state.readyAt,
          transactionHash: transactionHash ?? null,
          via,
          changes: state.changes,
          ...(step === "execute" ? { history } : {}),
        },
        text: stepText(outcome, bundle.manifest.title),
      };
    });
}
