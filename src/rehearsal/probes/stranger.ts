import { FunctionFragment, Interface } from "ethers";
import { getStorage } from "../../chain/reads.js";
import { transactionDiff } from "../diff/transaction-diff.js";
import type { SlotNamer } from "../diff/compare.js";
import { STRANGER } from "../fork/accounts.js";
import type { Fork } from "../fork/fork.js";
import { argumentLists, fuzzedLists, type ArgumentPool } from "../scenarios/argument-pool.js";
import type { KnownContract } from "../types.js";
import { reentrant } from "./hostile-code.js";
import { privilegedEffects } from "./privileged.js";

/** Argument lists per selector. */
const LISTS = 6;
/** And such as the seed draws. */
const FUZZED = 3;
/** Where a re-entrant account notes that its second call went through. */
const NOTED = `0x${"00".repeat(32)}`;
const INITIALIZER = /^(re)?init(ialize)?/i;

/** What a stranger could do with one selector, over all arguments that were tried. */
export interface StrangerCell {
  contract: string;
  address: string;
  selector: string;
  signature: string;
  /** The implementation itself, not through a proxy: its storage is nobody's, but who owns it may destroy it. */
  bare: boolean;
  tried: number;
  /** At least one call went through and changed something beyond the stranger's own nonce. */
  changed: boolean;
  privileged: string[];
  /** Called back in the middle of the call, the stranger made the same call again, and that went through. */
  reentered: boolean;
}

/** The matrix: a stranger calls every function of every contract that is not a view. By `address selector`. */
export type StrangerMatrix = Map<string, StrangerCell>;

export async function strangerMatrix(
  fork: Fork,
  contracts: readonly (KnownContract & { bare?: boolean })[],
  pool: ArgumentPool,
  nameSlot: SlotNamer,
  seed: string,
): Promise<StrangerMatrix> {
  const matrix: StrangerMatrix = new Map();
  for (const { address, name, abi, bare = false } of contracts) {
    const iface = new Interface((abi ?? []) as never[]);
    for (const fragment of iface.fragments) {
      if (!(fragment instanceof FunctionFragment) || fragment.constant) continue;
      const cell: StrangerCell = {
        contract: bare ? `bare ${name}` : name,
        address,
        selector: fragment.selector,
        signature: fragment.format("sighash"),
        bare,
        tried: 0,
        changed: false,
        privileged: [],
        reentered: false,
      };
      for (const list of [...argumentLists(fragment, pool, LISTS, STRANGER), ...fuzzedLists(fragment, pool, FUZZED, seed, STRANGER)]) {
        cell.tried++;
        const data = encoded(iface, fragment, list);
        // A value that the type does not take: there is no such call.
        if (data === undefined) continue;
        const wentThrough = await fork.attempt(async () => {
          const sent = await fork.send({ from: STRANGER, to: address, data }, fork.now);
          if (!sent.succeeded) return false;
          const diff = await transactionDiff(fork, sent.hash);
          diff.delete(STRANGER);
          if (diff.size === 0) return true;
          cell.changed = true;
          cell.privileged.push(...privilegedEffects(diff, sent.logs, nameSlot));
          return true;
        });
        if (wentThrough && !cell.reentered) cell.reentered = await reenters(fork, address, data);
      }
      cell.privileged = [...new Set(cell.privileged)].sort();
      matrix.set(`${address} ${fragment.selector}`, cell);
    }
  }
  return matrix;
}

function encoded(iface: Interface, fragment: FunctionFragment, list: readonly unknown[]): string | undefined {
  try {
    return iface.encodeFunctionData(fragment, [...list]);
  } catch {
    return undefined;
  }
}

/** The same call by a stranger who is a contract and calls again when it is called back. */
function reenters(fork: Fork, to: string, data: string): Promise<boolean> {
  return fork.attempt(async () => {
    await fork.setCode(STRANGER, reentrant(to, data));
    const sent = await fork.send({ from: STRANGER, to, data }, fork.now);
    return sent.succeeded && BigInt(await getStorage(fork.port, STRANGER, NOTED)) !== 0n;
  });
}

export function isInitializer({ signature }: StrangerCell): boolean {
  return INITIALIZER.test(signature);
}
