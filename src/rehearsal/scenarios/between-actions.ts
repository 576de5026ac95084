import type { Finding, NotRun } from "../../core/finding.js";
import type { Expectations } from "../../core/schema/expectations.js";
import type { PlanCall } from "../../core/schema/plan.js";
import type { Difference, ScenarioResult } from "../../core/schema/rehearsal.js";
import type { Fork } from "../fork/fork.js";
import { failureInWords } from "../route/reverts.js";
import { declareDifferences } from "./compare-frames.js";
import type { Frame } from "./frame.js";
import { checkFrames, INVARIANTS } from "./invariants.js";

/** Under this id the author declares what may break in between: `differences: [{ scenario: "actions", … }]`. */
export const ACTIONS = "actions";

/** How the batch went, action by action. */
export interface PlayedActions {
  /** Before the first action. */
  before: Frame;
  /** After each. */
  after: Frame[];
  /** Why an action can't be executed by itself. */
  failure: string | undefined;
}

/**
 * Executes a batch call by call, as the timelock, and looks at the venue after each: the execution itself is one
 * transaction, in which nobody can look. Undone afterwards.
 */
export function playActions(fork: Fork, timelock: string, calls: readonly PlanCall[], observe: (label: string) => Promise<Frame>): Promise<PlayedActions> {
  return fork.attempt(async () => {
    const played: PlayedActions = { before: await observe("before the batch"), after: [], failure: undefined };
    for (const [index, { target, value, data }] of calls.entries()) {
      const label = `after action ${index + 1} of ${calls.length} (${data.slice(0, 10)} of ${target})`;
      const sent = await fork.send({ from: timelock, to: target, data, value: BigInt(value) }, fork.now);
      if (!sent.succeeded) {
        played.failure = `action ${index + 1} of ${calls.length} fails by itself: ${failureInWords(await fork.callTree(sent.hash))}`;
        break;
      }
      played.after.push(await observe(label));
    }
    return played;
  });
}

/** The invariants after every action, and what the venue told before the batch and refuses to tell in between. */
export function actionsResult(played: PlayedActions, expectations: Expectations): { scenarios: ScenarioResult[]; findings: Finding[]; notRun: NotRun[] } {
  const { before, after, failure } = played;
  // What moved is measured from before the first action, also for what the first action does.
  const frames = [before, ...after];
  const checked = checkFrames(frames.map((frame) => [before, frame] as const), [before], frames);
  const raw = [...checked.differences, ...after.slice(0, -1).flatMap((frame) => refusals(before, frame))];
  const differences = declareDifferences(ACTIONS, raw, expectations);
  const undeclared = differences.filter(({ expected }) => !expected);
  const scenario: ScenarioResult = {
    id: ACTIONS,
    title: "between the actions of the batch",
    verdict: undeclared.length > 0 ? "blocked" : failure === undefined ? "pass" : "not-run",
    differences,
    invariants: INVARIANTS.filter(({ inFrame }) => inFrame !== undefined).map(({ id }) => ({ id, checks: checked.checks.get(id) ?? 0 })),
    series: [],
    detail: failure ?? "",
  };
  const findings = undeclared.map(
    ({ where, before: held, after: violation }): Finding => ({
      rule: "rehearsal/between-actions",
      severity: "high",
      confidence: "high",
      title: "an invariant does not hold between two actions of the batch",
      detail: `${where}: ${held} before, ${violation}`,
      where: {},
      remedy: `reorder the calls; if nothing that the batch calls can look or act in between, declare it under \`differences\` (scenario ${ACTIONS}) with its reason`,
    }),
  );
  return { scenarios: [scenario], findings, notRun: failure === undefined ? [] : [{ check: "invariants between the actions of the batch", reason: failure }] };
}

/** What could be read before and not any more: an invariant over it was not checked. */
function refusals(before: Frame, frame: Frame): Difference[] {
  return [...frame.values]
    .filter(([where, value]) => value.startsWith("refused: ") && before.values.get(where) !== value)
    .map(([where, after]) => ({ where: `${where} ${frame.label}`, before: "readable", after, detail: "can't be read in between", expected: false }));
}
