import { ZeroHash } from "ethers";
import { TIMELOCK_INTERFACE, type TimelockCall } from "../core/timelock/operation.js";
import { DrydockError, ERRORS } from "../errors/drydock-error.js";
import { getLogs } from "./logs.js";
import type { BlockRef, ChainPort } from "./port.js";
import { readOperation } from "./timelock.js";

/** A timelock operation that is scheduled and neither executed nor cancelled. */
export interface PendingOperation {
  id: string;
  state: "waiting" | "ready";
  /** Seconds. */
  readyAt: bigint;
  predecessor: string;
  /** Zero where the event `CallSalt` is missing: it is emitted from OpenZeppelin 4.9 on, and only for salts other than zero. */
  salt: string;
  /** Seconds. */
  delay: bigint;
  /** In the order of the batch. */
  calls: TimelockCall[];
}

/** How much work the search for pending operations may be. */
export interface PendingOptions {
  /** Where the event search starts; 0 unless the timelock's first block is known. */
  fromBlock?: bigint;
  /** Log requests, where the endpoint limits ranges. */
  maxRequests?: number;
  /** Operations ever scheduled; each costs one call. */
  maxOperations?: number;
}

/**
 * Every pending operation of a TimelockController: its `CallScheduled` events, each confirmed by what the contract says
 * now.
 *
 * @throws DrydockError LOGS_INCOMPLETE if the endpoint does not serve all events, or they are more than the limits allow.
 */
export async function readPendingOperations(
  chain: ChainPort,
  timelock: string,
  block: BlockRef = "latest",
  { fromBlock = 0n, maxRequests, maxOperations = Infinity }: PendingOptions = {},
): Promise<PendingOperation[]> {
  const topic = (name: string) => TIMELOCK_INTERFACE.getEvent(name)?.topicHash ?? "";
  const topics = [[topic("CallScheduled"), topic("CallSalt")]];
  const operations = new Map<string, PendingOperation>();
  for (const log of await getLogs(chain, { address: timelock, topics, fromBlock, toBlock: block, ...(maxRequests === undefined ? {} : { maxRequests }) })) {
    const event = TIMELOCK_INTERFACE.parseLog(log);
    if (event === null) continue;
    const id = event.args.getValue("id") as string;
    const operation = operations.get(id) ?? { id, state: "waiting", readyAt: 0n, predecessor: ZeroHash, salt: ZeroHash, delay: 0n, calls: [] };
    operations.set(id, operation);
    if (event.name === "CallSalt") {
      operation.salt = event.args.getValue("salt") as string;
    } else {
      const { target, value, data, predecessor, delay, index } = event.args.toObject() as Record<string, string> & { index: bigint };
      operation.calls[Number(index)] = { target: target ?? "", value: BigInt(value ?? 0), data: data ?? "0x" };
      operation.predecessor = predecessor ?? ZeroHash;
      operation.delay = BigInt(delay ?? 0);
    }
  }
  if (operations.size > maxOperations) {
    const reason = `${operations.size} operations were ever scheduled, at most ${maxOperations} are looked at`;
    throw new DrydockError(ERRORS.LOGS_INCOMPLETE, { address: timelock, from: fromBlock, to: String(block), reason });
  }
  const pending: PendingOperation[] = [];
  for (const operation of operations.values()) {
    const { state, readyAt } = await readOperation(chain, timelock, operation.id, block);
    if (state === "waiting" || state === "ready") pending.push({ ...operation, state, readyAt });
  }
  return pending.sort((a, b) => (a.readyAt < b.readyAt ? -1 : a.readyAt > b.readyAt ? 1 : a.id < b.id ? -1 : 1));
}
