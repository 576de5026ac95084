import { blocks, type Finding, type NotRun } from "../../core/finding.js";
import type { Rehearsal, SelfTestResult } from "../../core/schema/rehearsal.js";
import { DrydockError, reasonOf } from "../../errors/drydock-error.js";
import type { RehearsalInput, RehearsalResult } from "../types.js";
import { genericFaults, type Fault } from "./faults.js";

/** Scenarios that every fault is rehearsed under: getters, trading, probes. */
const GENERIC = ["S0", "S14"];
const WITH_ADAPTER = ["S0", "S4", "S14"];

/** A further fault of the project's own: another plan, which has to be blocked. */
export interface OwnFault {
  id: string;
  what: string;
  /** Stages that block it, each with the rules of its blocking findings; empty when nothing does. */
  run(): Promise<{ stage: string; rules: string[] }[]>;
}

export interface SelfTested {
  results: SelfTestResult[];
  findings: Finding[];
  notRun: NotRun[];
}

/**
 * Rehearses the same plan again with one fault after the other, and looks whether each is noticed: a rehearsal that passes
 * whatever happens says nothing. Asks upstream for nothing that the rehearsal itself did not need.
 *
 * @param report the rehearsal without a fault; what it finds anyway proves nothing.
 */
export async function selfTest(
  rehearse: (input: RehearsalInput) => Promise<RehearsalResult>,
  input: RehearsalInput,
  own: readonly OwnFault[] = [],
): Promise<SelfTested> {
  const scenarios = input.adapter === undefined ? GENERIC : WITH_ADAPTER;
  const quiet = { ...input, scenarios, replayTraffic: 0 };
  input.onProgress?.("self-test: the rehearsal without a fault");
  const usual = new Set(keysOf((await rehearse(quiet)).report));
  const results: SelfTestResult[] = [];
  const faults = genericFaults(input.plan, input.known ?? [], input.adapter !== undefined);
  for (const [index, fault] of faults.entries()) {
    input.onProgress?.(`self-test ${index + 1} of ${faults.length + own.length}: ${fault.what}`);
    results.push(await tryFault(rehearse, quiet, fault, usual));
  }
  for (const [index, { id, what, run }] of own.entries()) {
    input.onProgress?.(`self-test ${faults.length + index + 1} of ${faults.length + own.length}: ${what}`);
    try {
      const caught = await run();
      const by = caught.flatMap(({ stage, rules }) => rules.map((rule) => `${stage}: ${rule}`));
      results.push({ id, what, where: null, verdict: by.length > 0 ? "caught" : "missed", by: [...new Set(by)] });
    } catch (error) {
      results.push({ id, what, where: null, verdict: "not-run", by: [reasonOf(error)] });
    }
  }
  return { results, ...judged(results) };
}

async function tryFault(rehearse: (input: RehearsalInput) => Promise<RehearsalResult>, input: RehearsalInput, fault: Fault, usual: ReadonlySet<string>): Promise<SelfTestResult> {
  const { id, what, stage } = fault;
  let where: string | undefined;
  const watched: Fault = {
    ...fault,
    async inject(fork) {
      where = await fault.inject(fork);
      return where;
    },
  };
  try {
    const { report } = await rehearse({ ...input, fault: watched });
    if (where === undefined) return { id, what, where: null, verdict: "not-applicable", by: [] };
    const rules = report.findings.filter((finding) => !usual.has(keyOf(finding)) && blocks(finding)).map(({ rule }) => rule);
    return { id, what, where, verdict: rules.length > 0 ? "caught" : "missed", by: [...new Set(rules)].map((rule) => `${stage}: ${rule}`) };
  } catch (error) {
    // A fault that ends the rehearsal is noticed, if it was there: nothing passes then.
    if (!(error instanceof DrydockError)) throw error;
    return { id, what, where: where ?? null, verdict: where === undefined ? "not-run" : "caught", by: [error.code] };
  }
}

function judged(results: readonly SelfTestResult[]): Pick<SelfTested, "findings" | "notRun"> {
  const missed = results.filter(({ verdict }) => verdict === "missed");
  const tried = results.filter(({ verdict }) => verdict === "caught" || verdict === "missed");
  const findings = missed.map(
    ({ id, what, where }): Finding => ({
      rule: "rehearsal/self-test",
      severity: "high",
      confidence: "high",
      title: "the rehearsal does not notice a fault that was put in on purpose",
      detail: `${id}: ${what}${where === null ? "" : ` (${where})`}`,
      where: {},
      remedy: "give an adapter, narrow the declared differences and expectations, or play the scenarios that would notice",
    }),
  );
  const notRun = results.filter(({ verdict }) => verdict === "not-run").map(({ id, by }) => ({ check: `self-test ${id}`, reason: by.join("; ") }));
  if (tried.length === 0) notRun.push({ check: "self-test", reason: "no fault could be put in: this rehearsal was not shown to be able to fail" });
  return { findings, notRun };
}

function keysOf({ findings }: Rehearsal): string[] {
  return findings.map(keyOf);
}

function keyOf({ rule, detail }: { rule: string; detail: string }): string {
  return `${rule} ${detail}`;
}
