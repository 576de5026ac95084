import { ANYONE, way, type Way } from "../../core/authority/graph.js";
import { roleName } from "../../core/authority/role-names.js";
import { accessControlInterface } from "../interfaces.js";
import { tryCallFunction } from "../reads.js";
import { readRoleHolders } from "../roles.js";
import type { ResolverContext } from "./context.js";

/**
 * The ways to act with `role` of an OpenZeppelin AccessControl: its holders, and the holders of every role that can grant
 * it, up the chain of role admins.
 */
export async function roleWays(context: ResolverContext, contract: string, role: string): Promise<{ ways: Way[]; complete: boolean }> {
  const ways: Way[] = [];
  const seen = new Set<string>();
  let complete = true;
  for (let current: string | undefined = role; current !== undefined && !seen.has(current); ) {
    seen.add(current);
    const accounts = await holdersOf(context, contract, current);
    complete &&= accounts.complete;
    const right = current === role ? roleName(role) : `${roleName(current)}, which grants ${roleName(role)}`;
    if (accounts.list.length > 0) ways.push(way(right, accounts.list));
    const admin = await tryCallFunction(context.chain, accessControlInterface, "getRoleAdmin", [current], {
      to: contract,
      block: context.block,
    });
    current = admin?.[0] as string | undefined;
  }
  return { ways, complete };
}

async function holdersOf(context: ResolverContext, contract: string, role: string): Promise<{ list: string[]; complete: boolean }> {
  const { holders, notRun } = await readRoleHolders(context.chain, contract, {
    block: context.block,
    fromBlock: context.fromBlock,
    roles: [role],
    extra: [contract, ANYONE],
  });
  for (const entry of notRun) if (!context.notRun.some(({ check }) => check === entry.check)) context.notRun.push(entry);
  const list = [...(holders.get(role) ?? [])];
  if (!context.roles.some((known) => known.contract === contract && known.role === role)) {
    context.roles.push({ contract, role, holders: list.map((account) => ({ account, delay: 0n })) });
  }
  return { list, complete: notRun.length === 0 };
}
