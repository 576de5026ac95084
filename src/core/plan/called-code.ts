import { getAddress } from "ethers";
import { decodeCall } from "../decode/decode.js";
import { flatten } from "../safe/review/calls.js";
import type { PlanCore } from "../schema/plan.js";
import { safeTransactionOf } from "./route.js";

/**
 * Whose code a proposal rests on: its Safe and timelock, its proxies, and every contract that its calls reach by what the
 * calldata says. What the plan deploys is left out: its code has a gate of its own. With checksum, sorted.
 */
export function calledAddresses(plan: PlanCore): string[] {
  const { to, value, data, operation } = safeTransactionOf(plan, "schedule", 0n);
  const calls = flatten(decodeCall({ chainId: BigInt(plan.chainId), from: plan.safe, to, value, data, operation }));
  const own = new Set(plan.changes.map(({ newImplementation }) => newImplementation));
  const found = [plan.safe, plan.timelock, ...plan.changes.map(({ proxy }) => proxy), ...calls.flatMap(({ to: target, relation }) => (target === undefined || relation === "guess" ? [] : [target]))];
  return [...new Set(found.map((address) => getAddress(address)))].filter((address) => !own.has(address)).sort();
}
