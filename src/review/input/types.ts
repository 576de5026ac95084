import type { AbiSource } from "../../core/decode/types.js";
import type { SafeTx } from "../../core/safe/transaction.js";
import type { OwnerSignature } from "../../core/safe/signatures.js";

/** The documents that `review --safe-tx` reads. */
export type SafeTxFormat = "safe-tx" | "transaction-builder" | "transaction-service" | "typed-data" | "calldata";

/** What the signer knows and a document may leave out. */
export interface SafeTxKnown {
  chainId?: bigint;
  safe?: string;
  version?: string;
  nonce?: bigint;
}

/** A Safe transaction as somebody else's document states it. */
export interface SafeTxRequest {
  format: SafeTxFormat;
  chainId: bigint;
  safe: string;
  version: string;
  tx: SafeTx;
  /** What the document says beside the fields; compared, never believed. */
  claims: {
    verifyingContract?: string;
    domainHash?: string;
    messageHash?: string;
    safeTxHash?: string;
    signatures: OwnerSignature[];
    /** Whether they came packed, as a Safe demands them: in the order of their owners. */
    packed?: boolean;
    /** What the document says twice, and differently. */
    contradictions?: string[];
  };
  /** Function names that the document brings. */
  abis: AbiSource[];
  /** Transactions of other Safes that this one approves. */
  approves: SafeTxRequest[];
  /** What was filled in because the document does not say it. */
  assumptions: string[];
  /** What neither the document nor the signer says; placeholders stand for it, and no hash can be computed. */
  missing: string[];
}
