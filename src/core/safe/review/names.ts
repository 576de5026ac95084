import type { Trust } from "../../schema/trust.js";
import { SAFE_CONTRACTS } from "../known-code.js";
import type { ChainFacts } from "./types.js";

const PUBLIC: readonly (readonly [string, string])[] = [
  ["0xcA11bde05977b3631167028862bE2a173976CA11", "Multicall3"],
  ["0x914d7Fec6aaC8cd542e72Bca78B30650d45643d7", "Safe singleton factory"],
  ["0x4e59b44847b379578588920cA78FbF26c0B4956C", "Deterministic deployment proxy"],
];
const PERMIT2: readonly [string, string] = ["0x000000000022D473030F116dDEE9F6B43aC78BA3", "Permit2"];

/** Published contracts that serve everybody, by lower-case address. */
export const PUBLISHED: ReadonlyMap<string, string> = new Map([
  ...SAFE_CONTRACTS.map(({ address, name, version }): [string, string] => [address.toLowerCase(), `${name} ${version}`]),
  ...PUBLIC.map(([address, name]): [string, string] => [address.toLowerCase(), name]),
]);

/** The name of a published contract that serves everybody and owns nothing: what it holds or may take, anybody can. */
export function publicHelper(address: string): string | undefined {
  return PUBLISHED.get(address.toLowerCase());
}

/** What the signer's trust file knows, by lower-case address: its labels last, so that they win. */
export function trustedNames(trust: Trust | undefined, safe: string): Map<string, string> {
  const names = new Map([[safe.toLowerCase(), "this Safe"]]);
  if (!trust) return names;
  const add = (addresses: readonly (string | null)[], name: string): void => {
    for (const address of addresses) if (address !== null && !names.has(address.toLowerCase())) names.set(address.toLowerCase(), name);
  };
  for (const { address, owners, modules, guard, fallbackHandler } of trust.safes) {
    add([address], "Safe of your trust file");
    add(owners, "owner of a Safe of your trust file");
    add([...modules, guard, fallbackHandler], "part of a Safe of your trust file");
  }
  add(trust.timelocks.map(({ address }) => address), "timelock of your trust file");
  for (const { address, implementation, admin } of trust.proxies) {
    add([address], "proxy of your trust file");
    add([implementation, admin], "implementation or admin of your trust file");
  }
  for (const { address, kind } of trust.accounts) add([address], `${kind} of your trust file`);
  for (const [address, label] of Object.entries(trust.labels)) names.set(address.toLowerCase(), label);
  return names;
}

/**
 * Names by lower-case address: published contracts, whoever owns the Safe by the signer's own endpoint, then whatever
 * the trust file knows.
 */
export function addressNames(trusted: ReadonlyMap<string, string>, live: ChainFacts["safe"]): Map<string, string> {
  const owners = (live?.owners ?? []).map((owner): [string, string] => [owner.toLowerCase(), "owner of this Safe"]);
  return new Map([...PUBLISHED, [PERMIT2[0].toLowerCase(), PERMIT2[1]], ...owners, ...trusted]);
}
