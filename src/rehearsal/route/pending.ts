import { ZeroAddress, ZeroHash } from "ethers";
import type { ChainPort } from "../../chain/port.js";
import { getLogs } from "../../chain/reads.js";
import { RpcError } from "../../chain/rpc/rpc-error.js";
import {
  encodeExecuteBatch,
  encodeExecuteSingle,
  operationId,
  singleOperationId,
  TIMELOCK_INTERFACE,
  type TimelockCall,
  type TimelockOperation,
} from "../../core/timelock/operation.js";
import { DrydockError, ERRORS, reasonOf } from "../../errors/drydock-error.js";
import { RELAYER } from "../fork/accounts.js";
import type { ForkTransaction } from "../fork/fork.js";
import { operationTimestamp, type RouteContext } from "./context.js";
import { EXECUTOR_ROLE } from "./judge.js";

/** An operation of the same timelock that is scheduled, and neither executed nor cancelled. */
export interface OtherOperation extends TimelockOperation {
  id: string;
  /** Seconds since 1970. */
  readyAt: bigint;
  /** How to execute it; undefined where its salt could not be found. */
  execute: Omit<ForkTransaction, "from"> | undefined;
}

/**
 * Every operation that was pending on the timelock at the pinned block, the plan's own left out; sorted by when they are
 * ready. Undefined, with a not-run entry, when the endpoint can't serve the timelock's events.
 */
export async function otherOperations(context: RouteContext): Promise<OtherOperation[] | undefined> {
  try {
    const found: OtherOperation[] = [];
    for (const operation of await scheduledOperations(context.chain, context.plan.timelock, context.pinned)) {
      if (operation.id === context.operationId) continue;
      const readyAt = await operationTimestamp(context, operation.id);
      if (readyAt <= 1n) continue;
      const execute = executionOf(context.plan.timelock, operation) ?? executionOf(context.plan.timelock, await asScheduled(context, operation));
      found.push({ ...operation, readyAt, execute });
    }
    return found.sort((a, b) => (a.readyAt < b.readyAt ? -1 : a.readyAt > b.readyAt ? 1 : a.id < b.id ? -1 : 1));
  } catch (error) {
    if (!(error instanceof RpcError) && !DrydockError.is(error, ERRORS.LOGS_INCOMPLETE)) throw error;
    context.notRun.push({ check: "other pending operations of the timelock", reason: reasonOf(error) });
    return undefined;
  }
}

/** Who may execute an operation: whoever executes the plan's own, else anybody where the role is open. */
export async function executorOf({ fork, plan, input }: RouteContext): Promise<string | undefined> {
  const own = input.executor ?? plan.safe;
  for (const [account, sender] of [[own, own], [ZeroAddress, RELAYER]] as const) {
    const data = TIMELOCK_INTERFACE.encodeFunctionData("hasRole", [EXECUTOR_ROLE, account]);
    const answer = await fork.call({ from: RELAYER, to: plan.timelock, data });
    if (answer.succeeded && answer.data.length === 66 && BigInt(answer.data) === 1n) return sender;
  }
  return undefined;
}

/** `0x12345678…`, as operations are called in reports. */
export function shortId(id: string): string {
  return `${id.slice(0, 10)}…`;
}

/**
 * What the timelock's events say was scheduled and not yet executed or cancelled, up to `block`.
 *
 * @throws DrydockError LOGS_INCOMPLETE; RpcError.
 */
export async function scheduledOperations(chain: ChainPort, timelock: string, block: bigint): Promise<ScheduledOperation[]> {
  const topics = [["CallScheduled", "CallSalt", "CallExecuted", "Cancelled"].map((name) => TIMELOCK_INTERFACE.getEvent(name)!.topicHash)];
  const operations = new Map<string, ScheduledOperation & { calls: TimelockCall[] }>();
  for (const log of await getLogs(chain, { address: timelock, topics, fromBlock: 0n, toBlock: block })) {
    const event = TIMELOCK_INTERFACE.parseLog(log);
    if (event === null) continue;
    const id = event.args.getValue("id") as string;
    if (event.name === "CallExecuted" || event.name === "Cancelled") {
      operations.delete(id);
      continue;
    }
    const operation = operations.get(id) ?? { id, calls: [], predecessor: ZeroHash, salt: ZeroHash, scheduledBy: log.transactionHash };
    operations.set(id, operation);
    if (event.name === "CallSalt") operation.salt = event.args.getValue("salt") as string;
    else {
      const { target, value, data, predecessor, index } = event.args.toObject() as { target: string; value: bigint; data: string; predecessor: string; index: bigint };
      operation.calls[Number(index)] = { target, value, data };
      operation.predecessor = predecessor;
    }
  }
  return [...operations.values()];
}

interface ScheduledOperation extends TimelockOperation {
  id: string;
  /** Hash of the transaction that scheduled it. */
  scheduledBy: string;
}

function executionOf(timelock: string, operation: (TimelockOperation & { id: string }) | undefined): OtherOperation["execute"] {
  if (operation === undefined) return undefined;
  const { id, calls, predecessor, salt } = operation;
  // An event that is missing leaves a hole in the batch.
  if (Object.keys(calls).length !== calls.length) return undefined;
  const value = calls.reduce((sum, call) => sum + call.value, 0n);
  const [first] = calls;
  if (first !== undefined && calls.length === 1 && singleOperationId(first, predecessor, salt) === id) {
    return { to: timelock, value, data: encodeExecuteSingle(first, predecessor, salt) };
  }
  return operationId(operation) === id ? { to: timelock, value, data: encodeExecuteBatch(operation) } : undefined;
}

/**
 * The operation with the salt that the transaction which scheduled it holds, however deep: OpenZeppelin tells salts by
 * event from 4.9 on only. The id says whether the right one was found.
 */
async function asScheduled({ chain, plan }: RouteContext, operation: ScheduledOperation): Promise<ScheduledOperation | undefined> {
  const transaction = (await chain.request({ method: "eth_getTransactionByHash", params: [operation.scheduledBy] })) as { input?: unknown } | null;
  const input = transaction?.input;
  if (typeof input !== "string") return undefined;
  for (const name of ["schedule", "scheduleBatch"]) {
    const { selector } = TIMELOCK_INTERFACE.getFunction(name)!;
    for (let at = input.indexOf(selector.slice(2), 2); at !== -1; at = input.indexOf(selector.slice(2), at + 1)) {
      try {
        const salt = String(TIMELOCK_INTERFACE.decodeFunctionData(name, `0x${input.slice(at)}`).getValue("salt"));
        if (executionOf(plan.timelock, { ...operation, salt }) !== undefined) return { ...operation, salt };
      } catch {
        // The selector's bytes stand there by chance.
      }
    }
  }
  return undefined;
}
