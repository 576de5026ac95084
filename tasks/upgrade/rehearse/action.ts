import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { DrydockError, ERRORS } from "../../../src/errors/drydock-error.js";
import { rehearsalInputOf } from "../../../src/rehearsal/for-plan.js";
import { rehearse } from "../../../src/rehearsal/rehearse.js";
import { rehearsalText } from "../../../src/report/rehearsal-text.js";
import { fromHere, optionalBlock } from "../shared/arguments.js";
import { openNetwork, resolveAtHead } from "../shared/context.js";
import { loadPlan } from "../shared/load-plan.js";
import { progress } from "../shared/progress.js";
import { rehearsalContext } from "../shared/rehearsal-context.js";
import { runVerb } from "../shared/run-verb.js";

interface RehearseArguments {
  json: boolean;
  plan: string | undefined;
  block: string | undefined;
  record: string | undefined;
  replay: string | undefined;
  scenarios: string | undefined;
  seed: string | undefined;
  traffic: string | undefined;
  suggest: boolean;
}

export default (args: RehearseArguments, hre: HardhatRuntimeEnvironment): Promise<void> =>
  runVerb("rehearse", args, async () => {
    if (args.record !== undefined && args.replay !== undefined) {
      throw new DrydockError(ERRORS.ARGUMENT, { detail: "--record and --replay exclude each other", verb: "rehearse" });
    }
    const block = optionalBlock(args.block, "rehearse");
    const plan = await loadPlan(args.plan, "rehearse");
    const network = await openNetwork(hre);
    const resolved = await resolveAtHead(hre, network, plan);
    const context = await rehearsalContext(hre, network, plan);
    const { report, suggestion, upstreamRequests, upstreamCalls } = await rehearse(
      rehearsalInputOf(resolved, {
        ...context,
        ...(block === undefined ? {} : { block }),
        ...(args.record === undefined ? {} : { cassette: { mode: "record", path: fromHere(args.record) } }),
        ...(args.replay === undefined ? {} : { cassette: { mode: "replay", path: fromHere(args.replay) } }),
        ...(args.scenarios === undefined ? {} : { scenarios: args.scenarios === "none" ? [] : args.scenarios.split(",") }),
        ...(args.seed === undefined ? {} : { seed: args.seed }),
        ...(args.traffic === undefined ? {} : { replayTraffic: Number(args.traffic) }),
        onProgress: progress(),
      }),
    );
    const { schema: _schema, verdict, findings, notRun, ...parts } = report;
    const text = args.suggest
      ? `import { defineExpectations } from "hardhat-drydock/expectations";\n\n// A draft of what was seen. Keep a line only if you know why it must be so.\nexport default defineExpectations(${JSON.stringify(withoutSchema(suggestion), null, 2)});\n`
      : rehearsalText(report);
    return {
      verdict,
      scope: "full",
      findings,
      notRun,
      parts: { ...parts, upstreamRequests, upstreamCalls, ...(args.suggest ? { suggestion } : {}) },
      text,
    };
  });

function withoutSchema<T extends { schema: string }>({ schema: _schema, ...rest }: T): Omit<T, "schema"> {
  return rest;
}
