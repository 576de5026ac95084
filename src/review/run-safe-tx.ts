import { getAddress } from "ethers";
import type { ChainPort } from "../chain/port.js";
import { DrydockError, ERRORS } from "../errors/drydock-error.js";
import { readSafeTxFile } from "./input/read-safe-tx.js";
import type { SafeTxKnown } from "./input/types.js";
import { reviewSafeTxRequest, type SafeTxAnswer } from "./safe-tx.js";
import { findTrust } from "./trust-file.js";

/** The options of `review --safe-tx` as the command line gives them. */
export interface SafeTxArguments {
  safeTx: string;
  chainId?: string | undefined;
  safe?: string | undefined;
  safeVersion?: string | undefined;
  nonce?: string | undefined;
  trust?: string | undefined;
}

/**
 * `review --safe-tx FILE`, for the Hardhat task and for the standalone command.
 *
 * @param trustFile where the trust file is looked for when none is named.
 * @param chain opens the signer's endpoint; undefined when offline.
 */
export async function runSafeTxReview(
  args: SafeTxArguments,
  trustFile: string,
  chain: (() => Promise<{ port: ChainPort; network: string }>) | undefined,
): Promise<SafeTxAnswer> {
  const request = await readSafeTxFile(args.safeTx, knownOf(args));
  const trust = await findTrust(args.trust, trustFile, request.chainId);
  return reviewSafeTxRequest(request, { ...(trust ? { trust } : {}), ...(chain ? { chain: await chain() } : {}) });
}

function knownOf({ chainId, safe, safeVersion, nonce }: SafeTxArguments): SafeTxKnown {
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
    throw new DrydockError(ERRORS.BAD_ADDRESS, {
      value: JSON.stringify(value.slice(0, 60)),
      reason: "it is not 20 bytes in hex, or its checksum is wrong",
    });
  }
}
