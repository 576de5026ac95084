import { FunctionFragment, Interface } from "ethers";
import { transactionDiff } from "../diff/transaction-diff.js";
import type { SlotNamer } from "../diff/compare.js";
import { STRANGER } from "../fork/accounts.js";
import type { Fork } from "../fork/fork.js";
import { argumentLists, type ArgumentPool } from "../scenarios/argument-pool.js";
import type { KnownContract } from "../types.js";
import { privilegedEffects } from "./privileged.js";

/** Argument lists per selector. */
const LISTS = 6;
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
}

/** The matrix: a stranger calls every function of every contract that is not a view. By `address selector`. */
export type StrangerMatrix = Map<string, StrangerCell>;

export async function strangerMatrix(
  fork: Fork,
  contracts: readonly (KnownContract & { bare?: boolean })[],
  pool: ArgumentPool,
  nameSlot: SlotNamer,
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
      };
      for (const list of argumentLists(fragment, pool, LISTS, STRANGER)) {
        cell.tried++;
        await fork.attempt(async () => {
          const sent = await fork.send({ from: STRANGER, to: address, data: iface.encodeFunctionData(fragment, list) }, fork.now);
          if (!sent.succeeded) return;
          const diff = await transactionDiff(fork, sent.hash);
          diff.delete(STRANGER);
          if (diff.size === 0) return;
          cell.changed = true;
          cell.privileged.push(...privilegedEffects(diff, sent.logs, nameSlot));
        });
      }
      cell.privileged = [...new Set(cell.privileged)].sort();
      matrix.set(`${address} ${fragment.selector}`, cell);
    }
  }
  return matrix;
}

export function isInitializer({ signature }: StrangerCell): boolean {
  return INITIALIZER.test(signature);
}
