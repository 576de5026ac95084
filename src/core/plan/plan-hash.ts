import { canonicalHash } from "../canonical-json.js";
import { planCoreSchema, type PlanCore } from "../schema/plan.js";

/**
 * keccak256 of the plan core's canonical JSON (RFC 8785). It is the timelock salt, so that the operation id on chain,
 * and with it every Safe signature, commits to the plan.
 *
 * @throws ZodError if `plan` is not a plan core in canonical spelling: a hash over anything else would not be repeatable.
 */
export function planHash(plan: PlanCore): string {
  return canonicalHash(planCoreSchema.parse(plan));
}
