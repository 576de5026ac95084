import { ACCESS_CONTROL_SLOT, ADMIN_SLOT, BEACON_SLOT, IMPLEMENTATION_SLOT, INITIALIZABLE_SLOT, OWNABLE_SLOT, ZOS_ADMIN_SLOT, ZOS_IMPLEMENTATION_SLOT } from "../../core/proxy/slots.js";
import { decidesAuthority } from "../../core/layout/names.js";
import type { StateDiff } from "../diff/transaction-diff.js";
import type { SlotNamer } from "../diff/compare.js";
import type { ForkLog } from "../fork/fork.js";
import { id } from "ethers";

const PRIVILEGED_SLOTS = new Set([
  IMPLEMENTATION_SLOT, ADMIN_SLOT, BEACON_SLOT, OWNABLE_SLOT, INITIALIZABLE_SLOT, ACCESS_CONTROL_SLOT, ZOS_ADMIN_SLOT, ZOS_IMPLEMENTATION_SLOT,
]);
const PRIVILEGED_TOPICS = new Map([
  [id("RoleGranted(bytes32,address,address)"), "a role was granted"],
  [id("RoleRevoked(bytes32,address,address)"), "a role was revoked"],
  [id("OwnershipTransferred(address,address)"), "the owner changed"],
  [id("Upgraded(address)"), "the implementation changed"],
  [id("AdminChanged(address,address)"), "the proxy admin changed"],
  [id("BeaconUpgraded(address)"), "the beacon changed"],
  [id("Initialized(uint64)"), "it was initialized"],
  [id("Initialized(uint8)"), "it was initialized"],
]);

/** What in a transaction's effects decides over authority: in words, empty for nothing. */
export function privilegedEffects(diff: StateDiff, logs: readonly ForkLog[], nameSlot: SlotNamer): string[] {
  const effects = new Set<string>();
  for (const [address, { storage, code }] of diff) {
    if (code !== undefined && code.before !== null) effects.add(`the code of ${address} changed`);
    for (const [slot, { before, after }] of storage) {
      if (PRIVILEGED_SLOTS.has(slot)) effects.add(`${address} slot ${slot} changed`);
      for (const { name } of nameSlot(address, slot, before, after) ?? []) {
        const label = name.replace(/\[.*$/, "").split(/[.:]/).at(-1) ?? name;
        if (decidesAuthority(label)) effects.add(`${name} of ${address} changed`);
      }
    }
  }
  for (const { topics, address } of logs) {
    const effect = PRIVILEGED_TOPICS.get(topics[0] ?? "");
    if (effect !== undefined) effects.add(`${effect} (${address})`);
  }
  return [...effects];
}
