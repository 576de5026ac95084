import { getAddress, keccak256 } from "ethers";
import { toWord } from "../../chain/reads.js";
import type { Fork } from "../fork/fork.js";

/** What one or several transactions did to one account. Absent parts did not change. */
export interface AccountDiff {
  balance?: Change<bigint>;
  nonce?: Change<bigint>;
  /** Code hashes; `null` for no code. */
  code?: Change<string | null>;
  /** By slot, 32 bytes in hex, zero words included. */
  storage: Map<string, Change<string>>;
}

export interface Change<T> {
  before: T;
  after: T;
}

/** By checksummed address. */
export type StateDiff = Map<string, AccountDiff>;

interface TracedAccount {
  balance?: string;
  nonce?: number;
  code?: string;
  storage?: Record<string, string>;
}

interface DiffTrace {
  pre: Record<string, TracedAccount>;
  post: Record<string, TracedAccount>;
}

const ZERO = toWord(0n);

/**
 * What a transaction changed, from `prestateTracer` in diff mode. That tracer leaves zero values out: a slot that was
 * empty is only in `post`, one that was cleared only in `pre`, so the union of both counts.
 */
export async function transactionDiff(fork: Fork, hash: string): Promise<StateDiff> {
  const trace = (await fork.request("debug_traceTransaction", [
    hash,
    { tracer: "prestateTracer", tracerConfig: { diffMode: true } },
  ])) as DiffTrace;
  const diff: StateDiff = new Map();
  for (const address of new Set([...Object.keys(trace.pre), ...Object.keys(trace.post)])) {
    const account = accountDiff(trace.pre[address] ?? {}, trace.post[address] ?? {});
    if (account !== undefined) diff.set(getAddress(address), account);
  }
  return diff;
}

/** `later` after `earlier`, as one; what comes back to where it began is no change. */
export function followedBy(earlier: StateDiff, later: StateDiff): StateDiff {
  const result: StateDiff = new Map();
  for (const address of [...new Set([...earlier.keys(), ...later.keys()])].sort()) {
    const a = earlier.get(address);
    const b = later.get(address);
    const storage = new Map<string, Change<string>>();
    for (const slot of [...new Set([...(a?.storage.keys() ?? []), ...(b?.storage.keys() ?? [])])].sort()) {
      const change = join(a?.storage.get(slot), b?.storage.get(slot));
      if (change !== undefined) storage.set(slot, change);
    }
    const balance = join(a?.balance, b?.balance);
    const nonce = join(a?.nonce, b?.nonce);
    const code = join(a?.code, b?.code);
    if (storage.size === 0 && balance === undefined && nonce === undefined && code === undefined) continue;
    result.set(address, {
      storage,
      ...(balance === undefined ? {} : { balance }),
      ...(nonce === undefined ? {} : { nonce }),
      ...(code === undefined ? {} : { code }),
    });
  }
  return result;
}

function accountDiff(pre: TracedAccount, post: TracedAccount): AccountDiff | undefined {
  const storage = new Map<string, Change<string>>();
  for (const key of new Set([...Object.keys(pre.storage ?? {}), ...Object.keys(post.storage ?? {})])) {
    const before = toWord(pre.storage?.[key] ?? "0x0");
    const after = toWord(post.storage?.[key] ?? "0x0");
    if (before !== after) storage.set(toWord(key), { before, after });
  }
  const diff: AccountDiff = { storage };
  if (post.balance !== undefined && BigInt(post.balance) !== BigInt(pre.balance ?? "0x0")) {
    diff.balance = { before: BigInt(pre.balance ?? "0x0"), after: BigInt(post.balance) };
  }
  if (post.nonce !== undefined && post.nonce !== (pre.nonce ?? 0)) {
    diff.nonce = { before: BigInt(pre.nonce ?? 0), after: BigInt(post.nonce) };
  }
  if (post.code !== undefined && post.code !== pre.code) {
    diff.code = { before: hashOf(pre.code), after: hashOf(post.code) };
  }
  const changed = storage.size > 0 || diff.balance !== undefined || diff.nonce !== undefined || diff.code !== undefined;
  return changed ? diff : undefined;
}

function join<T>(earlier: Change<T> | undefined, later: Change<T> | undefined): Change<T> | undefined {
  if (earlier === undefined) return later;
  if (later === undefined) return earlier;
  return earlier.before === later.after ? undefined : { before: earlier.before, after: later.after };
}

function hashOf(code: string | undefined): string | null {
  return code === undefined || code === "0x" ? null : keccak256(code);
}

/** The zero word, as storage diffs hold it. */
export const ZERO_WORD = ZERO;
