import { concat } from "ethers";
import { SINGLETON_FACTORY } from "../../build/init-code.js";
import { getCode } from "../../chain/reads.js";
import { readSafe } from "../../chain/safe.js";
import type { Finding } from "../../core/finding.js";
import type { RehearsalStart } from "../../core/schema/rehearsal.js";
import { DrydockError, ERRORS } from "../../errors/drydock-error.js";
import { RELAYER } from "../fork/accounts.js";
import { GuardRefusal } from "./approvals.js";
import { blocked, operationTimestamp, startOf, type RouteContext } from "./context.js";
import { keepFeedsAlive } from "./keep-feeds-alive.js";
import { runEarly, runReadyNegatives, runReplay } from "./negatives.js";
import { playOrders, type OrdersPlayed } from "./orders.js";
import { otherOperations } from "./pending.js";
import { checkAfter, checkBefore } from "./post-checks.js";
import { playPredecessors, predecessorsOf } from "./predecessors.js";
import { executeApart, type TriedExecution } from "./try-execution.js";
import { approvalsInWords, prepareStep, sendStep, type PreparedStep } from "./safe-step.js";

/** What may be run between the steps, by who wants to look at the market there. */
export interface RouteHooks {
  /** The operation is ready and approved; the next transaction is the execution, which `execute` tries. */
  beforeExecute?: (execute: () => Promise<TriedExecution>) => Promise<void>;
  /** Other operations had to be executed first: what stood before the upgrade is now what they left. */
  afterPredecessors?: () => Promise<void>;
}

export interface RouteOutcome {
  start: RehearsalStart;
  executed: boolean;
  /** The upgrade among other pending operations; undefined where there are none. */
  orders: OrdersPlayed | undefined;
}

/**
 * The route from where things stand: deploy, approve, schedule, wait out the real delay, predecessors, approve, execute;
 * with the negative runs in between and the post-checks behind. Stops at the first step that fails. Answers whether the
 * upgrade was executed.
 *
 * @throws DrydockError OPERATION_EXISTS, REHEARSAL_IMPOSSIBLE.
 */
export async function runRoute(context: RouteContext, hooks: RouteHooks = {}): Promise<RouteOutcome> {
  const start = await startOf(context);
  const outcome: RouteOutcome = { start, executed: false, orders: undefined };
  try {
    await walk(context, hooks, outcome);
  } catch (error) {
    if (!(error instanceof GuardRefusal)) throw error;
    context.steps.push({ id: "approve", verdict: "blocked", detail: error.message });
    context.findings.push(guardRefused(error.guard, error.message));
  }
  return outcome;
}

async function walk(context: RouteContext, hooks: RouteHooks, outcome: RouteOutcome): Promise<void> {
  const { start } = outcome;
  const others = await otherOperations(context);
  const predecessors = await predecessorsOf(context, others);
  if (predecessors === undefined) return;
  if (predecessors.length === 0) await checkBefore(context);
  await describeSafe(context);
  if (!(await deployImplementations(context))) return;
  if (start === "fresh" && !(await schedule(context))) return;
  const eta = await operationTimestamp(context);
  await runEarly(context, eta);
  const readyAt = [eta, ...predecessors.map((operation) => operation.readyAt)].reduce((a, b) => (a > b ? a : b));
  const waited = start === "ready" && readyAt <= context.fork.now ? 0n : await wait(context, readyAt);
  if (!(await playPredecessors(context, predecessors))) return;
  if (predecessors.length > 0) {
    await hooks.afterPredecessors?.();
    await checkBefore(context);
  }
  const rest = (others ?? []).filter(({ id }) => !predecessors.some((predecessor) => predecessor.id === id));
  outcome.executed = await execute(context, hooks, waited, async (prepared) => {
    outcome.orders = await playOrders(context, prepared, rest);
  });
  if (outcome.executed) {
    await checkAfter(context);
    await runReplay(context);
  }
}

/** What of the Safe decides beyond its owners: guards and modules stay in place, and the report names them. */
async function describeSafe({ plan, fork, steps }: RouteContext): Promise<void> {
  const { guard, moduleGuard, modules } = await readSafe(fork.port, plan.safe);
  const parts = [
    ...(guard === null ? [] : [`guard ${guard}`]),
    ...(moduleGuard === null ? [] : [`module guard ${moduleGuard}`]),
    ...(modules.length === 0 ? [] : [`modules ${modules.join(", ")}, which need no signatures`]),
  ];
  if (parts.length > 0) steps.push({ id: "safe", verdict: "pass", detail: `in place: ${parts.join("; ")}` });
}

function guardRefused(guard: string, detail: string): Finding {
  return blocked("rehearsal/guard", "a guard refuses the route", detail, { address: guard }, "ask who runs the guard what it lets through; on chain it would refuse in the same way");
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
  const { sent, reason, guard } = await sendStep(context, "schedule", prepared, journal.next());
  const eta = reason === undefined ? await operationTimestamp(context) : 0n;
  const isRight = eta === sent.timestamp + BigInt(plan.delay);
  record(context, "schedule", isRight ? undefined : (reason ?? `the timelock's eta is ${eta}, not ${sent.timestamp + BigInt(plan.delay)}`), {
    detail: `operation ${context.operationId}, ready at ${eta}`,
    timestamp: sent.timestamp,
    gasUsed: sent.gasUsed,
    guard,
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

async function execute(
  context: RouteContext,
  hooks: RouteHooks,
  waited: bigint,
  amongOthers: (prepared: PreparedStep | undefined) => Promise<void>,
): Promise<boolean> {
  const { fork, input } = context;
  context.progress("approving and executing");
  let prepared: PreparedStep | undefined;
  if (input.executor === undefined) {
    prepared = await prepareStep(context, "execute");
    context.steps.push({ id: "approve-execute", verdict: "pass", detail: approvalsInWords(prepared), timestamp: String(fork.now) });
  }
  await keepFeedsAlive(context, prepared, waited);
  await runReadyNegatives(context, prepared);
  await amongOthers(prepared);
  await hooks.beforeExecute?.(() => executeApart(context, prepared));
  const { sent, reason, guard } = await sendStep(context, "execute", prepared, fork.now);
  const done = reason === undefined && (await operationTimestamp(context)) === 1n;
  record(context, "execute", done ? undefined : (reason ?? "the timelock does not call the operation done"), {
    detail: `${context.plan.calls.length} call(s) through ${prepared === undefined ? `the executor ${input.executor ?? RELAYER}` : "the Safe"}`,
    timestamp: sent.timestamp,
    gasUsed: sent.gasUsed,
    guard,
  });
  return done;
}

function record(
  context: RouteContext,
  id: "schedule" | "execute",
  reason: string | undefined,
  { detail, timestamp, gasUsed, guard }: { detail: string; timestamp: bigint; gasUsed: bigint; guard: string | undefined },
): void {
  context.steps.push({
    id,
    verdict: reason === undefined ? "pass" : "blocked",
    detail: reason ?? detail,
    timestamp: String(timestamp),
    gasUsed: String(gasUsed),
  });
  if (reason === undefined) return;
  if (guard !== undefined) context.findings.push(guardRefused(guard, reason));
  context.findings.push(
    blocked(`rehearsal/${id}`, `the ${id} transaction fails on the fork`, reason, { address: context.plan.timelock }, "read the revert; on chain it would fail in the same way"),
  );
}
