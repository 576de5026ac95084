import type { NotRun } from "../../core/finding.js";
import { reasonOf } from "../../errors/drydock-error.js";
import type { ChainPort } from "../port.js";
import type { RoleGrant } from "./resolved.js";

/** What one run of the resolver shares: the port, the block, and what could not be found out. */
export interface ResolverContext {
  chain: ChainPort;
  block: bigint;
  /** Where event searches start. */
  fromBlock: bigint;
  notRun: NotRun[];
  /** Roles that were read on the way, for the inventory. */
  roles: RoleGrant[];
}

/** `read`, or undefined and an entry of what was not found out. For reads whose failure must not end the inspection. */
export async function orNotRun<T>(context: ResolverContext, check: string, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!context.notRun.some((entry) => entry.check === check)) context.notRun.push({ check, reason: reasonOf(error) });
    return undefined;
  }
}
