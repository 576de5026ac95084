import type { BlockRef, ChainPort } from "../chain/port.js";
import { readProxy } from "../chain/proxy.js";
import { codeHash, getBlock } from "../chain/reads.js";
import { readSafe, type SafeState } from "../chain/safe.js";
import { readOperation, readTimelock, type TimelockState } from "../chain/timelock.js";
import { operationIdOf } from "../core/plan/route.js";
import type { PlanCore } from "../core/schema/plan.js";

/** Where a proposal stands on chain at one block. */
export interface ProposalState {
  block: bigint;
  /** Seconds. */
  timestamp: bigint;
  operationId: string;
  operation: "unset" | "waiting" | "ready" | "done";
  /** Earliest time of execution in seconds; 0 when it is not scheduled. */
  readyAt: bigint;
  safe: SafeState;
  timelock: TimelockState;
  /** For each change of the plan, what stands there now. */
  changes: { proxy: string; implementation: string | undefined; codeHash: string; isOld: boolean; isNew: boolean }[];
}

/** Reads where `plan` stands, everything at one block. */
export async function readProposalState(chain: ChainPort, plan: PlanCore, block: BlockRef = "latest"): Promise<ProposalState> {
  const { number, timestamp } = await getBlock(chain, block);
  const operationId = operationIdOf(plan);
  const safe = await readSafe(chain, plan.safe, number);
  const timelock = await readTimelock(chain, plan.timelock, number);
  const operation = await readOperation(chain, plan.timelock, operationId, number);
  const changes: ProposalState["changes"] = [];
  for (const change of plan.changes) {
    if (change.kind === "pointer") continue;
    const { implementation } = await readProxy(chain, change.proxy, number);
    const hash = implementation === undefined ? "0x" : await codeHash(chain, implementation, number);
    changes.push({
      proxy: change.proxy,
      implementation,
      codeHash: hash,
      isOld: implementation === change.oldImplementation && hash === change.oldCodeHash,
      isNew: implementation === change.newImplementation && hash === change.newCodeHash,
    });
  }
  return { block: number, timestamp, operationId, operation: operation.state, readyAt: operation.readyAt, safe, timelock, changes };
}
