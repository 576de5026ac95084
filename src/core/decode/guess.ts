import type { AbiValue } from "./abi-value.js";
import type { InnerCall, OuterCall } from "./calls/types.js";

/**
 * Bytes among the arguments of a function that nobody here knows the inside of, each of which could be a call: contracts
 * ignore what follows the arguments, so that the length says nothing. The only address beside them may be the target.
 */
export function possibleCalls(outer: OuterCall, args: readonly AbiValue[]): InnerCall[] {
  const found: InnerCall[] = [];
  const visit = (values: readonly AbiValue[]): void => {
    const addresses = values.filter(({ type }) => type === "address");
    for (const value of values) {
      if (value.items) visit(value.items);
      else if (value.type === "bytes" && value.bytes && value.bytes.length > 0)
        found.push({
          relation: "guess",
          from: outer.context,
          to: addresses.length === 1 ? addresses[0]?.text : undefined,
          value: 0n,
          operation: 0,
          data: value.bytes,
          carrier: value,
        });
    }
  };
  visit(args);
  return found;
}

/** At least a selector, and whole words: how an encoder writes a call. */
export function looksLikeCall(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && (bytes.length - 4) % 32 === 0;
}
