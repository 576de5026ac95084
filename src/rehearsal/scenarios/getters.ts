import { FunctionFragment, Interface } from "ethers";
import type { Difference } from "../../core/schema/rehearsal.js";
import { RELAYER } from "../fork/accounts.js";
import type { Fork } from "../fork/fork.js";
import { describeRevert } from "../route/reverts.js";
import type { KnownContract } from "../types.js";
import { argumentLists, type ArgumentPool } from "./argument-pool.js";

/** Argument lists per getter. */
const LISTS = 24;

/** Answer by `contract.getter(arguments)`. */
export type Getters = Map<string, { succeeded: boolean; answer: string }>;

/** Asks every view function of `contracts` about what exists: accounts and ids that the chain's events name. */
export async function readGetters(
  fork: Fork,
  contracts: readonly KnownContract[],
  pool: ArgumentPool,
  side: "old" | "new",
): Promise<Getters> {
  const getters: Getters = new Map();
  for (const { address, name, abi, oldAbi } of contracts) {
    const interfaces = [oldAbi, abi].filter((one) => one !== undefined).map((one) => new Interface(one as never[]));
    const fragments = new Map<string, { fragment: FunctionFragment; iface: Interface }>();
    for (const iface of interfaces) {
      for (const fragment of iface.fragments) {
        if (fragment instanceof FunctionFragment && fragment.constant) fragments.set(fragment.format("sighash"), { fragment, iface });
      }
    }
    const current = abi === undefined ? undefined : new Interface(abi as never[]);
    for (const { fragment, iface } of fragments.values()) {
      // A getter that the new version does not have is one difference, not one per argument.
      if (current !== undefined && current.getFunction(fragment.selector) === null) {
        getters.set(`${name}.${fragment.format("sighash")}`, { succeeded: side === "old", answer: side === "old" ? "there" : "removed" });
        continue;
      }
      const ask = async (list: readonly unknown[]): Promise<void> => {
        const outcome = await fork.call({ from: RELAYER, to: address, data: iface.encodeFunctionData(fragment, list) });
        const where = `${name}.${fragment.name}(${list.map(String).join(", ")})`;
        const answer = outcome.succeeded ? readable(iface, fragment, outcome.data) : `reverts: ${describeRevert(outcome.data, [iface])}`;
        getters.set(where, { succeeded: outcome.succeeded, answer });
      };
      await Promise.all(argumentLists(fragment, pool, LISTS).map(ask));
    }
  }
  return getters;
}

/** What existed before and answers otherwise now; a getter that did not answer before may do what it likes. */
export function compareGetters(old: Getters, current: Getters): Difference[] {
  const differences: Difference[] = [];
  for (const [where, before] of old) {
    const after = current.get(where);
    if (after === undefined || !before.succeeded || before.answer === after.answer) continue;
    const detail = after.succeeded ? "the getter answers otherwise after the upgrade alone" : "the getter answered before, and does not after the upgrade";
    differences.push({ where, before: before.answer, after: after.answer, detail, expected: false });
  }
  return differences;
}

function readable(iface: Interface, fragment: FunctionFragment, data: string): string {
  try {
    return iface.decodeFunctionResult(fragment, data).toArray(true).map(String).join(", ");
  } catch {
    return data;
  }
}
