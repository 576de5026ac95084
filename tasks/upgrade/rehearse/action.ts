import { dirname, join } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { Expectations } from "../../../src/core/schema/expectations.js";
import { gate, sortFindings, verdictOf, type Finding, type NotRun } from "../../../src/core/finding.js";
import type { Drift, Rehearsal } from "../../../src/core/schema/rehearsal.js";
import { visible } from "../../../src/core/visible.js";
import { DrydockError, ERRORS } from "../../../src/errors/drydock-error.js";
import { writeAtomically } from "../../../src/files/write-atomically.js";
import { driftBetween } from "../../../src/rehearsal/drift.js";
import { rehearsalInputOf } from "../../../src/rehearsal/for-plan.js";
import { rehearse } from "../../../src/rehearsal/rehearse.js";
import { selfTest } from "../../../src/rehearsal/self-test/self-test.js";
import type { RehearsalInput, RehearsalResult } from "../../../src/rehearsal/types.js";
import { rehearsalText, selfTestText } from "../../../src/report/rehearsal-text.js";
import { fromHere, optionalBlock } from "../shared/arguments.js";
import { resolveAt } from "../shared/context.js";
import { loadPlan, type LoadedPlan } from "../shared/load-plan.js";
import { progress } from "../shared/progress.js";
import { rehearsalContext } from "../shared/rehearsal-context.js";
import { runVerb } from "../shared/run-verb.js";
import { ownFaults } from "./own-faults.js";
import { writeOutputs } from "./outputs.js";
import { headOf, openRehearsal, refuseIfMoved, type RehearsalSource } from "./open.js";

interface RehearseArguments {
  json: boolean;
  plan: string | undefined;
  block: string | undefined;
  record: string | undefined;
  replay: string | undefined;
  scenarios: string | undefined;
  seed: string | undefined;
  accounts: string | undefined;
  traffic: string | undefined;
  junit: string | undefined;
  html: string | undefined;
  selfTest: boolean;
  fresh: boolean;
  suggest: boolean;
}

export default (args: RehearseArguments, hre: HardhatRuntimeEnvironment): Promise<void> =>
  runVerb("rehearse", args, async () => {
    if (args.record !== undefined && args.replay !== undefined) {
      throw new DrydockError(ERRORS.ARGUMENT, { detail: "--record and --replay exclude each other", verb: "rehearse" });
    }
    if (args.fresh && args.replay !== undefined) {
      throw new DrydockError(ERRORS.ARGUMENT, { detail: "a cassette has no fresh block: --fresh and --replay exclude each other", verb: "rehearse" });
    }
    const block = optionalBlock(args.block, "rehearse");
    const plan = await loadPlan(args.plan, "rehearse");
    const cassette = cassetteOf(args);
    const say = progress();
    const source = { ...(block === undefined ? {} : { block }), ...(cassette === undefined ? {} : { cassette }), onProgress: say };
    const input = await inputAt(hre, plan, args, source);
    const { report, suggestion, upstreamRequests, upstreamCalls } = await rehearse(input);
    const tested = args.selfTest ? await selfTest(rehearse, input, await ownFaults(hre, plan, say)) : undefined;
    const fresh = args.fresh ? await rehearseFresh(hre, plan, args, report, say) : undefined;
    const { schema: _schema, verdict, findings, notRun, ...parts } = report;
    const draft = args.suggest ? await writeDraft(dirname(plan.path), suggestion) : undefined;
    if (draft !== undefined) say(`the draft stands in ${draft.path}; expectations.ts is left as it is`);
    await writeOutputs(args, report, tested?.results);
    const gates = [{ verdict }, ...(fresh === undefined ? [] : [fresh.drift]), ...(tested === undefined ? [] : [gate("self-test", tested.findings, tested.notRun)])];
    return {
      verdict: verdictOf(gates),
      scope: "full",
      findings: sortFindings([...findings, ...(fresh?.findings ?? []), ...(tested?.findings ?? [])]),
      notRun: [...notRun, ...(fresh?.notRun ?? []), ...(tested?.notRun ?? [])],
      parts: {
        ...parts,
        upstreamRequests,
        upstreamCalls,
        ...(tested === undefined ? {} : { selfTest: tested.results }),
        ...(fresh === undefined ? {} : { drift: fresh.drift }),
        ...(draft === undefined ? {} : { suggestion, draft: draft.path }),
      },
      text: draft?.text ?? [rehearsalText(report), ...(tested === undefined ? [] : [selfTestText(tested.results)]), ...(fresh === undefined ? [] : [driftText(fresh.drift)])].join("\n\n"),
    };
  });

/** Opens the chain at one block, resolves the plan there, and rehearses it. */
async function rehearseAt(hre: HardhatRuntimeEnvironment, plan: LoadedPlan, args: RehearseArguments, source: RehearsalSource): Promise<RehearsalResult> {
  return rehearse(await inputAt(hre, plan, args, source));
}

async function inputAt(hre: HardhatRuntimeEnvironment, plan: LoadedPlan, args: RehearseArguments, source: RehearsalSource): Promise<RehearsalInput> {
  const open = await openRehearsal(hre, BigInt(plan.definition.chainId), source);
  const resolved = await resolveAt(hre, open.network, plan, open.upstream.block.number).finally(() => {
    // Who resolves may take an answer that is missing for something else; the cassette knows which read it was.
    open.upstream.assertHealthy();
  });
  if (source.block === undefined && !open.upstream.isReplay) await refuseIfMoved(hre, open, resolved);
  return rehearsalInputOf(resolved, {
    ...(await rehearsalContext(hre, open.network, plan)),
    opened: open.upstream,
    ...(args.scenarios === undefined ? {} : { scenarios: args.scenarios === "none" ? [] : args.scenarios.split(",") }),
    ...(args.seed === undefined ? {} : { seed: args.seed }),
    ...(args.accounts === undefined ? {} : { accounts: countOf("accounts", args.accounts, MOST_ACCOUNTS) }),
    ...(args.traffic === undefined ? {} : { replayTraffic: countOf("traffic", args.traffic, MOST_TRAFFIC) }),
    onProgress: source.onProgress,
  });
}

/** The same plan once more at the chain's head: what it says differently, and what only it finds. */
async function rehearseFresh(
  hre: HardhatRuntimeEnvironment,
  plan: LoadedPlan,
  args: RehearseArguments,
  pinned: Rehearsal,
  onProgress: (line: string) => void,
): Promise<{ drift: Drift; findings: Finding[]; notRun: NotRun[] }> {
  const block = await headOf(hre);
  onProgress(`once more at the head, block ${block}`);
  const { report, upstreamRequests } = await rehearseAt(hre, plan, args, { block, onProgress });
  const { verdict, block: at } = report;
  const known = new Set(pinned.findings.map(({ rule, detail }) => `${rule} ${detail}`));
  return {
    drift: { block: at, verdict, changes: driftBetween(pinned, report), upstreamRequests },
    findings: report.findings.filter(({ rule, detail }) => !known.has(`${rule} ${detail}`)).map((finding) => ({ ...finding, detail: `at the fresh block ${at.number}: ${finding.detail}` })),
    notRun: report.notRun.map(({ check, reason }) => ({ check, reason: `at the fresh block ${at.number}: ${reason}` })),
  };
}

function driftText({ block, verdict, changes }: Drift): string {
  const rows = changes.map(({ where, pinned, fresh }) => `  ${where}: ${pinned} → ${fresh}`);
  return [`once more at the head, block ${block.number} (${block.hash}): ${verdict}; ${rows.length === 0 ? "nothing drifted" : "what drifted"}`, ...rows].map(visible).join("\n");
}

/** More would take longer than anybody waits: each is traced twice. */
const MOST_TRAFFIC = 1_000;
const MOST_ACCOUNTS = 10_000;

function countOf(option: string, value: string, most: number): number {
  const count = Number(value);
  if (!/^[0-9]+$/.test(value) || count < 1 || count > most) {
    throw new DrydockError(ERRORS.ARGUMENT, { detail: `--${option} must be a number from 1 to ${most}, not "${value}"`, verb: "rehearse" });
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
    "// A draft of what was seen, not of what is right. Keep a line only if you know why it must be so,",
    "// then rename this file (expectations.draft.ts) to expectations.ts.",
    `export default defineExpectations(${JSON.stringify(suggestion, null, 2)});`,
    "",
  ];
  const path = join(folder, "expectations.draft.ts");
  await writeAtomically(path, lines.join("\n"));
  return { path, text: lines.join("\n") };
}
