import { getAddress } from "ethers";
import { guardErrors } from "../interfaces.js";
import { call, PROBE_GAS } from "../reads.js";
import { isRevert, revertDataOf } from "../rpc/rpc-error.js";
import type { ResolverContext } from "./context.js";

/** Nobody's address: the last 20 bytes of keccak256("drydock: a stranger"). */
export const STRANGER = "0x29073c6c239164FD8158Ea111bF01B36E534a4e0";

/** What came of a simulated call: it went through, or the revert data (`0x` for none). */
export type Attempt = { ok: true } | { ok: false; revert: string; message: string };

/** Calls `to` as `from` would, without sending anything. */
export async function attempt(context: ResolverContext, from: string, to: string, data: string): Promise<Attempt> {
  try {
    await call(context.chain, { from, to, data, gas: PROBE_GAS }, context.block);
    return { ok: true };
  } catch (error) {
    if (!isRevert(error)) throw error;
    return { ok: false, revert: revertDataOf(error) ?? "0x", message: error instanceof Error ? error.message : "" };
  }
}

/** What a refusal says about the guard. */
export type GuardHint = { kind: "owner" } | { kind: "role"; role: string } | { kind: "managed" } | { kind: "unknown" };

/** Reads the guard's family from the revert of a stranger's call (OpenZeppelin 4 strings and 5 errors). */
export function guardHint({ revert, message }: { revert: string; message: string }): GuardHint {
  const error = revert.length >= 10 ? guardErrors.parseError(revert) : null;
  if (error?.name === "OwnableUnauthorizedAccount") return { kind: "owner" };
  if (error?.name === "AccessControlUnauthorizedAccount") return { kind: "role", role: error.args[1] as string };
  if (error?.name === "AccessManagedUnauthorized") return { kind: "managed" };
  const words = error?.name === "Error" ? (error.args[0] as string) : message;
  if (/Ownable: caller is not the owner/.test(words)) return { kind: "owner" };
  const role = /AccessControl: account .* is missing role (0x[0-9a-fA-F]{64})/.exec(words)?.[1];
  return role === undefined ? { kind: "unknown" } : { kind: "role", role: role.toLowerCase() };
}

/**
 * The addresses that a refused call read on its way: every storage word that could hold one, also packed behind a flag,
 * and every contract that it asked. From the prestate tracer; where the endpoint has none, from `eth_createAccessList`;
 * undefined where it has neither.
 */
export async function addressesRead(context: ResolverContext, from: string, to: string, data: string): Promise<string[] | undefined> {
  const read = (await byTracer()) ?? (await byAccessList());
  if (read === undefined) return undefined;
  const found = new Set(read.accounts.map((account) => getAddress(account)));
  for (const word of read.words) for (const address of addressesInWord(word)) found.add(address);
  return [...found];

  async function byTracer(): Promise<{ accounts: string[]; words: string[] } | undefined> {
    const block = `0x${context.block.toString(16)}`;
    const params = [{ from, to, data }, block, { tracer: "prestateTracer" }];
    const trace = await context.chain.request({ method: "debug_traceCall", params }).catch(() => undefined);
    if (typeof trace !== "object" || trace === null) return undefined;
    const states = Object.entries(trace as Record<string, { storage?: Record<string, string> }>);
    return { accounts: states.map(([address]) => address), words: states.flatMap(([, { storage }]) => Object.values(storage ?? {})) };
  }

  async function byAccessList(): Promise<{ accounts: string[]; words: string[] } | undefined> {
    const block = `0x${context.block.toString(16)}`;
    const answer = await context.chain
      .request({ method: "eth_createAccessList", params: [{ from, to, data }, block] })
      .catch(() => undefined);
    const { accessList } = (answer ?? {}) as { accessList?: { address: string; storageKeys: string[] }[] };
    if (accessList === undefined) return undefined;
    const values = accessList.flatMap(({ address, storageKeys }) =>
      storageKeys.map((slot) => context.chain.request({ method: "eth_getStorageAt", params: [address, slot, block] })),
    );
    return { accounts: accessList.map(({ address }) => address), words: (await Promise.all(values)).map(String) };
  }
}

/** Byte offsets (from the right) at which Solidity puts an address behind one or two small values. */
const PACKED_OFFSETS = [0, 1, 2, 8, 12];

/** Every address that a storage word may hold, alone or packed; most of them are nobody's. */
export function addressesInWord(word: string): string[] {
  const digits = word.slice(2).toLowerCase().padStart(64, "0");
  return PACKED_OFFSETS.map((offset) => digits.slice(64 - 2 * offset - 40, 64 - 2 * offset))
    .filter((hex) => !/^0{20}/.test(hex) && !/0{20}$/.test(hex) && hex.length === 40)
    .map((hex) => getAddress(`0x${hex}`));
}
