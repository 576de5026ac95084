import type { DecodeContext, DecodedCall } from "../../decode/types.js";
import type { Finding, NotRun } from "../../finding.js";
import type { Trust } from "../../schema/trust.js";
import type { SafeHashes } from "../hashes.js";
import type { SafeTx } from "../transaction.js";

/** What the signer's own endpoint says, all at one block. Addresses as keys are lower-case. */
export interface ChainFacts {
  block: bigint;
  safe?: {
    version: string;
    singletonCodeHash: string;
    nonce: bigint;
    owners: readonly string[];
    threshold: number;
    modules: readonly string[];
    guard: string | null;
    fallbackHandler: string | null;
  };
  /** keccak256 of the runtime code; null where there is none. */
  codeHashes: ReadonlyMap<string, string | null>;
  timelocks: ReadonlyMap<string, TimelockFacts>;
  /** `totalSupply()` of tokens that somebody is approved for; left out where the contract does not answer it. */
  supplies?: ReadonlyMap<string, bigint>;
  /** Signed transactions of this Safe that can still be executed, other than the one under review. */
  outstanding?: readonly { nonce: bigint; safeTxHash: string; signatures: number; summary: string }[];
}

export interface TimelockFacts {
  minDelay: bigint;
  openExecutor: boolean;
  /** State of the operations that the transaction names, by id. */
  operations: ReadonlyMap<string, "unset" | "waiting" | "ready" | "done">;
  /** Ids of the operations that wait or are ready; looked for only where anybody may execute them. */
  pending: readonly string[];
  /** Why they could not be read; `pending` says nothing then. */
  pendingUnread?: string;
}

export interface SafeTransactionInput {
  chainId: bigint;
  safe: string;
  version: string;
  tx: SafeTx;
  trust?: Trust;
  chainFacts?: ChainFacts;
  context?: DecodeContext;
  /** Transactions of other Safes whose hashes this one may approve; each is reviewed, too, with what was read for it. */
  approves?: readonly Omit<SafeTransactionInput, "trust" | "approves">[];
  /** Implementations that a reviewed plan gives, by lower-case address of the proxy. Other changes of code stay red. */
  planned?: ReadonlyMap<string, string>;
}

export interface SafeTransactionReview {
  hashes: SafeHashes;
  decoded: DecodedCall;
  findings: Finding[];
  /** What could not be checked with what was at hand. */
  notRun: NotRun[];
  /** The transactions that `approveHash` agrees to, with their hashes and calls. */
  approved: { safe: string; hashes: SafeHashes; decoded: DecodedCall }[];
}

/** What a rule looks at. */
export interface RuleInput extends SafeTransactionInput {
  root: DecodedCall;
  /** Every call of the tree, parents first. */
  calls: readonly DecodedCall[];
  /** Names by lower-case address: the trust file's, the live owners, and what this tool knows. */
  names: ReadonlyMap<string, string>;
  /** Names by lower-case address of what the signer trusts: this Safe, and whatever the trust file knows. */
  trusted: ReadonlyMap<string, string>;
}

export interface RuleResult {
  findings: Finding[];
  notRun?: NotRun[];
}

/** One thing that an attacker would do. */
export type SafeRule = (input: RuleInput) => RuleResult;
