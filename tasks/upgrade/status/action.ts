import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { tryReadTimelocks } from "../../../src/stages/known-timelocks.js";
import { openBundle } from "../../../src/bundle/open.js";
import { gate } from "../../../src/core/finding.js";
import { statusFindings } from "../../../src/lifecycle/status-findings.js";
import { openBundles, readStatus } from "../../../src/lifecycle/status.js";
import { statusText } from "../../../src/lifecycle/render.js";
import { fromHere } from "../shared/arguments.js";
import { openNetwork } from "../shared/context.js";
import { runVerb } from "../shared/run-verb.js";

export default (args: { json: boolean; bundle: string | undefined }, hre: HardhatRuntimeEnvironment): Promise<void> =>
  runVerb("status", args, async () => {
    const network = await openNetwork(hre);
    const { bundles, broken } =
      args.bundle === undefined
        ? await openBundles(hre.config.drydock.proposals, network.chainId)
        : { bundles: [await openBundle(fromHere(args.bundle))], broken: [] };
    const timelocks = await tryReadTimelocks(network.chain, network.names);
    const status = await readStatus(network.chain, bundles, timelocks, broken);
    const { verdict, findings, notRun } = gate("status", statusFindings(status), [], hre.config.drydock.policy);
    return { verdict, scope: "full", findings, notRun, parts: { ...status }, text: statusText(status) };
  });
