import { getAddress } from "ethers";
import { ANYONE, way, type Way } from "../../core/authority/graph.js";
import { accessManagerInterface } from "../interfaces.js";
import { getLogs } from "../logs.js";
import { callFunction } from "../reads.js";
import { orNotRun, type ResolverContext } from "./context.js";

/** Members of one AccessManager role, grouped by the delay that each has to wait. */
interface Members {
  byDelay: Map<bigint, string[]>;
  all: string[];
  complete: boolean;
}

const ADMIN_ROLE = 0n;
const PUBLIC_ROLE = 2n ** 64n - 1n;

/**
 * The ways to call `selector` of `target` under an OpenZeppelin AccessManager 5: members of the function's role, each
 * after its own execution delay, and the manager's admins, who can grant themselves the role (after the role's grant
 * delay) or reassign the function (after the target's admin delay), whichever is shorter.
 */
export async function managedWays(
  context: ResolverContext,
  manager: string,
  target: string,
  selector: string,
): Promise<{ ways: Way[]; complete: boolean }> {
  const ask = <T>(name: string, args: readonly unknown[]) =>
    callFunction(context.chain, accessManagerInterface, name, args, { to: manager, block: context.block }).then((result) => result[0] as T);
  const [closed, role, targetDelay] = await Promise.all([
    ask<boolean>("isTargetClosed", [target]),
    ask<bigint>("getTargetFunctionRole", [target, selector]),
    ask<bigint>("getTargetAdminDelay", [target]),
  ]);
  const [guardian, grantDelay, members, admins] = await Promise.all([
    ask<bigint>("getRoleGuardian", [role]),
    role === PUBLIC_ROLE ? 0n : ask<bigint>("getRoleGrantDelay", [role]),
    role === PUBLIC_ROLE ? undefined : membersOf(context, manager, role),
    membersOf(context, manager, ADMIN_ROLE),
  ]);
  const guardians = guardian === ADMIN_ROLE ? admins : await membersOf(context, manager, guardian);
  const cancellers = [...new Set([...guardians.all, ...admins.all])];
  const ways: Way[] = [];
  if (!closed && members === undefined) ways.push(way("PUBLIC_ROLE", [ANYONE]));
  for (const [delay, of] of closed ? [] : (members?.byDelay ?? [])) {
    ways.push(way(role === ADMIN_ROLE ? "ADMIN_ROLE" : `AccessManager role ${role}`, of, { delay, cancellers: delay > 0n ? cancellers : [] }));
  }
  // Admins reopen a closed target and grant themselves any role; their own execution delay is on the manager's node.
  const least = [...admins.byDelay.keys()].reduce((a, b) => (b < a ? b : a), 2n ** 32n);
  const reassign = targetDelay > least ? targetDelay - least : 0n;
  const delay = closed ? reassign : grantDelay < reassign ? grantDelay : reassign;
  ways.push(way("admin of its AccessManager", [manager], { delay }));
  return { ways, complete: admins.complete && (members?.complete ?? true) };
}

/** The ways to act as an AccessManager's admin. */
export async function managerWays(context: ResolverContext, manager: string): Promise<{ ways: Way[]; complete: boolean }> {
  const admins = await membersOf(context, manager, ADMIN_ROLE);
  const ways = [...admins.byDelay].map(([delay, of]) => way("ADMIN_ROLE", of, { delay, cancellers: delay > 0n ? admins.all : [] }));
  return { ways, complete: admins.complete };
}

async function membersOf(context: ResolverContext, manager: string, role: bigint): Promise<Members> {
  const topics = accessManagerInterface.encodeFilterTopics("RoleGranted", [role]) as string[];
  const logs = await orNotRun(context, `members of role ${role} of ${manager}`, () =>
    getLogs(context.chain, { address: manager, topics, fromBlock: context.fromBlock, toBlock: context.block }),
  );
  const accounts = [...new Set((logs ?? []).map((log) => getAddress(`0x${log.topics[2]!.slice(26)}`)))];
  const byDelay = new Map<bigint, string[]>();
  const all: string[] = [];
  const answers = await Promise.all(
    accounts.map((account) =>
      callFunction(context.chain, accessManagerInterface, "hasRole", [role, account], { to: manager, block: context.block }),
    ),
  );
  for (const [index, account] of accounts.entries()) {
    const [isMember, delay] = answers[index]! as unknown as [boolean, bigint];
    if (!isMember) continue;
    all.push(account);
    byDelay.set(delay, [...(byDelay.get(delay) ?? []), account]);
  }
  if (!context.roles.some((known) => known.contract === manager && known.role === String(role))) {
    const holders = [...byDelay].flatMap(([delay, list]) => list.map((account) => ({ account, delay })));
    context.roles.push({ contract: manager, role: String(role), holders });
  }
  return { byDelay, all, complete: logs !== undefined };
}
