import { getAddress } from "ethers";
import { ANYONE, way, type Way } from "../../core/authority/graph.js";
import { mentionsSelector } from "../../core/proxy/bytecode.js";
import { accessControlInterface, authorityInterface, proxyInterface, upgradeInterface } from "../interfaces.js";
import { getLogs } from "../logs.js";
import type { ProxyState } from "../proxy.js";
import { getCode, tryCallFunction } from "../reads.js";
import { roleWays } from "./access-control.js";
import { managedWays } from "./access-manager.js";
import type { ResolverContext } from "./context.js";
import { addressesRead, attempt, guardHint, STRANGER } from "./simulate.js";

export interface WaysFound {
  ways: Way[];
  /** False when there may be ways that were not found. */
  complete: boolean;
  /** Why not, in a few words. */
  note?: string;
}

/** Who can change the code behind a proxy or beacon, one step up. */
export async function upgradeWays(context: ResolverContext, proxy: ProxyState): Promise<WaysFound> {
  const { kind, address } = proxy;
  if (kind === "none") return { ways: [], complete: true };
  if (kind === "minimal") return { ways: [], complete: true, note: "its implementation is part of its code" };
  if (kind === "beacon-proxy") return { ways: [way("beacon", [proxy.beacon!], { evidence: "storage" })], complete: true };
  if (kind === "beacon") return guarded(context, address, [encode("upgradeTo", [proxy.implementation])], address);
  if (kind === "diamond") {
    const cut = encode("diamondCut", [[], ANYONE, "0x"]);
    const answer = await tryCallFunction(context.chain, proxyInterface, "facetAddress", [cut.slice(0, 10)], {
      to: address,
      block: context.block,
    });
    const facet = answer?.[0] as string | undefined;
    if (facet === undefined || facet === ANYONE) return { ways: [], complete: true, note: "it has no diamondCut" };
    return guarded(context, address, [cut], facet);
  }
  if (proxy.implementation === undefined) return { ways: [], complete: false, note: "it delegates in a way that is not understood" };

  const found: WaysFound[] = [];
  if (proxy.admin !== undefined) {
    found.push({ ways: [way("admin", [proxy.admin], { evidence: "storage" })], complete: true });
  }
  // A transparent proxy lets nobody but its admin use its own upgrade function, yet its implementation may bring one.
  if (proxy.admin === undefined || proxy.proxiable) {
    const calls = [encode("upgradeToAndCall", [proxy.implementation, "0x"]), encode("upgradeTo", [proxy.implementation])];
    const own = await guarded(context, address, calls, proxy.implementation);
    if (own.ways.length > 0 || proxy.admin === undefined) found.push(own);
  }
  return {
    ways: found.flatMap(({ ways }) => ways),
    complete: found.every(({ complete }) => complete),
    ...(found.find(({ note }) => note !== undefined) ?? {}).note === undefined ? {} : { note: found.find(({ note }) => note)!.note! },
  };
}

/**
 * Who gets past the guard of the first of `calls` that the code at `codeAt` knows. A stranger's refused call tells the
 * guard's family and what it read; everybody who could be meant is then tried by a simulated call.
 */
async function guarded(context: ResolverContext, target: string, calls: readonly string[], codeAt: string): Promise<WaysFound> {
  const code = await getCode(context.chain, codeAt, context.block);
  const data = calls.find((call) => mentionsSelector(code, call.slice(0, 10)));
  if (data === undefined) return { ways: [], complete: false, note: "its code has no upgrade function that is known" };
  const stranger = await attempt(context, STRANGER, target, data);
  if (stranger.ok) return { ways: [way("no guard", [ANYONE], { evidence: "simulation" })], complete: true };

  const hint = guardHint(stranger);
  const owner = await askAddress(context, target, proxyInterface, "owner");
  const ways: Way[] = [];
  let complete = hint.kind !== "unknown";
  const passes = async (account: string) => (await attempt(context, account, target, data)).ok;
  if (owner !== undefined) {
    const simulated = await passes(owner);
    if (simulated || hint.kind === "owner") ways.push(way("owner", [owner], { evidence: simulated ? "simulation" : "call" }));
  }
  if (hint.kind === "role") {
    const found = await roleWays(context, target, hint.role);
    ways.push(...found.ways);
    complete &&= found.complete;
  }
  const authority = hint.kind === "managed" ? await askAddress(context, target, authorityInterface, "authority") : undefined;
  if (authority !== undefined) {
    const found = await managedWays(context, authority, target, data.slice(0, 10));
    ways.push(...found.ways);
    complete &&= found.complete;
  }
  if (complete) return { ways, complete };

  const named = new Set(ways.flatMap(({ of }) => of));
  const read = await addressesRead(context, STRANGER, target, data);
  const custom = await tried(context, (read ?? []).filter((address) => address !== target && !named.has(address)), passes);
  if (custom.length > 0) ways.push(way("upgrade", custom, { evidence: "simulation" }));
  if (ways.length > 0) return { ways, complete: read !== undefined };

  const granted = await tried(context, await accountsInEvents(context, target), passes);
  if (granted.length > 0) ways.push(way("upgrade", granted, { evidence: "simulation" }));
  return { ways, complete: false, note: "its upgrade function has a guard of its own" };
}

async function tried(context: ResolverContext, candidates: readonly string[], passes: (account: string) => Promise<boolean>): Promise<string[]> {
  const list = candidates.slice(0, CANDIDATE_LIMIT);
  if (list.length < candidates.length) {
    context.notRun.push({ check: "accounts named by a guard", reason: `only ${CANDIDATE_LIMIT} of ${candidates.length} were tried` });
  }
  const answers = await Promise.all(list.map(passes));
  return list.filter((_, index) => answers[index]);
}

/** Every account that an event of `contract` names, for guards that keep their accounts in a mapping. */
async function accountsInEvents(context: ResolverContext, contract: string): Promise<string[]> {
  const logs = await getLogs(context.chain, {
    address: contract,
    fromBlock: context.fromBlock,
    toBlock: context.block,
    maxRequests: 50,
  }).catch(() => []);
  const words = logs.flatMap(({ topics, data }) => [...topics.slice(1), ...(data.slice(2).match(/.{64}/g) ?? []).map((word) => `0x${word}`)]);
  const accounts = words.filter((word) => /^0x0{24}(?!0{20})[0-9a-f]{40}$/.test(word)).map((word) => getAddress(`0x${word.slice(26)}`));
  return [...new Set(accounts)];
}

async function askAddress(
  context: ResolverContext,
  to: string,
  iface: typeof accessControlInterface,
  name: string,
): Promise<string | undefined> {
  const answer = await tryCallFunction(context.chain, iface, name, [], { to, block: context.block });
  return answer === undefined || answer[0] === ANYONE ? undefined : (answer[0] as string);
}

function encode(name: string, args: readonly unknown[]): string {
  return upgradeInterface.encodeFunctionData(name, args);
}

const CANDIDATE_LIMIT = 200;
