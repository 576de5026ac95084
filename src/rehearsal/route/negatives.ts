import { FunctionFragment, ZeroHash, zeroPadValue, toBeHex, keccak256 } from "ethers";
import { timelockCallOf } from "../../core/plan/route.js";
import { UPGRADE_INTERFACE } from "../../core/plan/upgrade-calls.js";
import { encodeExecTransaction } from "../../core/safe/calldata.js";
import type { PlanCall } from "../../core/schema/plan.js";
import { encodeExecuteBatch, encodeScheduleBatch, operationId, TIMELOCK_INTERFACE, type TimelockOperation } from "../../core/timelock/operation.js";
import { RELAYER, STRANGER } from "../fork/accounts.js";
import type { ForkTransaction } from "../fork/fork.js";
import { detached, type RouteContext } from "./context.js";
import { RouteJournal } from "./journal.js";
import { attemptToFail, EXECUTOR_ROLE, judge, missingRole, PROPOSER_ROLE, revertInside } from "./judge.js";
import { parseRevert, revertOf } from "./reverts.js";
import { runGuarded, runMissingRoles, runStrangerModule } from "./rights-negatives.js";
import { prepareStep, type PreparedStep } from "./safe-step.js";

/** OpenZeppelin 5 encodes the states it wants as a bitmap; `Ready` is state 2. */
const READY = zeroPadValue(toBeHex(4n), 32);

function unexpectedState(id: string): (data: string) => boolean {
  return (data) => {
    const parsed = parseRevert(data);
    if (parsed?.name === "TimelockUnexpectedOperationState") return parsed.args[0] === id && parsed.args[1] === READY;
    return parsed?.name === "Error" && parsed.args[0] === "TimelockController: operation is not ready";
  };
}

/** One second before `eta`, by the same bytes as later: the timelock has to refuse. */
export async function runEarly(context: RouteContext, eta: bigint): Promise<void> {
  const { fork, input, journal } = context;
  if (fork.now > eta - 1n) return runEarlyOnTwin(context);
  const tree = await fork.attempt(async () => {
    // Approvals made here are undone with everything else, so they leave no trace in the real journal.
    const apart = detached(context, new RouteJournal(fork, journal.blockTime));
    const prepared = input.executor === undefined ? await prepareStep(apart, "execute") : undefined;
    return attemptToFail(context, executeTransaction(context, prepared), eta - 1n);
  });
  judge(
    context,
    "early",
    `TimelockUnexpectedOperationState(${context.operationId}, Ready)`,
    revertInside(context, tree),
    unexpectedState(context.operationId),
  );
}

/** The operation is ready already: the same calls under another salt are scheduled and tried one second early. */
async function runEarlyOnTwin(context: RouteContext): Promise<void> {
  const { fork, plan } = context;
  const twin: TimelockOperation = { ...context.operation, salt: otherSalt(context) };
  const id = operationId(twin);
  const minimum = await fork.call({ from: RELAYER, to: plan.timelock, data: TIMELOCK_INTERFACE.encodeFunctionData("getMinDelay") });
  const delay = BigInt(plan.delay) > BigInt(minimum.data) ? BigInt(plan.delay) : BigInt(minimum.data);
  if (delay === 0n) {
    context.negatives.push({ id: "early", verdict: "pass", expected: "nothing: the delay is zero", actual: "there is no time before the delay has passed" });
    context.findings.push({
      rule: "rehearsal/no-delay", severity: "medium", confidence: "high", title: "the timelock has no delay",
      detail: `the plan's delay and the timelock's minimum are 0 s, so that nobody can react to a scheduled upgrade`,
      where: { address: plan.timelock }, remedy: "raise the timelock's minimum delay",
    });
    return;
  }
  const tree = await fork.attempt(async () => {
    const data = encodeScheduleBatch({ ...twin, delay });
    const scheduled = await fork.send({ from: plan.safe, to: plan.timelock, data }, fork.now);
    if (!scheduled.succeeded) return undefined;
    return attemptToFail(context, { from: plan.safe, to: plan.timelock, data: encodeExecuteBatch(twin) }, scheduled.timestamp + delay - 1n);
  });
  judge(context, "early", `TimelockUnexpectedOperationState(${id}, Ready)`, revertInside(context, tree), unexpectedState(id));
}

/**
 * What has to be refused once the operation is ready: a signature too few, another salt, another predecessor, strangers,
 * the Safe without its roles or against a guard.
 */
export async function runReadyNegatives(context: RouteContext, prepared: PreparedStep | undefined): Promise<void> {
  const { fork, plan } = context;
  const sender = context.input.executor ?? plan.safe;
  if (prepared !== undefined) {
    const data = encodeExecTransaction(prepared.tx, prepared.approvals.oneShort);
    const tree = await attemptToFail(context, { from: RELAYER, to: plan.safe, data }, fork.now);
    judge(context, "one-signature-short", "Error(GS020)", tree && revertOf(tree), (revert) => {
      const parsed = parseRevert(revert);
      return parsed?.name === "Error" && ["GS020", "Signatures data too short"].includes(String(parsed.args[0]));
    });
  }
  const others: [string, TimelockOperation][] = [
    ["wrong-salt", { ...context.operation, salt: otherSalt(context) }],
    ["wrong-predecessor", { ...context.operation, predecessor: plan.predecessor === ZeroHash ? context.operationId : ZeroHash }],
  ];
  for (const [id, operation] of others) {
    const value = operation.calls.reduce((sum, call) => sum + call.value, 0n);
    const tree = await attemptToFail(context, { from: sender, to: plan.timelock, data: encodeExecuteBatch(operation), value }, fork.now);
    judge(context, id, `TimelockUnexpectedOperationState(${operationId(operation)}, Ready)`, revertInside(context, tree), unexpectedState(operationId(operation)));
  }
  await runStrangerRoles(context);
  await runMissingRoles(context);
  await runStrangerUpgrade(context);
  if (prepared === undefined) return;
  await runGuarded(context, prepared);
  await runStrangerModule(context, prepared);
}

/** After the execution: the same operation again. */
export async function runReplay(context: RouteContext): Promise<void> {
  const { plan, operation } = context;
  const transaction = { from: context.input.executor ?? plan.safe, ...timelockCallOf(plan, "execute", operation) };
  const tree = await attemptToFail(context, transaction, context.fork.now);
  judge(context, "replay", `TimelockUnexpectedOperationState(${context.operationId}, Ready)`, revertInside(context, tree), unexpectedState(context.operationId));
}

async function runStrangerRoles(context: RouteContext): Promise<void> {
  const { fork, plan } = context;
  const scheduled = encodeScheduleBatch({ ...context.operation, salt: otherSalt(context), delay: BigInt(plan.delay) });
  const schedule = await attemptToFail(context, { from: STRANGER, to: plan.timelock, data: scheduled }, fork.now);
  judge(context, "stranger-schedule", `AccessControlUnauthorizedAccount(${STRANGER}, PROPOSER_ROLE)`, revertInside(context, schedule), missingRole(STRANGER, PROPOSER_ROLE));
  const isOpen = await fork.call({ from: RELAYER, to: plan.timelock, data: TIMELOCK_INTERFACE.encodeFunctionData("hasRole", [EXECUTOR_ROLE, toBeHex(0, 20)]) });
  if (isOpen.succeeded && BigInt(isOpen.data) === 1n) return;
  const execute = await attemptToFail(context, { from: STRANGER, ...timelockCallOf(plan, "execute", context.operation) }, fork.now);
  judge(context, "stranger-execute", `AccessControlUnauthorizedAccount(${STRANGER}, EXECUTOR_ROLE)`, revertInside(context, execute), missingRole(STRANGER, EXECUTOR_ROLE));
}

/**
 * A stranger sends each call of the plan. Each has to be refused, and where the contract speaks a known language, with
 * the refusal that names the stranger.
 */
async function runStrangerUpgrade(context: RouteContext): Promise<void> {
  const { fork, plan } = context;
  const guarded = plan.calls.filter((call) => changesCode(context, call));
  for (const [index, call] of guarded.entries()) {
    const revert = await fork.attempt(async () => {
      const sent = await fork.send({ from: STRANGER, to: call.target, data: call.data, value: BigInt(call.value) }, fork.now);
      return sent.succeeded ? undefined : revertOf(await fork.callTree(sent.hash));
    });
    const id = guarded.length === 1 ? "stranger-upgrade" : `stranger-upgrade:${index}`;
    judge(context, id, `a refusal of ${STRANGER} by ${call.target}`, revert, refusesStranger);
  }
}

/** Whether a call changes code: by one of the upgrade entry points, or by moving a planned pointer. */
function changesCode({ plan }: RouteContext, { target, data }: PlanCall): boolean {
  const isEntryPoint = UPGRADE_INTERFACE.fragments.some(
    (fragment) => fragment instanceof FunctionFragment && data.startsWith(fragment.selector),
  );
  return isEntryPoint || plan.changes.some(({ kind, proxy }) => kind === "pointer" && proxy === target);
}

function refusesStranger(data: string): boolean {
  const parsed = parseRevert(data);
  const wrong = ["InvalidInitialization", "ERC1967InvalidImplementation", "UUPSUnsupportedProxiableUUID", "Panic"];
  if (parsed === null) return true;
  if (parsed.name.endsWith("UnauthorizedAccount")) return BigInt(parsed.args[0] as string) === BigInt(STRANGER);
  return !wrong.includes(parsed.name);
}

function executeTransaction(context: RouteContext, prepared: PreparedStep | undefined): ForkTransaction {
  const { plan, input, operation } = context;
  if (prepared === undefined) return { from: input.executor ?? RELAYER, ...timelockCallOf(plan, "execute", operation) };
  return { from: RELAYER, to: plan.safe, data: encodeExecTransaction(prepared.tx, prepared.approvals.signatures) };
}

/** A salt under which the same calls are another operation. */
export function otherSalt({ operation }: RouteContext): string {
  return keccak256(operation.salt);
}
