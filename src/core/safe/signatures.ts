import { concat, dataLength, dataSlice, getBytes, hashMessage, isHexString, recoverAddress, toBeHex, zeroPadValue } from "ethers";
import { DrydockError, ERRORS, reasonOf } from "../../errors/drydock-error.js";

/** One owner's agreement: 65 bytes r, s, v; or, with `contract`, the EIP-1271 bytes that the owner contract accepts. */
export interface OwnerSignature {
  owner: string;
  signature: string;
  contract?: boolean;
}

/** How a Safe reads the last byte of a 65-byte signature. */
export type SignatureKind = "eip712" | "eth_sign" | "approved-hash" | "contract";

/** Order (n) of secp256k1; a Safe accepts both halves, ethers refuses the upper one. */
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/**
 * The `signatures` argument of `execTransaction`: sorted by owner as `checkNSignatures` demands, contract signatures
 * (EIP-1271) as r = owner, s = offset, v = 0 with their bytes behind the fixed part.
 *
 * @throws DD152 for a signature that is not 65 bytes, or an owner twice.
 */
export function packSignatures(signatures: readonly OwnerSignature[]): string {
  const sorted = [...signatures].sort((a, b) => (BigInt(a.owner) < BigInt(b.owner) ? -1 : 1));
  let offset = BigInt(sorted.length * 65);
  const heads: string[] = [];
  const tails: string[] = [];
  sorted.forEach(({ owner, signature, contract }, index) => {
    if (index > 0 && BigInt(owner) === BigInt(sorted[index - 1]?.owner ?? 0))
      throw badSignature(owner, "the transaction", "this owner signed twice");
    if (contract) {
      const tail = concat([toBeHex(dataLength(signature), 32), signature]);
      heads.push(concat([zeroPadValue(owner, 32), toBeHex(offset, 32), "0x00"]));
      tails.push(tail);
      offset += BigInt(dataLength(tail));
    } else {
      requireLength(signature, owner, "the transaction");
      heads.push(signature);
    }
  });
  return concat([...heads, ...tails]);
}

/** The signature that stands for an owner who called `approveHash`, or who sends the transaction: r = owner, v = 1. */
export function approvedHashSignature(owner: string): string {
  return concat([zeroPadValue(owner, 32), toBeHex(0, 32), "0x01"]);
}

/** What a Safe (1.0 and later) would take the 65 bytes for, by their last byte. */
export function signatureKind(signature: string): SignatureKind {
  requireLength(signature, "its owner", "the transaction");
  const v = getBytes(signature)[64] ?? 0;
  if (v === 0) return "contract";
  if (v === 1) return "approved-hash";
  return v > 30 ? "eth_sign" : "eip712";
}

/**
 * The address whose key made a 65-byte signature over `safeTxHash`: over the hash itself (v 27 or 28), or over its
 * `eth_sign` message (v 31 or 32).
 *
 * @throws DD152 for another v: approvals and contract signatures can only be checked on chain.
 */
export function recoverOwner(safeTxHash: string, signature: string): string {
  requireLength(signature, "an owner", safeTxHash);
  const kind = signatureKind(signature);
  const v = getBytes(signature)[64] ?? 0;
  const recovery = kind === "eth_sign" ? v - 4 : v;
  if ((kind !== "eip712" && kind !== "eth_sign") || (recovery !== 27 && recovery !== 28))
    throw badSignature("an owner", safeTxHash, `v is ${v}, so that no key can be recovered from it`);
  const digest = kind === "eth_sign" ? hashMessage(getBytes(safeTxHash)) : safeTxHash;
  try {
    return recoverAddress(digest, lowS(dataSlice(signature, 0, 32), dataSlice(signature, 32, 64), recovery));
  } catch (error) {
    throw badSignature("an owner", safeTxHash, reasonOf(error));
  }
}

function lowS(r: string, s: string, v: number): { r: string; s: string; v: number } {
  const value = BigInt(s);
  return value > HALF_ORDER && value < ORDER ? { r, s: toBeHex(ORDER - value, 32), v: 55 - v } : { r, s, v };
}

function requireLength(signature: string, owner: string, hash: string): void {
  if (!isHexString(signature, 65)) throw badSignature(owner, hash, "it is not 65 bytes of hex");
}

function badSignature(owner: string, hash: string, detail: string): DrydockError {
  return new DrydockError(ERRORS.BAD_SIGNATURE, { owner, hash, detail });
}
