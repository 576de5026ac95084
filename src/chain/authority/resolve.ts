import { ANYONE, type AuthorityNode } from "../../core/authority/graph.js";
import type { NotRun } from "../../core/finding.js";
import { INITIALIZABLE_SLOT } from "../../core/proxy/slots.js";
import { DrydockError, ERRORS, reasonOf } from "../../errors/drydock-error.js";
import { memoChain } from "../memo.js";
import type { BlockRef, ChainPort } from "../port.js";
import { readInitialized, readProxy, type ProxyState } from "../proxy.js";
import { chainId, getCode, hashOfCode, pin } from "../reads.js";
import type { ResolverContext } from "./context.js";
import { identify } from "./identify.js";
import type { ResolvedAuthority, ResolvedProxy } from "./resolved.js";
import { upgradeWays } from "./upgrade-ways.js";

export interface ResolveOptions {
  block?: BlockRef;
  /** Where event searches start: the block of the oldest contract, or 0. */
  fromBlock?: bigint;
  /** How many accounts and contracts to look at before stopping, which is then said in `notRun`. */
  maxNodes?: number;
}

/**
 * From proxies (or beacons) down to the keys: everything that can have a part in changing their code, at one block.
 * Contracts that have code but are no proxy are taken as what they are (a Safe, a timelock, a ProxyAdmin).
 *
 * @throws DrydockError NO_CODE for an address without code.
 */
export async function resolveAuthority(
  port: ChainPort,
  addresses: readonly string[],
  { block: ref = "latest", fromBlock = 0n, maxNodes = 2_000 }: ResolveOptions = {},
): Promise<ResolvedAuthority> {
  const block = await pin(port, ref);
  const chain = memoChain(port);
  const context: ResolverContext = { chain, block, fromBlock, notRun: [], roles: [] };
  const resolved: ResolvedAuthority = {
    block,
    proxies: [],
    safes: [],
    timelocks: [],
    roles: context.roles,
    graph: new Map(),
    codeHashes: new Map(),
    notRun: context.notRun,
  };
  const asked = new Set<string>();

  let front = [...new Set(addresses)];
  const roots = new Set(front);
  while (front.length > 0) {
    if (asked.size + front.length > maxNodes) {
      const reason = `more than ${maxNodes} accounts and contracts have a part in it`;
      context.notRun.push({ check: "authority", reason });
      for (const address of front) resolved.graph.set(address, unresolved(address));
      break;
    }
    for (const address of front) asked.add(address);
    const nodes = await Promise.all(front.map((address) => visit(address)));
    const next = new Set(nodes.flatMap(namedBy));
    front = [...next].filter((address) => !asked.has(address));
  }
  resolved.proxies.sort((a, b) => (a.address < b.address ? -1 : 1));
  return resolved;

  async function visit(address: string): Promise<AuthorityNode> {
    const node = await nodeOf(address);
    resolved.graph.set(address, node);
    return node;
  }

  async function nodeOf(address: string): Promise<AuthorityNode> {
    if (roots.has(address)) {
      const state = await readProxy(chain, address, block);
      if (state.empty) {
        throw new DrydockError(ERRORS.NO_CODE, { address, what: "to inspect", chainId: await chainId(chain), block });
      }
      // Safe proxies look like unknown forwarders; what answers as a Safe or timelock is taken as such below.
      if (state.kind !== "none" && state.kind !== "unknown") return proxyNode(state);
      if (state.kind === "unknown" && state.implementation !== undefined) return proxyNode(state);
    }
    let identified: Awaited<ReturnType<typeof identify>>;
    try {
      identified = await identify(context, address);
    } catch (error) {
      context.notRun.push(failed(address, error));
      return unresolved(address);
    }
    const { node, codeHash, safe, timelock, proxy } = identified;
    resolved.codeHashes.set(address, codeHash);
    if (safe !== undefined) {
      const hashOf = async (contract: string) => hashOfCode(await getCode(chain, contract, block));
      const [singletonCodeHash, fallbackHandlerCodeHash] = await Promise.all([
        hashOf(safe.singleton),
        safe.fallbackHandler === null ? null : hashOf(safe.fallbackHandler),
      ]);
      resolved.safes.push({ ...safe, singletonCodeHash, fallbackHandlerCodeHash });
    } else if (timelock !== undefined) resolved.timelocks.push({ ...timelock, codeHash: codeHash! });
    if (proxy === undefined || safe !== undefined || !isUpgradeable(proxy)) return node;
    // Whoever acts for a beacon changes code, nothing else: it is judged like a proxy.
    if (proxy.kind === "beacon") return proxyNode(proxy);
    resolved.proxies.push(await withCodes(proxy));
    return node;
  }

  async function proxyNode(state: ProxyState): Promise<AuthorityNode> {
    const [{ ways, complete, note }, full] = await Promise.all([upgradeWays(context, state), withCodes(state)]);
    resolved.proxies.push(full);
    resolved.codeHashes.set(state.address, full.codeHash);
    return {
      address: state.address,
      kind: state.kind === "beacon" ? "beacon" : "proxy",
      label: null,
      facts: {
        kind: state.kind,
        ...(state.implementation === undefined ? {} : { implementation: state.implementation }),
        ...(note === undefined ? {} : { note }),
      },
      ways,
      complete,
    };
  }

  async function withCodes(state: ProxyState): Promise<ResolvedProxy> {
    const { implementation, facets = [] } = state;
    const [code, target, initialized, own, inner, facetCodes] = await Promise.all([
      getCode(chain, state.address, block),
      implementation === undefined ? undefined : getCode(chain, implementation, block),
      readInitialized(chain, state.address, block),
      implementation === undefined ? undefined : readInitialized(chain, implementation, block),
      implementation === undefined || implementation === state.address ? undefined : readProxy(chain, implementation, block),
      Promise.all(facets.map((facet) => getCode(chain, facet, block))),
    ]);
    return {
      ...state,
      codeHash: hashOfCode(code),
      implementationCodeHash: target === undefined ? null : hashOfCode(target),
      facetCodeHashes: facetCodes.map(hashOfCode),
      initialized,
      implementationInitialized: own ?? null,
      implementationInitializable: target?.includes(INITIALIZABLE_SLOT.slice(2)) ?? false,
      implementationIsProxy: implementation === state.address || (inner !== undefined && isForwarder(inner)),
    };
  }
}

function isUpgradeable({ kind, implementation }: ProxyState): boolean {
  return kind !== "none" && kind !== "minimal" && (kind !== "unknown" || implementation !== undefined);
}

function isForwarder({ kind }: ProxyState): boolean {
  return kind !== "none" && kind !== "unknown" && kind !== "beacon";
}

function namedBy(node: AuthorityNode): string[] {
  return node.ways.flatMap(({ of, cancellers, executors, guard }) => [...of, ...cancellers, ...executors, ...(guard === null ? [] : [guard])]);
}

function unresolved(address: string): AuthorityNode {
  const kind = address === ANYONE ? "anyone" : "contract";
  return { address, kind, label: null, facts: {}, ways: [], complete: false };
}

function failed(address: string, error: unknown): NotRun {
  return { check: `what ${address} is`, reason: reasonOf(error) };
}
