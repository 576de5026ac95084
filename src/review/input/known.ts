import { getAddress } from "ethers";
import { DrydockError, ERRORS } from "../../errors/drydock-error.js";
import type { SafeTxKnown } from "./types.js";

/** What the signer states on the command line about a transaction whose document leaves it out. */
export interface KnownArguments {
  chainId?: string | undefined;
  safe?: string | undefined;
  safeVersion?: string | undefined;
  nonce?: string | undefined;
}

/** @throws DrydockError ARGUMENT, BAD_ADDRESS. */
export function knownOf({ chainId, safe, safeVersion, nonce }: KnownArguments): SafeTxKnown {
  return {
    ...(chainId === undefined ? {} : { chainId: wholeNumber(chainId, "--chain-id") }),
    ...(safe === undefined ? {} : { safe: checkedAddress(safe) }),
    ...(safeVersion === undefined ? {} : { version: safeVersion }),
    ...(nonce === undefined ? {} : { nonce: wholeNumber(nonce, "--nonce") }),
  };
}

function wholeNumber(value: string, option: string): bigint {
  if (/^\d{1,78}$/.test(value)) return BigInt(value);
  throw new DrydockError(ERRORS.ARGUMENT, { detail: `${option} is not a whole number`, verb: "review" });
}

function checkedAddress(value: string): string {
  try {
    return getAddress(value);
  } catch {
    const reason = "it is not 20 bytes in hex, or its checksum is wrong";
    throw new DrydockError(ERRORS.BAD_ADDRESS, { value: JSON.stringify(value.slice(0, 60)), reason });
  }
}
