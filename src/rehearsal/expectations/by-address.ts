import { getAddress } from "ethers";
import type { Expectations } from "../../core/schema/expectations.js";
import type { PlanCore } from "../../core/schema/plan.js";
import type { KnownContract } from "../types.js";

/**
 * The same expectations with addresses in place of the author's names, as they are sealed: a signer has other names for the
 * same contracts, or none. What is no name of `known` stays. Authority stays, too: it is shown, and judged by no signer.
 */
export function byAddress(expectations: Expectations, known: readonly KnownContract[], plan: Pick<PlanCore, "safe" | "timelock">): Expectations {
  const addresses = new Map([
    ["safe", getAddress(plan.safe)],
    ["timelock", getAddress(plan.timelock)],
    ...known.map(({ name, address }): [string, string] => [name.toLowerCase(), getAddress(address)]),
  ]);
  const at = <T extends { contract: string }>(declared: T): T => ({ ...declared, contract: addressFor(declared.contract) });
  const addressFor = (name: string): string => addresses.get(name.toLowerCase()) ?? name;
  return {
    ...expectations,
    storage: expectations.storage.map(at),
    accounts: expectations.accounts.map((declared) => ({
      ...at(declared),
      ...(declared.token === undefined ? {} : { token: addressFor(declared.token) }),
    })),
    events: expectations.events.map(at),
  };
}
