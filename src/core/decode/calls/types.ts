import type { Operation } from "../../safe/transaction.js";
import type { AbiValue } from "../abi-value.js";
import type { ByteRange, DecodeWarning, Relation } from "../types.js";

/** The call whose arguments a {@link CallReader} looks into. */
export interface OuterCall {
  from: string | undefined;
  to: string | undefined;
  /** Whose storage the called code works on, and who its own calls come from: `to`, or `from` under a delegatecall. */
  context: string | undefined;
  operation: Operation;
  value: bigint;
}

/** A call found inside the arguments of another. */
export interface InnerCall {
  relation: Exclude<Relation, "transaction">;
  from: string | undefined;
  to: string | undefined;
  value: bigint;
  operation: Operation;
  data: Uint8Array;
  via?: string;
  /** The argument that these bytes are, so that it is shown once. Left out when it holds more than this call. */
  carrier?: AbiValue;
}

export interface InnerCalls {
  calls: InnerCall[];
  notes?: { name: string; value: string }[];
  warnings?: DecodeWarning[];
  /** In bytes of the outer call's data. */
  unexplained?: ByteRange[];
  /** Set when an argument was explained piece by piece, with the text to show instead of its bytes. */
  explained?: { value: AbiValue; text: string }[];
}

/** Knows what the arguments of one function make its contract call. */
export type CallReader = (outer: OuterCall, args: readonly AbiValue[], data: Uint8Array) => InnerCalls;
