import { concat } from "ethers";
import { SINGLETON_FACTORY } from "../../build/init-code.js";
import { getCode } from "../../chain/reads.js";
import type { RehearsalStart } from "../../core/schema/rehearsal.js";
import { DrydockError, ERRORS } from "../../errors/drydock-error.js";
import { RELAYER } from "../fork/accounts.js";
import { blocked, operationTimestamp, startOf, type RouteContext } from "./context.js";
import { keepFeedsAlive } from "./keep-feeds-alive.js";
import { runEarly, runReadyNegatives, runReplay } from "./negatives.js";
import { checkAfter, checkBefore } from "./post-checks.js";
import { approvalsInWords, prepareStep, sendStep, type PreparedStep } from "./safe-step.js";

/** What may be run between the steps, by who wants to look at the market there. */
export interface RouteHooks {
  /** The operation is ready and approved; the next transaction is the execution. */
  beforeExecute?: () => Promise<void>;
}

/**
 * The route from where things stand: deploy, approve, schedule, wait out the real delay, approve, execute; with the
 * negative runs in between and the post-checks behind. Stops at the first step that fails. Answers whether the upgrade
 * was executed.
 *
 * @throws DrydockError OPERATION_EXISTS, REHEARSAL_IMPOSSIBLE.
 */
export async function runRoute(context: RouteContext, hooks: RouteHooks = {}): Promise<{ start: RehearsalStart; executed: boolean }> {
  const start = await startOf(context);
  await checkBefore(context);
  if (!(await deployImplementations(context))) return { start, executed: false };
  if (start === "fresh" && !(await schedule(context))) return { start, executed: false };
  const eta = await operationTimestamp(context);
  await runEarly(context, eta);
  const waited = start === "ready" ? 0n : await wait(context, eta);
  const executed = await execute(context, hooks, waited);
  if (executed) {
    await checkAfter(context);
    await runReplay(context);
  }
  return { start, executed };
}

async function deployImplementations(context: RouteContext): Promise<boolean> {
  const { input, fork, journal } = context;
  for (const { address, initCode, salt, name = address } of input.implementations) {
    if ((await getCode(fork.port, address)) !== "0x") {
      context.steps.push({ id: "deploy", verdict: "pass", detail: `${name} stands at ${address} already` });
      continue;
    }
    if ((await getCode(fork.port, SINGLETON_FACTORY)) === "0x") {
      const detail = `the Safe singleton factory ${SINGLETON_FACTORY} is not on this chain, so that ${name} can't be deployed`;
      throw new DrydockError(ERRORS.REHEARSAL_IMPOSSIBLE, { detail });
    }
    const sent = await journal.deployment({ from: RELAYER, to: SINGLETON_FACTORY, data: concat([salt, initCode]) }, address, name);
    const deployed = (await getCode(fork.port, address)) !== "0x";
    context.steps.push({
      id: "deploy",
      verdict: deployed ? "pass" : "blocked",
      detail: deployed ? `${name} at ${address}` : `the factory did not put ${name} at ${address}`,
      timestamp: String(sent.timestamp),
      gasUsed: String(sent.gasUsed),
    });
    if (!deployed) {
      context.findings.push(
        blocked("rehearsal/deploy", "the implementation does not come out where the plan says", `${name}: nothing at ${address}`, { address }, "resolve the plan again"),
      );
      return false;
    }
  }
  return true;
}

async function schedule(context: RouteContext): Promise<boolean> {
  const { fork, journal, plan } = context;
  context.progress("approving and scheduling");
  const prepared = await prepareStep(context, "schedule");
  context.steps.push({ id: "approve-schedule", verdict: "pass", detail: approvalsInWords(prepared), timestamp: String(fork.now) });
  const { sent, reason } = await sendStep(context, "schedule", prepared, journal.next());
  const eta = reason === undefined ? await operationTimestamp(context) : 0n;
  const isRight = eta === sent.timestamp + BigInt(plan.delay);
  record(context, "schedule", isRight ? undefined : (reason ?? `the timelock's eta is ${eta}, not ${sent.timestamp + BigInt(plan.delay)}`), {
    detail: `operation ${context.operationId}, ready at ${eta}`,
    timestamp: sent.timestamp,
    gasUsed: sent.gasUsed,
  });
  return isRight;
}

/** Answers how many seconds the fork is ahead of the pinned block because of the wait. */
async function wait(context: RouteContext, eta: bigint): Promise<bigint> {
  context.progress(`waiting until ${eta} on the fork`);
  const from = context.fork.now;
  if (eta > from) await context.fork.mine(eta);
  context.steps.push({ id: "wait", verdict: "pass", detail: `${eta - from} s`, timestamp: String(context.fork.now) });
  return context.fork.now - from;
}

async function execute(context: RouteContext, hooks: RouteHooks, waited: bigint): Promise<boolean> {
  const { fork, input } = context;
  context.progress("approving and executing");
  let prepared: PreparedStep | undefined;
  if (input.executor === undefined) {
    prepared = await prepareStep(context, "execute");
    context.steps.push({ id: "approve-execute", verdict: "pass", detail: approvalsInWords(prepared), timestamp: String(fork.now) });
  }
  await keepFeedsAlive(context, prepared, waited);
  await runReadyNegatives(context, prepared);
  await hooks.beforeExecute?.();
  const { sent, reason } = await sendStep(context, "execute", prepared, fork.now);
  const done = reason === undefined && (await operationTimestamp(context)) === 1n;
  record(context, "execute", done ? undefined : (reason ?? "the timelock does not call the operation done"), {
    detail: `${context.plan.calls.length} call(s) through ${prepared === undefined ? `the executor ${input.executor ?? RELAYER}` : "the Safe"}`,
    timestamp: sent.timestamp,
    gasUsed: sent.gasUsed,
  });
  return done;
}

function record(
  context: RouteContext,
  id: "schedule" | "execute",
  reason: string | undefined,
  { detail, timestamp, gasUsed }: { detail: string; timestamp: bigint; gasUsed: bigint },
): void {
  context.steps.push({
    id,
    verdict: reason === undefined ? "pass" : "blocked",
    detail: reason ?? detail,
    timestamp: String(timestamp),
    gasUsed: String(gasUsed),
  });
  if (reason === undefined) return;
  context.findings.push(
    blocked(`rehearsal/${id}`, `the ${id} transaction fails on the fork`, reason, { address: context.plan.timelock }, "read the revert; on chain it would fail in the same way"),
  );
}
