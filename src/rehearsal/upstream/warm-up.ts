import { AbiCoder, id, keccak256, ZeroAddress, ZeroHash } from "ethers";
import { resolveAuthority } from "../../chain/authority/resolve.js";
import { addressesInWord } from "../../chain/authority/simulate.js";
import type { AuthorityNode } from "../../core/authority/graph.js";
import type { ChainPort } from "../../chain/port.js";
import { toWord } from "../../chain/reads.js";
import { RpcError } from "../../chain/rpc/rpc-error.js";
import type { PlanCore } from "../../core/schema/plan.js";
import { STRANGER } from "../fork/accounts.js";
import { scheduledOperations } from "../route/pending.js";
import type { Upstream } from "./upstream.js";

/** Roles of a TimelockController, and the admin of all of them (OpenZeppelin 4 and 5). */
const ROLES = [ZeroHash, ...["TIMELOCK_ADMIN_ROLE", "PROPOSER_ROLE", "EXECUTOR_ROLE", "CANCELLER_ROLE"].map((role) => id(role))];

/**
 * Walks the graph of authority once straight upstream, where what is asked at one moment is one request, before the fork
 * asks for the same words one by one. Only what is kept matters: answers and failures are left to the rehearsal itself.
 */
export async function warmUp(upstream: Upstream, plan: PlanCore): Promise<void> {
  if (!upstream.isCold) return;
  const chain = aheadPort(upstream);
  const proxies = plan.changes.map(({ proxy }) => proxy);
  const [authority] = await Promise.allSettled([
    resolveAuthority(chain, proxies),
    scheduledOperations(chain, plan.timelock, upstream.block.number),
  ]);
  const graph = authority.status === "fulfilled" ? authority.value.graph : new Map<string, AuthorityNode>();
  const accounts = [...graph.keys()];
  const tag = hex(upstream.block.number);
  const slots = new Set(ROLES.flatMap((role) => roleSlots(role, [...accounts, plan.safe, plan.timelock, ZeroAddress, STRANGER])));
  // Where a guard speaks no known language, whoever may stand in a word that it reads is tried by the fork.
  const isUnknown = [...graph.values()].some(({ kind, complete }) => !complete && (kind === "proxy" || kind === "beacon"));
  const words = isUnknown ? [...accounts, ...plan.changes.flatMap(({ oldImplementation, newImplementation }) => [oldImplementation, newImplementation])] : [];
  const candidates = new Set(words.flatMap((address) => addressesInWord(toWord(address))));
  await upstream.prefetch([
    ...[...slots].map((slot) => ({ method: "eth_getStorageAt", params: [plan.timelock.toLowerCase(), hex(BigInt(slot)), tag] })),
    ...[...candidates].flatMap((address) => ["eth_getBalance", "eth_getTransactionCount", "eth_getCode"].map((method) => ({ method, params: [address.toLowerCase(), tag] }))),
  ]);
}

/** `_roles[role]` of AccessControl in slot 0: the mapping of members, and the role's admin behind it. */
function roleSlots(role: string, accounts: readonly string[]): string[] {
  const coder = AbiCoder.defaultAbiCoder();
  const base = keccak256(coder.encode(["bytes32", "bytes32"], [role, ZeroHash]));
  return [toWord(BigInt(base) + 1n), ...accounts.map((account) => keccak256(coder.encode(["address", "bytes32"], [account, base])))];
}

/** The chain at the pinned block, by answers that are kept and not yet used. */
function aheadPort(upstream: Upstream): ChainPort {
  const tag = hex(upstream.block.number);
  return {
    async request({ method, params = [] }) {
      if (method === "eth_chainId") return hex(upstream.chainId);
      if (method === "eth_blockNumber") return tag;
      // Tracing upstream is dear, and the fork does it by itself.
      if (method.startsWith("debug_") || method === "eth_createAccessList") throw new RpcError(-32601, `${method} is not asked ahead`);
      return upstream.ahead(method, params.map((param) => (param === "latest" ? tag : param)));
    },
  };
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
