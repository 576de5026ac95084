import { AbiCoder, dataSlice, keccak256, toBeHex } from "ethers";
import { ACCESS_CONTROL_SLOT, ACCESS_MANAGED_SLOT, OWNABLE_SLOT, TIMELOCK_SLOT } from "../proxy/slots.js";

/**
 * Where OpenZeppelin's contracts keep what a view function answers, so that the answer can be compared with proven
 * storage: the ERC-7201 place of version 5's upgradeable contracts, and the fixed place of the plain ones.
 */
export interface StandardSlots {
  /** Slots that only this value can be in: when one is set, it must be the answer. */
  namespaced: string[];
  /** Slots that hold it in plain contracts, and something else in others: they can confirm, not contradict. */
  plain: string[];
}

const WORD = (slot: bigint) => toBeHex(slot, 32);

/** The slots behind a call, or undefined for a function that is not known here. `data` is the whole call data. */
export function standardSlots(data: string): StandardSlots | undefined {
  const args = data.length > 10 ? dataSlice(data, 4) : "0x";
  switch (data.slice(0, 10)) {
    case "0x8da5cb5b": // owner()
      return { namespaced: [OWNABLE_SLOT], plain: [WORD(0n)] };
    case "0xbf7e214f": // authority()
      return { namespaced: [ACCESS_MANAGED_SLOT], plain: [WORD(0n)] };
    case "0x5c60da1b": // implementation() of UpgradeableBeacon
      return { namespaced: [], plain: [WORD(1n)] };
    case "0xf27a0c92": // getMinDelay()
      return { namespaced: [WORD(BigInt(TIMELOCK_SLOT) + 1n)], plain: [WORD(2n)] };
    case "0xd45c4435": // getTimestamp(bytes32)
      return { namespaced: [entry(args, TIMELOCK_SLOT)], plain: [entry(args, WORD(1n))] };
    case "0x91d14854": { // hasRole(bytes32,address)
      if (args.length !== 130) return undefined;
      const [role, account] = [dataSlice(args, 0, 32), dataSlice(args, 32, 64)];
      return {
        namespaced: [entry(account, entry(role, ACCESS_CONTROL_SLOT))],
        plain: [entry(account, entry(role, WORD(0n)))],
      };
    }
    default:
      return undefined;
  }
}

/** What proven words say about a call's answer. */
export function confirms(answer: string, slots: StandardSlots, word: (slot: string) => string): "confirmed" | "contradicted" | "unknown" {
  const value = BigInt(answer === "0x" ? 0 : answer);
  if (slots.namespaced.some((slot) => BigInt(word(slot)) !== 0n && BigInt(word(slot)) !== value)) return "contradicted";
  if ([...slots.namespaced, ...slots.plain].some((slot) => BigInt(word(slot)) === value && value !== 0n)) return "confirmed";
  // A role that is in neither place is nowhere; other zeros could stand elsewhere.
  return value === 0n && slots.namespaced.length > 0 && [...slots.namespaced, ...slots.plain].every((slot) => BigInt(word(slot)) === 0n)
    ? "confirmed"
    : "unknown";
}

function entry(key: string, base: string): string {
  return keccak256(AbiCoder.defaultAbiCoder().encode(["bytes32", "bytes32"], [key, base]));
}
