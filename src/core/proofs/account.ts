import { verifyMerkleProof } from "@ethereumjs/mpt";
import { decodeRlp, getBytes, hexlify, toBeHex } from "ethers";
import { EMPTY_CODE_HASH } from "../proxy/bytecode.js";

/** An account as the state trie holds it. */
export interface ProvenAccount {
  nonce: bigint;
  /** Wei. */
  balance: bigint;
  storageRoot: string;
  codeHash: string;
}

/** Root of the empty trie: keccak256 of the RLP of the empty string. */
export const EMPTY_TRIE_ROOT = "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421";

/**
 * Proves an account of EIP-1186 (`eth_getProof`) against a block's state root. An account that is proven not to exist is
 * one with nothing.
 *
 * @throws Error if the proof does not lead from the root to the account.
 */
export async function proveAccount(stateRoot: string, address: string, proof: readonly string[]): Promise<ProvenAccount> {
  const value = await prove(stateRoot, getBytes(address), proof);
  if (value === null) return { nonce: 0n, balance: 0n, storageRoot: EMPTY_TRIE_ROOT, codeHash: EMPTY_CODE_HASH };
  const fields = decodeRlp(value);
  if (!Array.isArray(fields) || fields.length !== 4 || fields.some((field) => typeof field !== "string")) {
    throw new Error("the state trie holds no account there");
  }
  const [nonce, balance, storageRoot, codeHash] = fields as [string, string, string, string];
  return { nonce: number(nonce), balance: number(balance), storageRoot, codeHash };
}

/**
 * Proves the word at `slot` (32 bytes) against an account's storage root; a slot that is proven absent holds zero.
 *
 * @throws Error if the proof does not lead from the root to the slot.
 */
export async function proveStorage(storageRoot: string, slot: string, proof: readonly string[]): Promise<string> {
  if (storageRoot === EMPTY_TRIE_ROOT) return toBeHex(0n, 32);
  const value = await prove(storageRoot, getBytes(slot), proof);
  if (value === null) return toBeHex(0n, 32);
  const word = decodeRlp(value);
  if (typeof word !== "string") throw new Error("the storage trie holds no word there");
  return toBeHex(number(word), 32);
}

async function prove(root: string, key: Uint8Array, proof: readonly string[]): Promise<string | null> {
  if (proof.length === 0) throw new Error("the proof is empty");
  const value = await verifyMerkleProof(key, proof.map((node) => getBytes(node)), { root: getBytes(root), useKeyHashing: true });
  return value === null ? null : hexlify(value);
}

function number(hex: string): bigint {
  return hex === "0x" ? 0n : BigInt(hex);
}
