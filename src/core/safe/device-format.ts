import type { SafeHashes } from "./hashes.js";

/** The hashes as hardware wallets show them. */
export interface DeviceHashes {
  /** Ledger's Ethereum app with blind signing: domain hash and message hash, `0x` and upper-case digits. */
  ledger: { domainHash: string; messageHash: string };
  /** Lower case: Trezor Model One shows the first two (later models the fields), Safe{Wallet} and `approveHash` the third. */
  trezor: { domainHash: string; messageHash: string; safeTxHash: string };
}

/** The three hashes in the case that each device shows. */
export function deviceFormat({ domainHash, messageHash, safeTxHash }: SafeHashes): DeviceHashes {
  return {
    ledger: { domainHash: upper(domainHash), messageHash: upper(messageHash) },
    trezor: { domainHash, messageHash, safeTxHash },
  };
}

/** Groups of four digits, to compare by eye: `0x 1a2b 3c4d …`. */
export function grouped(hash: string): string {
  return `0x ${hash.slice(2).replace(/(.{4})(?=.)/g, "$1 ")}`;
}

function upper(hash: string): string {
  return `0x${hash.slice(2).toUpperCase()}`;
}
