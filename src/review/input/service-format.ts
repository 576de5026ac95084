import { ZeroAddress, isHexString } from "ethers";
import type { OwnerSignature } from "../../core/safe/signatures.js";
import { addressField, claimedHash, FieldError, integerField, isFields, textField, type Fields } from "./fields.js";
import { agreed, asked, LATEST, txFields } from "./safe-tx-format.js";
import type { SafeTxKnown, SafeTxRequest } from "./types.js";

/**
 * A multisig transaction as the Safe Transaction Service answers it (`/api/v1` and `/api/v2/multisig-transactions/HASH`).
 * It states neither chain nor version. Its hash, its confirmations and its decoding are claims.
 */
export function readServiceFormat(fields: Fields, known: SafeTxKnown): SafeTxRequest {
  const orZero = {
    ...fields,
    gasToken: fields.gasToken ?? ZeroAddress,
    refundReceiver: fields.refundReceiver ?? ZeroAddress,
  };
  const chainId = Object.hasOwn(fields, "chainId")
    ? agreed("chainId", integerField(fields, "chainId"), known.chainId)
    : known.chainId;
  const version = Object.hasOwn(fields, "version")
    ? agreed("version", textField(fields, "version"), known.version)
    : known.version;
  const confirmations: unknown = fields.confirmations ?? [];
  if (!Array.isArray(confirmations)) throw new FieldError("confirmations is not a list");
  const missing: string[] = [];
  return {
    format: "transaction-service",
    chainId: asked(missing, "the chain", chainId, "--chain-id", 0n),
    safe: agreed("safe", addressField(fields, "safe"), known.safe),
    version: asked(missing, "the Safe's version", version, "--safe-version", LATEST),
    tx: txFields(orZero),
    claims: {
      safeTxHash: claimedHash(fields, "safeTxHash") ?? claimedHash(fields, "contractTransactionHash"),
      signatures: confirmations.map(readConfirmation),
    },
    abis: [],
    approves: [],
    assumptions: [],
    missing,
  };
}

function readConfirmation(value: unknown): OwnerSignature {
  if (!isFields(value)) throw new FieldError("confirmations holds something that is no confirmation");
  const { signature } = value;
  if (signature !== null && signature !== undefined && !isHexString(signature))
    throw new FieldError("the signature of a confirmation is not bytes in hex");
  return { owner: addressField(value, "owner"), signature: typeof signature === "string" ? signature : "0x" };
}
