import { ZeroAddress, ZeroHash } from "ethers";
import type { NotRun } from "../core/finding.js";
import { DrydockError, ERRORS } from "../errors/drydock-error.js";
import { timelockInterface } from "./interfaces.js";
import type { BlockRef, ChainPort } from "./port.js";
import { callFunction, getBlock, tryCallFunction } from "./reads.js";
import { readRoleHolders } from "./roles.js";

export interface TimelockState {
  address: string;
  /** Seconds. */
  minDelay: bigint;
  proposers: string[];
  /** Before OpenZeppelin 4.8 there is no such role: the proposers cancel. */
  cancellers: string[];
  /** Without the zero address, which stands for everybody: `openExecutor`. */
  executors: string[];
  /** Who may grant and revoke roles, the timelock itself included when it does. */
  admins: string[];
  /** Anybody may execute a ready operation. */
  openExecutor: boolean;
  /** The timelock holds its own admin role, so roles change only after the delay. */
  selfAdministered: boolean;
  /** Filled when the role events could not be read completely: there may be more holders. */
  notRun: NotRun[];
}

/**
 * An OpenZeppelin TimelockController (3.4 to 5) with everybody who holds a role, from its events, each confirmed by
 * `hasRole`.
 *
 * @throws DrydockError NOT_A_TIMELOCK if it has no `getMinDelay` or no roles.
 */
export async function readTimelock(
  chain: ChainPort,
  timelock: string,
  block: BlockRef = "latest",
  { fromBlock = 0n }: { fromBlock?: bigint } = {},
): Promise<TimelockState> {
  const ask = async (name: string) => (await tryCallFunction(chain, timelockInterface, name, [], { to: timelock, block }))?.[0];
  const [minDelay, proposerRole, executorRole, cancellerRole, oldAdminRole] = await Promise.all([
    ask("getMinDelay") as Promise<bigint | undefined>,
    ask("PROPOSER_ROLE") as Promise<string | undefined>,
    ask("EXECUTOR_ROLE") as Promise<string | undefined>,
    ask("CANCELLER_ROLE") as Promise<string | undefined>,
    ask("TIMELOCK_ADMIN_ROLE") as Promise<string | undefined>,
  ]);
  if (minDelay === undefined || proposerRole === undefined || executorRole === undefined) {
    throw new DrydockError(ERRORS.NOT_A_TIMELOCK, { address: timelock, reason: "it has no getMinDelay, PROPOSER_ROLE or EXECUTOR_ROLE" });
  }
  // Before 5.0 the roles' admin is TIMELOCK_ADMIN_ROLE; whoever holds role 0 there administers nothing.
  const adminRole = oldAdminRole ?? ZeroHash;
  const roles = [proposerRole, executorRole, adminRole, ...(cancellerRole === undefined ? [] : [cancellerRole])];
  const { holders, notRun } = await readRoleHolders(chain, timelock, {
    block,
    fromBlock,
    roles,
    extra: [timelock, ZeroAddress],
  });
  const of = (role: string) => [...(holders.get(role) ?? [])];
  const executors = of(executorRole);
  const admins = of(adminRole);
  return {
    address: timelock,
    minDelay,
    proposers: of(proposerRole),
    cancellers: of(cancellerRole ?? proposerRole),
    executors: executors.filter((account) => account !== ZeroAddress),
    admins,
    openExecutor: executors.includes(ZeroAddress),
    selfAdministered: admins.includes(timelock),
    notRun,
  };
}

/** Like {@link readTimelock}, with undefined for what is not a timelock. */
export async function tryReadTimelock(
  chain: ChainPort,
  address: string,
  block: BlockRef = "latest",
  options: { fromBlock?: bigint } = {},
): Promise<TimelockState | undefined> {
  try {
    return await readTimelock(chain, address, block, options);
  } catch (error) {
    if (DrydockError.is(error, ERRORS.NOT_A_TIMELOCK)) return undefined;
    throw error;
  }
}

export interface TimelockOperation {
  /** `ready` means that `executeBatch` may succeed now, if the predecessor is done. */
  state: "unset" | "waiting" | "ready" | "done";
  /** Seconds since 1970 at which it becomes ready; 0 when unset, 1 when done (as the contract has it). */
  readyAt: bigint;
}

/** Where the operation `id` stands, by `getTimestamp` and the block's own time. */
export async function readOperation(
  chain: ChainPort,
  timelock: string,
  id: string,
  block: BlockRef = "latest",
): Promise<TimelockOperation> {
  const [result, { timestamp }] = await Promise.all([
    callFunction(chain, timelockInterface, "getTimestamp", [id], { to: timelock, block }),
    getBlock(chain, block),
  ]);
  const readyAt = result[0] as bigint;
  if (readyAt === 0n) return { state: "unset", readyAt };
  if (readyAt === DONE) return { state: "done", readyAt };
  return { state: readyAt <= timestamp ? "ready" : "waiting", readyAt };
}

/** TimelockController's `_DONE_TIMESTAMP`. */
const DONE = 1n;
