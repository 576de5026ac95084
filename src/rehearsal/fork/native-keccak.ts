import { keccak256 } from "ethers";

const EMPTY = keccak256("0x");

/**
 * Lets ethers hash with the keccak256 that Hardhat's EDR brings: on a contract's code it is some twenty times as fast. Where
 * there is none, or ethers' own is locked, everything stays as it is.
 */
export async function useNativeKeccak(): Promise<void> {
  try {
    const native = await import("hardhat/internal/native-crypto");
    if (`0x${Buffer.from(native.keccak256(new Uint8Array())).toString("hex")}` !== EMPTY) return;
    keccak256.register((data) => native.keccak256(data));
  } catch {
    // The hash is the same either way.
  }
}
