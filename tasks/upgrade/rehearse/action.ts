import { dirname, join } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { Expectations } from "../../../src/core/schema/expectations.js";
import { DrydockError, ERRORS } from "../../../src/errors/drydock-error.js";
import { writeAtomically } from "../../../src/files/write-atomically.js";
import { rehearsalInputOf } from "../../../src/rehearsal/for-plan.js";
import { rehearse } from "../../../src/rehearsal/rehearse.js";
import { rehearsalText } from "../../../src/report/rehearsal-text.js";
import { fromHere, optionalBlock } from "../shared/arguments.js";
import { resolveAt } from "../shared/context.js";
import { loadPlan } from "../shared/load-plan.js";
import { progress } from "../shared/progress.js";
import { rehearsalContext } from "../shared/rehearsal-context.js";
import { runVerb } from "../shared/run-verb.js";
import { openRehearsal, refuseIfMoved, type RehearsalSource } from "./open.js";

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
    const cassette = cassetteOf(args);
    const say = progress();
    const options = { ...(block === undefined ? {} : { block }), ...(cassette === undefined ? {} : { cassette }), onProgress: say };
    const open = await openRehearsal(hre, BigInt(plan.definition.chainId), options);
    const resolved = await resolveAt(hre, open.network, plan, open.upstream.block.number).finally(() => {
      // Who resolves may take an answer that is missing for something else; the cassette knows which read it was.
      open.upstream.assertHealthy();
    });
    if (block === undefined && !open.upstream.isReplay) await refuseIfMoved(hre, open, resolved);
    const context = await rehearsalContext(hre, open.network, plan);
    const { report, suggestion, upstreamRequests, upstreamCalls } = await rehearse(
      rehearsalInputOf(resolved, {
        ...context,
        opened: open.upstream,
        ...(args.scenarios === undefined ? {} : { scenarios: args.scenarios === "none" ? [] : args.scenarios.split(",") }),
        ...(args.seed === undefined ? {} : { seed: args.seed }),
        ...(args.traffic === undefined ? {} : { replayTraffic: trafficCount(args.traffic) }),
        onProgress: say,
      }),
    );
    const { schema: _schema, verdict, findings, notRun, ...parts } = report;
    const draft = args.suggest ? await writeDraft(dirname(plan.path), suggestion) : undefined;
    if (draft !== undefined) say(`the draft stands in ${draft.path}; expectations.ts is left as it is`);
    const text = draft?.text ?? rehearsalText(report);
    return {
      verdict,
      scope: "full",
      findings,
      notRun,
      parts: { ...parts, upstreamRequests, upstreamCalls, ...(draft === undefined ? {} : { suggestion, draft: draft.path }) },
      text,
    };
  });

/** More would take longer than anybody waits: each is traced twice. */
const MOST_TRAFFIC = 1_000;

function trafficCount(value: string): number {
  const count = Number(value);
  if (!/^[0-9]+$/.test(value) || count < 1 || count > MOST_TRAFFIC) {
    throw new DrydockError(ERRORS.ARGUMENT, { detail: `--traffic must be a number from 1 to ${MOST_TRAFFIC}, not "${value}"`, verb: "rehearse" });
  }
  return count;
}

function cassetteOf({ record, replay }: RehearseArguments): RehearsalSource["cassette"] {
  if (record !== undefined) return { mode: "record", path: fromHere(record) };
  return replay === undefined ? undefined : { mode: "replay", path: fromHere(replay) };
}

/** Writes what was seen as expectations, beside the plan, for a person to confirm and rename. */
async function writeDraft(folder: string, { schema: _schema, ...suggestion }: Expectations): Promise<{ path: string; text: string }> {
  const lines = [
    'import { defineExpectations } from "hardhat-drydock/expectations";',
    "",
    "// A draft of what was seen, not of what is right. Keep a line only if you know why it must be so.",
    `export default defineExpectations(${JSON.stringify(suggestion, null, 2)});`,
    "",
  ];
  const path = join(folder, "expectations.draft.ts");
  await writeAtomically(path, lines.join("\n"));
  return { path, text: lines.join("\n") };
}
