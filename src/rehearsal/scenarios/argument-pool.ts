import { AbiCoder, getAddress, keccak256, toUtf8Bytes, type FunctionFragment, type ParamType } from "ethers";
import { toWord } from "../../chain/reads.js";
import { bodies, sentTo, type PastTransaction } from "../traffic/collect.js";
import type { Upstream } from "../upstream/upstream.js";
import { RpcError } from "../../chain/rpc/rpc-error.js";

/** Values that the chain itself has seen, by kind, for calling functions with arguments that mean something. */
export interface ArgumentPool {
  addresses: string[];
  words: string[];
  numbers: bigint[];
  /** The newest real calls of these contracts, newest first; value in wei. */
  calls: RealCall[];
}

/** A transaction that an account really sent to one of the contracts. */
export type RealCall = Pick<PastTransaction, "from" | "data" | "value"> & { to: string };

export const EMPTY_POOL: ArgumentPool = { addresses: [], words: [], numbers: [], calls: [] };

/** How far back logs are asked for, as far as the endpoint lets us. */
const WINDOWS = [50_000n, 10_000n, 1_000n, 100n];
const LIMIT = { addresses: 24, words: 12, numbers: 12, calls: 12 };

/** Slots from a contract's start, and from each of `starts`, whose values become arguments. */
const STORED = 8n;

/**
 * Arguments out of the recent events of `contracts` and of what they store, besides the contracts themselves.
 *
 * @param starts slots at which a contract's namespaces begin, by address.
 */
export async function argumentPool(upstream: Upstream, contracts: readonly string[], starts: ReadonlyMap<string, readonly bigint[]> = new Map()): Promise<ArgumentPool> {
  const addresses = new Set(contracts.map((address) => getAddress(address)));
  const words = new Set<string>();
  const numbers = new Set<bigint>([0n, 1n, 2n]);
  const add = (word: string): void => {
    const value = BigInt(word);
    if (isAddressLike(value)) addresses.add(getAddress(toWord(value).replace(/^0x0{24}/, "0x")));
    else if (value > 1n << 160n) words.add(word);
    else if (value !== 0n) numbers.add(value);
  };
  const logs = await recentLogs(upstream, contracts);
  for (const { topics, data } of logs) {
    const dataWords = (data.slice(2).match(/.{64}/g) ?? []).map((word) => `0x${word}`);
    for (const word of [...topics.slice(1), ...dataWords]) add(word);
  }
  for (const word of await storedWords(upstream, contracts, starts)) add(word);
  return {
    addresses: [...addresses].slice(0, LIMIT.addresses),
    words: [...words].slice(0, LIMIT.words),
    numbers: [...numbers].slice(0, LIMIT.numbers),
    calls: await realCalls(upstream, contracts, logs),
  };
}

/** What was sent to `contracts` of late: each function of each sender once, the newest. By events, without any by whole blocks. */
async function realCalls(upstream: Upstream, contracts: readonly string[], logs: readonly { transactionHash: string }[]): Promise<RealCall[]> {
  const hashes = [...new Set(logs.map(({ transactionHash }) => transactionHash))].slice(-4 * LIMIT.calls);
  const targets = new Set(contracts.map((address) => getAddress(address)));
  const found = new Map<string, RealCall>();
  try {
    // An endpoint that does not give a transaction leaves one example less.
    const transactions = hashes.length > 0 ? await bodies(upstream, hashes, () => undefined) : await sentTo(upstream, [...targets]);
    for (const { from, to, data, value } of [...transactions].reverse()) {
      const key = `${from} ${to} ${data.slice(0, 10)}`;
      if (to !== undefined && targets.has(to) && data.length >= 10 && !found.has(key)) found.set(key, { from, to, data, value });
    }
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
  }
  return [...found.values()].slice(0, LIMIT.calls);
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

/** Further lists whose every argument is drawn from the pool and from the edges of its type: the same seed, the same lists. */
export function fuzzedLists(fragment: FunctionFragment, pool: ArgumentPool, limit: number, seed: string, caller?: string): unknown[][] {
  const draw = (at: string): bigint => BigInt(keccak256(toUtf8Bytes(`${seed} ${fragment.selector} ${at}`)));
  if (fragment.inputs.length === 0) return [];
  return Array.from({ length: limit }, (_, list) =>
    fragment.inputs.map((input, position) => {
      const edges = edgesOf(input, draw(`${list} ${position} edge`));
      const values = [...valuesOf(input, pool, caller), ...edges];
      return values[Number(draw(`${list} ${position}`) % BigInt(Math.max(values.length, 1)))];
    }),
  );
}

/** The largest value of a number, one that the seed draws, and for signed ones the smallest. */
function edgesOf(type: ParamType, drawn: bigint): unknown[] {
  const bits = BigInt(/^u?int(\d+)$/.exec(type.type)?.[1] ?? "0");
  if (bits === 0n) return type.type === "bytes32" ? [toWord(0n), toWord(drawn)] : type.type === "address" ? [`0x${"00".repeat(20)}`] : [];
  if (type.type.startsWith("int")) return [(1n << (bits - 1n)) - 1n, -(1n << (bits - 1n)), -1n, drawn % (1n << (bits - 1n))];
  return [(1n << bits) - 1n, drawn % (1n << bits)];
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

/** What stands in the first slots of every contract and of its namespaces at the pinned block, empty words left out. */
async function storedWords(upstream: Upstream, contracts: readonly string[], starts: ReadonlyMap<string, readonly bigint[]>): Promise<string[]> {
  const tag = hex(upstream.block.number);
  const reads = contracts.flatMap((address) =>
    [0n, ...(starts.get(address) ?? [])].flatMap((start) => Array.from({ length: Number(STORED) }, (_, index) => ["eth_getStorageAt", [address.toLowerCase(), hex(start + BigInt(index)), tag]] as const)),
  );
  const words = await Promise.all(reads.map(([method, params]) => upstream.read(method, params)));
  return words.map(String).filter((word) => /^0x[0-9a-f]{64}$/i.test(word) && BigInt(word) !== 0n);
}

async function recentLogs(upstream: Upstream, contracts: readonly string[]): Promise<{ topics: string[]; data: string; transactionHash: string }[]> {
  const to = upstream.block.number;
  for (const window of WINDOWS) {
    const from = to > window ? to - window : 0n;
    const filter = { fromBlock: hex(from), toBlock: hex(to), address: contracts.map((address) => address.toLowerCase()) };
    try {
      return (await upstream.read("eth_getLogs", [filter])) as { topics: string[]; data: string; transactionHash: string }[];
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
