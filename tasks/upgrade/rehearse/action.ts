import { dirname, join } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { Expectations } from "../../../src/core/schema/expectations.js";
import { sortFindings, verdictOf, type Finding, type NotRun } from "../../../src/core/finding.js";
import type { Drift, Rehearsal } from "../../../src/core/schema/rehearsal.js";
import { visible } from "../../../src/core/visible.js";
import { DrydockError, ERRORS } from "../../../src/errors/drydock-error.js";
import { writeAtomically } from "../../../src/files/write-atomically.js";
import { driftBetween } from "../../../src/rehearsal/drift.js";
import { rehearsalInputOf } from "../../../src/rehearsal/for-plan.js";
import { rehearse } from "../../../src/rehearsal/rehearse.js";
import type { RehearsalResult } from "../../../src/rehearsal/types.js";
import { rehearsalText } from "../../../src/report/rehearsal-text.js";
import { fromHere, optionalBlock } from "../shared/arguments.js";
import { resolveAt } from "../shared/context.js";
import { loadPlan, type LoadedPlan } from "../shared/load-plan.js";
import { progress } from "../shared/progress.js";
import { rehearsalContext } from "../shared/rehearsal-context.js";
import { runVerb } from "../shared/run-verb.js";
import { headOf, openRehearsal, refuseIfMoved, type RehearsalSource } from "./open.js";

interface RehearseArguments {
  json: boolean;
  plan: string | undefined;
  block: string | undefined;
  record: string | undefined;
  replay: string | undefined;
  scenarios: string | undefined;
  seed: string | undefined;
  traffic: string | undefined;
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
    const { report, suggestion, upstreamRequests, upstreamCalls } = await rehearseAt(hre, plan, args, source);
    const fresh = args.fresh ? await rehearseFresh(hre, plan, args, report, say) : undefined;
    const { schema: _schema, verdict, findings, notRun, ...parts } = report;
    const draft = args.suggest ? await writeDraft(dirname(plan.path), suggestion) : undefined;
    if (draft !== undefined) say(`the draft stands in ${draft.path}; expectations.ts is left as it is`);
    return {
      verdict: fresh === undefined ? verdict : verdictOf([{ verdict }, fresh.drift]),
      scope: "full",
      findings: sortFindings([...findings, ...(fresh?.findings ?? [])]),
      notRun: [...notRun, ...(fresh?.notRun ?? [])],
      parts: {
        ...parts,
        upstreamRequests,
        upstreamCalls,
        ...(fresh === undefined ? {} : { drift: fresh.drift }),
        ...(draft === undefined ? {} : { suggestion, draft: draft.path }),
      },
      text: draft?.text ?? [rehearsalText(report), ...(fresh === undefined ? [] : [driftText(fresh.drift)])].join("\n\n"),
    };
  });

/** Opens the chain at one block, resolves the plan there, and rehearses it. */
async function rehearseAt(hre: HardhatRuntimeEnvironment, plan: LoadedPlan, args: RehearseArguments, source: RehearsalSource): Promise<RehearsalResult> {
  const open = await openRehearsal(hre, BigInt(plan.definition.chainId), source);
  const resolved = await resolveAt(hre, open.network, plan, open.upstream.block.number).finally(() => {
    // Who resolves may take an answer that is missing for something else; the cassette knows which read it was.
    open.upstream.assertHealthy();
  });
  if (source.block === undefined && !open.upstream.isReplay) await refuseIfMoved(hre, open, resolved);
  return rehearse(
    rehearsalInputOf(resolved, {
      ...(await rehearsalContext(hre, open.network, plan)),
      opened: open.upstream,
      ...(args.scenarios === undefined ? {} : { scenarios: args.scenarios === "none" ? [] : args.scenarios.split(",") }),
      ...(args.seed === undefined ? {} : { seed: args.seed }),
      ...(args.traffic === undefined ? {} : { replayTraffic: trafficCount(args.traffic) }),
      onProgress: source.onProgress,
    }),
  );
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
