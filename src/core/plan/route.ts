import { plainSafeTx, type SafeTx } from "../safe/transaction.js";
import type { PlanCore } from "../schema/plan.js";
import {
  encodeCancel,
  encodeExecuteBatch,
  encodeScheduleBatch,
  operationId,
  type TimelockOperation,
} from "../timelock/operation.js";
import { planHash } from "./plan-hash.js";

/** The three transactions of a proposal, in the order in which the first two happen. */
export const STEPS = ["schedule", "execute", "cancel"] as const;
export type Step = (typeof STEPS)[number];

/** The timelock operation that carries out `plan`; its salt is the plan hash. */
export function operationOf(plan: PlanCore): TimelockOperation {
  return {
    calls: plan.calls.map(({ target, value, data }) => ({ target, value: BigInt(value), data })),
    predecessor: plan.predecessor,
    salt: planHash(plan),
  };
}

/** The id under which the timelock keeps the operation (`hashOperationBatch`). */
export function operationIdOf(plan: PlanCore): string {
  return operationId(operationOf(plan));
}

/**
 * What has to be sent to the timelock for `step`, by the Safe or by whoever holds the role. `operation` is the plan's own,
 * for who has it at hand: its salt is a hash over the whole plan.
 */
export function timelockCallOf(plan: PlanCore, step: Step, operation = operationOf(plan)): { to: string; value: bigint; data: string } {
  const value = step === "execute" ? operation.calls.reduce((sum, call) => sum + call.value, 0n) : 0n;
  const data = {
    schedule: () => encodeScheduleBatch({ ...operation, delay: BigInt(plan.delay) }),
    execute: () => encodeExecuteBatch(operation),
    cancel: () => encodeCancel(operationId(operation)),
  }[step]();
  return { to: plan.timelock, value, data };
}

/** The Safe transaction for `step` at `nonce`: a plain call to the timelock, no refund. */
export function safeTransactionOf(plan: PlanCore, step: Step, nonce: bigint, operation?: TimelockOperation): SafeTx {
  return plainSafeTx({ ...timelockCallOf(plan, step, operation), nonce });
}
