import type { Operation } from "../safe/transaction.js";

/**
 * Where the name of a function comes from: a standard or a published contract that this tool knows; source that was
 * rebuilt and matches the code on chain; an ABI that the signer brought; one that only the document under review brings;
 * nothing.
 */
export type Provenance = "built-in" | "rebuilt source" | "your ABI" | "claimed" | "unknown";

/** Bytes `start` to `end` (exclusive) of a call's data. */
export interface ByteRange {
  start: number;
  end: number;
}

export type WarningCode =
  | "unknown-function"
  | "undecodable-arguments"
  | "offset"
  | "overlap"
  | "dirty-padding"
  | "missing-padding"
  | "trailing-bytes"
  | "gap"
  | "invalid-utf8"
  | "opaque-bytes"
  | "opaque-call"
  | "callback-bytes"
  | "value-mismatch"
  | "name-conflict"
  | "truncated"
  | "bad-operation"
  | "zero-target"
  | "length-mismatch"
  | "limit";

export interface DecodeWarning {
  code: WarningCode;
  detail: string;
  /** Byte of this call's data where it was seen. */
  at?: number;
}

export interface DecodedArg {
  name: string;
  /** ABI type, `uint256`, `(address,uint256)[]`. */
  type: string;
  /** Integers in decimal, addresses with checksum, bytes in hex; absent when `items` or `call` stand for it. */
  value?: string;
  items?: DecodedArg[];
  /** Path of the call that these bytes are. */
  call?: string;
}

/**
 * How a call comes about: `transaction` is the root; `inner` is made by the contract when the call runs; `deferred` is
 * only announced by it (a timelock's schedule); `guess` are bytes that decode as a call, and may be one.
 */
export type Relation = "transaction" | "inner" | "deferred" | "guess";

export interface DecodedCall {
  /** "0" for the root, "0.2.1" for the second call of its third call. */
  path: string;
  relation: Relation;
  chainId: string;
  /** Who makes the call, as far as it follows from the data: under a delegatecall, the delegating contract. */
  from?: string;
  /** Absent when the data does not say whom it calls. */
  to?: string;
  /** Wei, in decimal. */
  value: string;
  operation: Operation;
  /** Whose code runs when that is not `to`'s own: the implementation that the proxy `to` gets in the same call. */
  via?: string;
  selector?: string;
  /** Signature, `transfer(address,uint256)`; absent when unknown or when there is no data. */
  function?: string;
  /** The contract or standard that `function` was taken from. */
  contract?: string;
  provenance: Provenance;
  args: DecodedArg[];
  /** Values that follow from the arguments, such as a timelock operation's id. */
  notes: { name: string; value: string }[];
  /** Bytes of data; of these, explained here or in the calls within. */
  size: number;
  accounted: number;
  /** What is not explained in this call, calls within not counted. */
  unexplained: ByteRange[];
  warnings: DecodeWarning[];
  calls: DecodedCall[];
}

/** One source of function names. Fragments are human-readable (`function f(uint256)`) or JSON ABI entries. */
export interface AbiSource {
  contract: string;
  provenance: Exclude<Provenance, "unknown">;
  /** Where the ABI applies; without it, to calls of any address. */
  address?: string;
  fragments: readonly unknown[];
}

export interface DecodeLimits {
  /** Calls within calls. */
  depth: number;
  /** Calls in the whole tree. */
  calls: number;
  /** Bytes of the root's data; EIP-7825 keeps a transaction far below the default. */
  bytes: number;
}

export const DEFAULT_LIMITS: DecodeLimits = { depth: 24, calls: 30_000, bytes: 2 * 1024 * 1024 };

export interface DecodeContext {
  abis?: readonly AbiSource[];
  /** keccak256 of init code that was rebuilt from source → contract name. */
  initCodes?: ReadonlyMap<string, string>;
  limits?: Partial<DecodeLimits>;
}
