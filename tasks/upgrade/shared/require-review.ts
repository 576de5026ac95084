import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { OpenBundle } from "../../../src/bundle/open.js";
import type { Step } from "../../../src/core/plan/route.js";
import { DrydockError, ERRORS } from "../../../src/errors/drydock-error.js";
import { reviewBundle } from "../../../src/review/review.js";
import { findTrust } from "../../../src/review/trust-file.js";
import type { OpenNetwork } from "./context.js";
import { openedChain, reviewHome } from "./review-home.js";

/** Reviews the bundle at the current block with the signer's own endpoint; throws unless it passes in full. */
export async function requireReview(
  hre: HardhatRuntimeEnvironment,
  bundle: OpenBundle,
  network: OpenNetwork,
  step: Step,
  done: string,
): Promise<void> {
  const { trustFile, ...home } = await reviewHome(hre);
  const trust = await findTrust(undefined, trustFile, BigInt(bundle.plan.chainId));
  const { verdict, findings, notRun } = await reviewBundle({
    ...home,
    bundle,
    step,
    chain: openedChain(network),
    names: network.names,
    ...(trust ? { trust } : {}),
  });
  if (verdict === "pass") return;
  const reasons = verdict === "blocked" ? findings.map(({ rule, title }) => `${rule}: ${title}`) : notRun.map(({ check, reason }) => `${check}: ${reason}`);
  const detail = reasons.slice(0, 3).join("; ") + (reasons.length > 3 ? ` (and ${reasons.length - 3} more)` : "");
  throw new DrydockError(ERRORS.REVIEW_NOT_PASSED, { done, detail });
}
