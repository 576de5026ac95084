import { gate } from "../../core/finding.js";
import { inspect } from "../../stages/inspect.js";
import type { RerunStage } from "./stages.js";

/** Who can change this code, on the live chain and against the signer's trust file. */
export const authorityStage: RerunStage = {
  stage: "authority",
  needsChain: true,
  async run({ bundle, chain, trust }) {
    if (!chain) return gate("authority", [], [{ check: "authority", reason: "the chain was not read" }]);
    const { plan } = bundle;
    const { findings, notRun } = await inspect({
      chain: chain.port,
      addresses: plan.changes.map(({ proxy }) => proxy),
      route: { safe: plan.safe, timelock: plan.timelock },
      ...(trust ? { trust } : {}),
    });
    return gate("authority", findings, notRun, trust?.policy);
  },
};
