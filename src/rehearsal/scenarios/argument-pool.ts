import { AbiCoder, getAddress, keccak256, toUtf8Bytes, type FunctionFragment, type ParamType } from "ethers";
import { toWord } from "../../chain/reads.js";
import type { Upstream } from "../upstream/upstream.js";
import { RpcError } from "../../chain/rpc/rpc-error.js";

/** Values that the chain itself has seen, by kind, for calling functions with arguments that mean something. */
export interface ArgumentPool {
  addresses: string[];
  words: string[];
  numbers: bigint[];
}

/** How far back logs are asked for, as far as the endpoint lets us. */
const WINDOWS = [50_000n, 10_000n, 1_000n, 100n];
const LIMIT = { addresses: 24, words: 12 };

/** Arguments out of the recent events of `contracts`, besides the contracts themselves. */
export async function argumentPool(upstream: Upstream, contracts: readonly string[]): Promise<ArgumentPool> {
  const addresses = new Set(contracts.map((address) => getAddress(address)));
  const words = new Set<string>();
  const numbers = new Set<bigint>([0n, 1n, 2n]);
  for (const { topics, data } of await recentLogs(upstream, contracts)) {
    const dataWords = (data.slice(2).match(/.{64}/g) ?? []).map((word) => `0x${word}`);
    for (const word of [...topics.slice(1), ...dataWords]) {
      const value = BigInt(word);
      if (isAddressLike(value)) addresses.add(getAddress(toWord(value).replace(/^0x0{24}/, "0x")));
      else if (value > 1n << 160n) words.add(word);
      else if (value !== 0n) numbers.add(value);
    }
  }
  return {
    addresses: [...addresses].slice(0, LIMIT.addresses),
    words: [...words].slice(0, LIMIT.words),
    numbers: [...numbers].slice(0, 12),
  };
}

/** Argument lists for `fragment`: from the pool, at most `limit`; none when a type has no values. */
export function argumentLists(fragment: FunctionFragment, pool: ArgumentPool, limit: number, caller?: string): unknown[][] {
  let lists: unknown[][] = [[]];
  for (const input of fragment.inputs) {
    const values = valuesOf(input, pool, caller);
    lists = lists.flatMap((list) => values.map((value) => [...list, value])).slice(0, limit * 4);
  }
  return lists.slice(0, limit);
}

function valuesOf(type: ParamType, pool: ArgumentPool, caller?: string): unknown[] {
  if (type.baseType === "array") {
    const inner = type.arrayChildren === null ? [] : valuesOf(type.arrayChildren, pool, caller);
    const length = type.arrayLength === null || type.arrayLength < 0 ? 1 : type.arrayLength;
    return [Array.from({ length }, (_, index) => inner[index % Math.max(inner.length, 1)])];
  }
  if (type.baseType === "tuple") return [(type.components ?? []).map((component) => valuesOf(component, pool, caller)[0])];
  if (type.type === "address") return [...(caller === undefined ? [] : [caller]), ...pool.addresses];
  if (type.type === "bool") return [true, false];
  if (type.type === "bytes") return [encodedWord(pool), "0x"];
  if (type.type === "string") return ["rehearsal"];
  if (/^bytes\d+$/.test(type.type)) {
    const size = Number(type.type.slice(5));
    return [...pool.words, keccak256(toUtf8Bytes("rehearsal"))].map((word) => `0x${word.slice(2, 2 + 2 * size)}`);
  }
  const bits = BigInt(/\d+$/.exec(type.type)?.[0] ?? "256") - (type.type.startsWith("int") ? 1n : 0n);
  return [...pool.numbers, 10n ** 18n].filter((value) => value < 1n << bits);
}

function encodedWord(pool: ArgumentPool): string {
  return AbiCoder.defaultAbiCoder().encode(["uint256", "address"], [1n, pool.addresses[0] ?? `0x${"11".repeat(20)}`]);
}

async function recentLogs(upstream: Upstream, contracts: readonly string[]): Promise<{ topics: string[]; data: string }[]> {
  const to = upstream.block.number;
  for (const window of WINDOWS) {
    const from = to > window ? to - window : 0n;
    const filter = { fromBlock: hex(from), toBlock: hex(to), address: contracts.map((address) => address.toLowerCase()) };
    try {
      return (await upstream.read("eth_getLogs", [filter])) as { topics: string[]; data: string }[];
    } catch (error) {
      // Endpoints limit ranges and result sizes in ways of their own: ask for less.
      if (!(error instanceof RpcError)) throw error;
    }
  }
  return [];
}

/** Above small numbers and below 160 bits: amounts are rarely that large, addresses never that small. */
function isAddressLike(value: bigint): boolean {
  return value >= 1n << 128n && value < 1n << 160n;
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
