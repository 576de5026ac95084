import { ANYONE, way, type AuthorityNode, type NodeKind, type Way } from "../../core/authority/graph.js";
import { delegationTarget } from "../../core/proxy/bytecode.js";
import { accessManagerInterface, authorityInterface, proxyInterface } from "../interfaces.js";
import { readProxy, type ProxyState } from "../proxy.js";
import { getCode, hashOfCode, tryCallFunction } from "../reads.js";
import { tryReadSafe, type SafeState } from "../safe.js";
import { tryReadTimelock, type TimelockState } from "../timelock.js";
import { managerWays } from "./access-manager.js";
import type { ResolverContext } from "./context.js";
import { upgradeWays } from "./upgrade-ways.js";

export interface Identified {
  node: AuthorityNode;
  /** null for an account without code. */
  codeHash: string | null;
  proxy?: ProxyState;
  safe?: SafeState;
  timelock?: TimelockState;
}

/** Finds out what a controller is, and in which ways it can be made to act. */
export async function identify(context: ResolverContext, address: string): Promise<Identified> {
  if (address === ANYONE) return bare(address, "anyone", {});
  if (BURNED.has(address)) return bare(address, "burned", {});
  const code = await getCode(context.chain, address, context.block);
  if (code === "0x") return bare(address, "eoa", {});
  const delegate = delegationTarget(code);
  if (delegate !== undefined) return { ...bare(address, "eoa", { "delegates to": delegate }), codeHash: hashOfCode(code) };

  const [proxy, own] = await Promise.all([readProxy(context.chain, address, context.block), recognize(context, address)]);
  const identified: Identified = { ...own, codeHash: hashOfCode(code) };
  // A Safe's own proxy is not upgradeable except by the Safe itself; everything else behind a proxy changes with its code.
  if (own.safe === undefined && proxy.kind !== "none") {
    const { ways, complete, note } = await upgradeWays(context, proxy);
    if (proxy.kind !== "minimal") {
      identified.node.ways.push(...ways.map((one) => ({ ...one, right: `upgrade by ${one.right}` })));
      identified.node.complete &&= complete;
      if (note !== undefined) identified.node.facts["upgrade"] = note;
    }
    identified.proxy = proxy;
  }
  return identified;
}

/** What a contract behaves like. Storage and `hasRole` decide about Safe and timelock; the others are known by what they answer. */
async function recognize(context: ResolverContext, address: string): Promise<Omit<Identified, "codeHash">> {
  const { chain, block, fromBlock } = context;
  const ask = async <T>(name: string, iface = authorityInterface, args: readonly unknown[] = []) =>
    (await tryCallFunction(chain, iface, name, args, { to: address, block }))?.[0] as T | undefined;
  const [safe, timelock, countingMode, votingPeriod, votingDelay, compoundDelay, grace, admin, required, owners, cooldown, avatar, publicRole, owner] =
    await Promise.all([
      tryReadSafe(chain, address, block),
      tryReadTimelock(chain, address, block, { fromBlock }),
      ask<string>("COUNTING_MODE"),
      ask<bigint>("votingPeriod"),
      ask<bigint>("votingDelay"),
      ask<bigint>("delay"),
      ask<bigint>("GRACE_PERIOD"),
      ask<string>("admin"),
      ask<bigint>("required"),
      ask<string[]>("getOwners"),
      ask<bigint>("txCooldown"),
      ask<string>("avatar"),
      ask<bigint>("PUBLIC_ROLE", accessManagerInterface),
      ask<string>("owner", proxyInterface),
    ]);
  const node = (kind: NodeKind, facts: Record<string, string>, ways: Way[], complete = true): AuthorityNode => ({
    address,
    kind,
    label: null,
    facts,
    ways,
    complete,
  });

  if (safe !== undefined) return { safe, node: node("safe", safeFacts(safe), safeWays(safe)) };
  if (timelock !== undefined) {
    context.notRun.push(...timelock.notRun.filter(({ check }) => !context.notRun.some((known) => known.check === check)));
    return { timelock, node: node("timelock", timelockFacts(timelock), timelockWays(timelock), timelock.notRun.length === 0) };
  }
  if (publicRole === 2n ** 64n - 1n) {
    const { ways, complete } = await managerWays(context, address);
    return { node: node("access-manager", {}, ways, complete) };
  }
  if (votingPeriod !== undefined && (countingMode !== undefined || votingDelay !== undefined)) {
    const facts = { "voting delay": String(votingDelay ?? 0n), "voting period": String(votingPeriod) };
    return { node: node("governor", facts, []) };
  }
  if (compoundDelay !== undefined && grace !== undefined && admin !== undefined && admin !== ANYONE) {
    const ways = [way("admin", [admin], { delay: compoundDelay, cancellers: [admin] })];
    return { node: node("timelock", { delay: String(compoundDelay), family: "Compound" }, ways) };
  }
  if (required !== undefined && owners !== undefined && required > 0n) {
    const ways = [way("owners", [...owners], { need: Number(required) })];
    return { node: node("multisig", { threshold: `${required} of ${owners.length}` }, ways) };
  }
  const ownerWays = owner === undefined || owner === ANYONE ? [] : [way("owner", [owner])];
  if (avatar !== undefined) {
    const modules = await zodiacModules(context, address);
    const enabled = modules.length === 0 ? [] : [way("enabled module", modules, delayOf(cooldown, ownerWays))];
    const kind = cooldown === undefined ? "roles-module" : "delay-module";
    const facts = { avatar, ...(cooldown === undefined ? {} : { cooldown: String(cooldown) }) };
    return { node: node(kind, facts, [...enabled, ...ownerWays]) };
  }
  const code = await getCode(chain, address, block);
  if (ownerWays.length > 0 && UPGRADE_SELECTORS.some((selector) => code.includes(selector))) {
    return { node: node("proxy-admin", {}, ownerWays) };
  }
  return { node: node("contract", owner === undefined ? {} : { owner }, ownerWays, false) };
}

function delayOf(cooldown: bigint | undefined, ownerWays: readonly Way[]): { delay?: bigint; cancellers?: string[] } {
  return cooldown === undefined ? {} : { delay: cooldown, cancellers: ownerWays.flatMap(({ of }) => of) };
}

async function zodiacModules({ chain, block }: ResolverContext, address: string): Promise<string[]> {
  const args = ["0x0000000000000000000000000000000000000001", 100];
  const page = await tryCallFunction(chain, authorityInterface, "getModulesPaginated", args, { to: address, block });
  return [...((page?.[0] as string[] | undefined) ?? [])];
}

function safeWays(safe: SafeState): Way[] {
  const owners = way("owners", safe.owners, { need: safe.threshold, guard: safe.guard, evidence: "storage" });
  if (safe.modules.length === 0) return [owners];
  return [owners, way("module", safe.modules, { guard: safe.moduleGuard, evidence: "storage" })];
}

function safeFacts(safe: SafeState): Record<string, string> {
  return {
    version: safe.version,
    threshold: `${safe.threshold} of ${safe.owners.length}`,
    ...(safe.guard === null ? {} : { guard: safe.guard }),
    ...(safe.modules.length === 0 ? {} : { modules: String(safe.modules.length) }),
  };
}

function timelockWays(timelock: TimelockState): Way[] {
  const { minDelay: delay, proposers, cancellers, executors, openExecutor, admins, address } = timelock;
  const needed = openExecutor ? [] : executors;
  const canExecute = openExecutor || executors.length > 0;
  const ways: Way[] = [];
  if (proposers.includes(ANYONE)) ways.push(way("open proposer", [ANYONE], { delay, cancellers, executors: needed }));
  const named = proposers.filter((account) => account !== ANYONE);
  if (named.length > 0 && canExecute) ways.push(way("proposer", named, { delay, cancellers, executors: needed }));
  const others = admins.filter((account) => account !== address && account !== ANYONE);
  // An admin outside grants itself every role and takes it from the cancellers; only the delay is left.
  if (others.length > 0) ways.push(way("role admin", others, { delay }));
  if (admins.includes(ANYONE)) ways.push(way("open role admin", [ANYONE], { delay }));
  return ways;
}

function timelockFacts(timelock: TimelockState): Record<string, string> {
  return {
    delay: String(timelock.minDelay),
    executor: timelock.openExecutor ? "everybody" : String(timelock.executors.length),
    "self-administered": timelock.selfAdministered ? "yes" : "no",
  };
}

function bare(address: string, kind: NodeKind, facts: Record<string, string>): Identified {
  return { node: { address, kind, label: null, facts, ways: [], complete: true }, codeHash: null };
}

/** Addresses that people send to when nobody shall have it. */
const BURNED = new Set(["0x000000000000000000000000000000000000dEaD", "0x0000000000000000000000000000000000000001"]);
/** `upgradeAndCall(address,address,bytes)` and `upgrade(address,address)` of ProxyAdmin 5 and 4, as they stand in code. */
const UPGRADE_SELECTORS = ["9623609d", "99a88ec4"];
