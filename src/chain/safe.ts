import { DrydockError, ERRORS } from "../errors/drydock-error.js";
import { SAFE_FALLBACK_HANDLER_SLOT, SAFE_GUARD_SLOT, SAFE_MODULE_GUARD_SLOT } from "../core/proxy/slots.js";
import { AbiCoder, keccak256 } from "ethers";
import { safeInterface } from "./interfaces.js";
import type { BlockRef, ChainPort } from "./port.js";
import { addressIn, getStorage, toWord, tryCallFunction } from "./reads.js";

export interface SafeState {
  address: string;
  /** What `VERSION()` answers, `1.4.1`. */
  version: string;
  /** The implementation that the proxy delegates to (slot 0). */
  singleton: string;
  owners: string[];
  threshold: number;
  nonce: bigint;
  modules: string[];
  /** Transaction guard, or null. Safes before 1.3.0 have none. */
  guard: string | null;
  /** Module guard (from 1.5.0), or null. */
  moduleGuard: string | null;
  fallbackHandler: string | null;
}

/**
 * A Safe's state, taken from storage (the layout is the same from 1.0.0 to 1.5.0: 0 singleton, 1 modules, 2 owners,
 * 3 ownerCount, 4 threshold, 5 nonce), so that a changed singleton can't lie about it and every word can be proven. The
 * view functions only tell which words to fetch at once; the linked lists in storage decide.
 *
 * @throws DrydockError NOT_A_SAFE if the storage is not that of a Safe.
 */
export async function readSafe(chain: ChainPort, safe: string, block: BlockRef = "latest"): Promise<SafeState> {
  const word = (slot: bigint | string) => getStorage(chain, safe, slot, block);
  const ask = (name: string, args: readonly unknown[] = []) =>
    tryCallFunction(chain, safeInterface, name, args, { to: safe, block });
  const [singleton, ownerCount, threshold, nonce, guard, fallbackHandler, moduleGuard, version, owners, page] =
    await Promise.all([
      word(0n),
      word(3n),
      word(4n),
      word(5n),
      word(SAFE_GUARD_SLOT),
      word(SAFE_FALLBACK_HANDLER_SLOT),
      word(SAFE_MODULE_GUARD_SLOT),
      ask("VERSION"),
      ask("getOwners"),
      ask("getModulesPaginated", [SENTINEL, LIST_LIMIT]),
    ]);
  const target = addressIn(singleton);
  const count = BigInt(ownerCount);
  if (version === undefined || target === null) throw notASafe("it has no VERSION() or no singleton in slot 0");
  if (count === 0n || count > LIST_LIMIT || BigInt(threshold) === 0n || BigInt(threshold) > count) {
    throw notASafe(`its storage says ${BigInt(threshold)} of ${count} owners`);
  }
  const modulesHint = page ?? (await ask("getModules"));
  const [ownerList, modules] = await Promise.all([
    walk(2n, [...((owners?.[0] as string[] | undefined) ?? [])]),
    walk(1n, [...((modulesHint?.[0] as string[] | undefined) ?? [])]),
  ]);
  if (BigInt(ownerList.length) !== count) throw notASafe(`its owner list has ${ownerList.length} entries, its count says ${count}`);
  return {
    address: safe,
    version: version[0] as string,
    singleton: target,
    owners: ownerList,
    threshold: Number(BigInt(threshold)),
    nonce: BigInt(nonce),
    modules,
    guard: addressIn(guard),
    moduleGuard: addressIn(moduleGuard),
    fallbackHandler: addressIn(fallbackHandler),
  };

  /** Follows the linked list in the mapping at `slot` from the sentinel on; `hint` is fetched in one go. */
  async function walk(slot: bigint, hint: readonly string[]): Promise<string[]> {
    const hinted = [SENTINEL, ...hint.slice(0, Number(LIST_LIMIT))];
    const words = new Map(
      await Promise.all(hinted.map(async (at) => [at, await word(mappingSlot(at, slot))] as const)),
    );
    const list: string[] = [];
    for (let at = SENTINEL; ; ) {
      const next = addressIn(words.get(at) ?? (await word(mappingSlot(at, slot))));
      if (next === null || next === SENTINEL) return list;
      if (BigInt(list.push(next)) > LIST_LIMIT) throw notASafe("its owner or module list does not end");
      at = next;
    }
  }

  function notASafe(reason: string): DrydockError {
    return new DrydockError(ERRORS.NOT_A_SAFE, { address: safe, reason });
  }
}

/** Like {@link readSafe}, with undefined for what is not a Safe. */
export async function tryReadSafe(chain: ChainPort, address: string, block: BlockRef = "latest"): Promise<SafeState | undefined> {
  try {
    return await readSafe(chain, address, block);
  } catch (error) {
    if (DrydockError.is(error, ERRORS.NOT_A_SAFE)) return undefined;
    throw error;
  }
}

/** Start and end of the Safe's linked lists. */
const SENTINEL = "0x0000000000000000000000000000000000000001";
const LIST_LIMIT = 1_000n;

function mappingSlot(key: string, slot: bigint): string {
  return keccak256(AbiCoder.defaultAbiCoder().encode(["bytes32", "uint256"], [toWord(key), slot]));
}
