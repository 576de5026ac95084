import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { AbiCoder, keccak256 } from "ethers";
import { z } from "zod";
import { SINGLETON_FACTORY } from "../../build/init-code.js";
import { toWord } from "../../chain/reads.js";
import { ADMIN_SLOT, BEACON_SLOT, IMPLEMENTATION_SLOT, INITIALIZABLE_SLOT, OWNABLE_SLOT, SAFE_GUARD_SLOT } from "../../core/proxy/slots.js";
import type { PlanCore } from "../../core/schema/plan.js";
import { keyOf } from "./answers.js";
import { hintsPath, type Read, type Upstream } from "./upstream.js";

const SENTINEL = "0x0000000000000000000000000000000000000001";

/** Asks in one go for what every rehearsal of this plan will want, and for what the last one wanted. */
export async function prefetch(upstream: Upstream, plan: PlanCore, operationId: string, cacheDir: string): Promise<void> {
  const hints = readHints(cacheDir, upstream, keccak256(operationId));
  await upstream.prefetch(uniqueReads([...planReads(upstream, plan, operationId), ...hints]));
}

/** Leaves the keys that this run used for the next run of the same plan, at whatever block. */
export function leaveHints(upstream: Upstream, operationId: string, cacheDir: string): void {
  const path = hintsPath(cacheDir, upstream.chainId, keccak256(operationId));
  mkdirSync(dirname(path), { recursive: true });
  const tag = blockTag(upstream);
  const keys = upstream.usedKeys().filter((key) => key.endsWith(`,${JSON.stringify(tag)}]`));
  writeFileSync(path, JSON.stringify(keys.map((key) => key.slice(0, -(tag.length + 3)))));
}

function readHints(cacheDir: string, upstream: Upstream, name: string): Read[] {
  const path = hintsPath(cacheDir, upstream.chainId, name);
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

function planReads(upstream: Upstream, plan: PlanCore, operationId: string): Read[] {
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
    ...plan.changes.flatMap(({ oldImplementation, newImplementation }) => [...account(oldImplementation), ...account(newImplementation)]),
    ...plan.calls.flatMap(({ target }) => account(target)),
    ...slots(plan.safe, [...[0n, 3n, 4n, 5n].map(toWord), SAFE_GUARD_SLOT, inMapping(SENTINEL, 1n), inMapping(SENTINEL, 2n)]),
    ...slots(plan.timelock, [inMapping(operationId, 1n), toWord(2n)]),
    ...proxies.flatMap((proxy) => slots(proxy, [IMPLEMENTATION_SLOT, ADMIN_SLOT, BEACON_SLOT, INITIALIZABLE_SLOT, OWNABLE_SLOT])),
  ];
}

function uniqueReads(reads: readonly Read[]): Read[] {
  return [...new Map(reads.map((read) => [keyOf(read.method, read.params), read])).values()];
}

function blockTag({ block }: Upstream): string {
  return `0x${block.number.toString(16)}`;
}
