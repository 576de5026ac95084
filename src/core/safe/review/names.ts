import type { Trust } from "../../schema/trust.js";
import { SAFE_CONTRACTS } from "../known-code.js";

const PUBLIC: readonly (readonly [string, string])[] = [
  ["0xcA11bde05977b3631167028862bE2a173976CA11", "Multicall3"],
  ["0x000000000022D473030F116dDEE9F6B43aC78BA3", "Permit2"],
  ["0x914d7Fec6aaC8cd542e72Bca78B30650d45643d7", "Safe singleton factory"],
  ["0x4e59b44847b379578588920cA78FbF26c0B4956C", "Deterministic deployment proxy"],
];

/** Names by lower-case address: published contracts, then whatever the trust file knows, its labels last. */
export function addressNames(trust: Trust | undefined, safe: string): Map<string, string> {
  const names = new Map<string, string>();
  for (const { address, name, version } of SAFE_CONTRACTS) names.set(address.toLowerCase(), `${name} ${version}`);
  for (const [address, name] of PUBLIC) names.set(address.toLowerCase(), name);
  names.set(safe.toLowerCase(), "this Safe");
  if (!trust) return names;
  for (const { address } of trust.safes) names.set(address.toLowerCase(), "Safe of your trust file");
  for (const { address } of trust.timelocks) names.set(address.toLowerCase(), "timelock of your trust file");
  for (const { address } of trust.proxies) names.set(address.toLowerCase(), "proxy of your trust file");
  for (const { address, kind } of trust.accounts) names.set(address.toLowerCase(), `${kind} of your trust file`);
  for (const [address, label] of Object.entries(trust.labels)) names.set(address.toLowerCase(), label);
  return names;
}
