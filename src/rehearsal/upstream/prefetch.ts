import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { AbiCoder, id, keccak256, ZeroAddress, ZeroHash } from "ethers";
import { z } from "zod";
import { SINGLETON_FACTORY } from "../../build/init-code.js";
import { toWord } from "../../chain/reads.js";
import {
  ADMIN_SLOT, BEACON_SLOT, ERC1822_SLOT, IMPLEMENTATION_SLOT, INITIALIZABLE_SLOT, OWNABLE_SLOT, SAFE_FALLBACK_HANDLER_SLOT, SAFE_GUARD_SLOT,
  SAFE_MODULE_GUARD_SLOT, ZOS_ADMIN_SLOT, ZOS_IMPLEMENTATION_SLOT,
} from "../../core/proxy/slots.js";
import { RpcError } from "../../chain/rpc/rpc-error.js";
import { safeTransactionOf } from "../../core/plan/route.js";
import { SAFE_INTERFACE } from "../../core/safe/calldata.js";
import { operationId, type TimelockOperation } from "../../core/timelock/operation.js";
import { STRANGER as AUTHORITY_STRANGER } from "../../chain/authority/simulate.js";
import { REFUSING_GUARD, RELAYER, STRANGER } from "../fork/accounts.js";
import { DrydockError, ERRORS } from "../../errors/drydock-error.js";
import { approvedHashSlot } from "../route/approvals.js";
import type { PlanCore } from "../../core/schema/plan.js";
import { keyOf } from "./answers.js";
import { hintsPath, type Read, type Upstream } from "./upstream.js";

/** Who mines the blocks of an EDR fork. */
const COINBASE = "0xc014ba5ec014ba5ec014ba5ec014ba5ec014ba5e";
const SENTINEL = "0x0000000000000000000000000000000000000001";

/** What is read of everything that may be a proxy, an implementation, or somebody's property. */
const PROXY_SLOTS = [
  toWord(0n), IMPLEMENTATION_SLOT, ADMIN_SLOT, BEACON_SLOT, ERC1822_SLOT, ZOS_IMPLEMENTATION_SLOT, ZOS_ADMIN_SLOT, INITIALIZABLE_SLOT, OWNABLE_SLOT,
];

/** Asks in one go for what every rehearsal of this plan will want, and for what the last one wanted. */
export async function prefetch(upstream: Upstream, plan: PlanCore, operation: TimelockOperation, cacheDir: string): Promise<void> {
  if (upstream.isReplay) return;
  const id = operationId(operation);
  const hints = readHints(cacheDir, upstream, id);
  const isKnown = hints.length > 0 && hints.every((read) => upstream.knows(read));
  await upstream.prefetch(uniqueReads([...planReads(upstream, plan, id), ...hints]));
  // After a whole run at this very block there is nothing left to foresee.
  if (isKnown) return;
  try {
    await upstream.prefetch(uniqueReads(await approvalReads(upstream, plan, operation)));
  } catch (error) {
    // The Safe does not answer like one: the rehearsal itself will find out and say so.
    if (!(error instanceof RpcError)) throw error;
  }
}

/** What approvals and negative runs read, once the Safe has said who its owners are and what they sign. */
async function approvalReads(upstream: Upstream, plan: PlanCore, operation: TimelockOperation): Promise<Read[]> {
  const tag = blockTag(upstream);
  const slot = (address: string, key: string): Read => ({ method: "eth_getStorageAt", params: [address.toLowerCase(), `0x${BigInt(key).toString(16)}`, tag] });
  const accounts = (addresses: readonly string[]): Read[] =>
    addresses.flatMap((address) =>
      ["eth_getBalance", "eth_getTransactionCount", "eth_getCode"].map((method) => ({ method, params: [address.toLowerCase(), tag] })),
    );
  const [nonceWord, singleton] = await Promise.all(
    [5n, 0n].map((at) => upstream.read("eth_getStorageAt", [plan.safe.toLowerCase(), `0x${at.toString(16)}`, tag])),
  );
  const nonce = BigInt(String(nonceWord));
  const ask = (name: string, args: readonly unknown[]): Promise<unknown> =>
    upstream.read("eth_call", [{ to: plan.safe, data: SAFE_INTERFACE.encodeFunctionData(name, [...args]) }, tag]);
  const hashOf = (step: "schedule" | "execute", at: bigint): Promise<unknown> => {
    const tx = safeTransactionOf(plan, step, at, operation);
    return ask("getTransactionHash", [
      tx.to, tx.value, tx.data, tx.operation, tx.safeTxGas, tx.baseGas, tx.gasPrice, tx.gasToken, tx.refundReceiver, tx.nonce,
    ]);
  };
  const [ownersAnswer, ...hashes] = await Promise.all([ask("getOwners", []), hashOf("schedule", nonce), hashOf("execute", nonce), hashOf("execute", nonce + 1n)]);
  if (ownersAnswer === "0x") {
    const what = "the route's Safe at the block that the rehearsal starts from";
    throw new DrydockError(ERRORS.NO_CODE, { address: plan.safe, what, chainId: plan.chainId, block: upstream.block.number });
  }
  const owners = [...(SAFE_INTERFACE.decodeFunctionResult("getOwners", String(ownersAnswer))[0] as string[])];
  const coder = AbiCoder.defaultAbiCoder();
  const nested = (key: string, outer: string): string => keccak256(coder.encode(["bytes32", "bytes32"], [toWord(key), outer]));
  const role = (name: string, account: string): Read => slot(plan.timelock, nested(account, nested(id(name), toWord(0n))));
  const others = [
    { ...operation, salt: keccak256(operation.salt) },
    { ...operation, predecessor: plan.predecessor === ZeroHash ? operationId(operation) : ZeroHash },
  ];
  return [
    slot(plan.safe, nested(STRANGER, toWord(1n))),
    ...accounts([RELAYER, STRANGER, AUTHORITY_STRANGER, REFUSING_GUARD, ZeroAddress, COINBASE, `0x${String(singleton).slice(-40)}`, ...owners]),
    slot(plan.safe, SAFE_FALLBACK_HANDLER_SLOT),
    slot(plan.safe, SAFE_MODULE_GUARD_SLOT),
    ...owners.map((owner) => slot(plan.safe, nested(owner, toWord(2n)))),
    ...hashes.flatMap((hash) => owners.map((owner) => slot(plan.safe, approvedHashSlot(owner, String(hash))))),
    ...[plan.safe, STRANGER].map((account) => role("PROPOSER_ROLE", account)),
    ...[plan.safe, STRANGER, ZeroAddress].map((account) => role("EXECUTOR_ROLE", account)),
    ...others.map((other) => slot(plan.timelock, nested(operationId(other), toWord(1n)))),
  ];
}

/** Leaves the keys that this run used for the next run of the same plan, at whatever block. */
export function leaveHints(upstream: Upstream, operation: TimelockOperation, cacheDir: string): void {
  const path = hintsPath(cacheDir, upstream.chainId, keccak256(operationId(operation)));
  mkdirSync(dirname(path), { recursive: true });
  const end = `,${JSON.stringify(blockTag(upstream))}]`;
  const keys = upstream.usedKeys().filter((key) => key.endsWith(end));
  writeFileSync(path, JSON.stringify(keys.map((key) => key.slice(0, -end.length))));
}

function readHints(cacheDir: string, upstream: Upstream, operation: string): Read[] {
  const path = hintsPath(cacheDir, upstream.chainId, keccak256(operation));
  if (!existsSync(path)) return [];
  try {
    return z
      .array(z.string())
      .parse(JSON.parse(readFileSync(path, "utf8")))
      .map((start) => {
        const space = start.indexOf(" ");
        const params = JSON.parse(`${start.slice(space + 1)},${JSON.stringify(blockTag(upstream))}]`) as unknown[];
        return { method: start.slice(0, space), params };
      });
  } catch {
    // A hint is only a hint: without it the fork asks for itself.
    return [];
  }
}

function planReads(upstream: Upstream, plan: PlanCore, operation: string): Read[] {
  const tag = blockTag(upstream);
  const account = (address: string): Read[] =>
    ["eth_getBalance", "eth_getTransactionCount", "eth_getCode"].map((method) => ({ method, params: [address.toLowerCase(), tag] }));
  const slots = (address: string, keys: readonly string[]): Read[] =>
    keys.map((key) => ({ method: "eth_getStorageAt", params: [address.toLowerCase(), `0x${BigInt(key).toString(16)}`, tag] }));
  const coder = AbiCoder.defaultAbiCoder();
  const inMapping = (key: string, slot: bigint): string => keccak256(coder.encode(["bytes32", "uint256"], [toWord(key), slot]));
  const proxies = plan.changes.map(({ proxy }) => proxy);
  return [
    { method: "eth_getBlockByNumber", params: [tag, false] },
    { method: "eth_getBlockByNumber", params: [tag, true] },
    ...[plan.safe, plan.timelock, SINGLETON_FACTORY, ...proxies].flatMap(account),
    ...plan.changes.flatMap(({ oldImplementation, newImplementation }) =>
      [oldImplementation, newImplementation].flatMap((implementation) => [...account(implementation), ...slots(implementation, PROXY_SLOTS)]),
    ),
    ...plan.calls.flatMap(({ target }) => account(target)),
    ...slots(plan.safe, [...[0n, 3n, 4n, 5n].map(toWord), SAFE_GUARD_SLOT, inMapping(SENTINEL, 1n), inMapping(SENTINEL, 2n)]),
    ...slots(plan.timelock, [inMapping(operation, 1n), toWord(2n)]),
    ...proxies.flatMap((proxy) => slots(proxy, PROXY_SLOTS)),
  ];
}

function uniqueReads(reads: readonly Read[]): Read[] {
  return [...new Map(reads.map((read) => [keyOf(read.method, read.params), read])).values()];
}

function blockTag({ block }: Upstream): string {
  return `0x${block.number.toString(16)}`;
}
