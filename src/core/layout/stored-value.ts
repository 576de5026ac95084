import { elementary } from "./type-from-ast.js";
import type { ValueType } from "./types.js";

/** The value type behind a printed type name; undefined for enums, mappings and everything whose name does not say enough. */
export function valueTypeOf(label: string): ValueType | undefined {
  if (label.startsWith("contract ")) return { kind: "value", label, bytes: 20, family: "contract" };
  const type = elementary(label);
  return type.kind === "value" ? type : undefined;
}

/** `bytes` low-order bytes of the words that start at a slot, from `offset` on, as one number. `words` are consecutive. */
export function bytesAt(words: bigint[], offset: number, bytes: number): bigint {
  const all = words.reduceRight((sum, word) => (sum << 256n) | word, 0n);
  return (all >> BigInt(offset * 8)) & ((1n << BigInt(bytes * 8)) - 1n);
}

/** What a raw stored number means as this type: signed numbers with their sign, fixed bytes from the left, booleans 0 or 1. */
export function meaningOf(raw: bigint, type: ValueType): bigint {
  const bits = BigInt(type.bytes * 8);
  const value = raw & ((1n << bits) - 1n);
  if (type.family === "int") return BigInt.asIntN(type.bytes * 8, value);
  if (type.family === "fixedBytes") return value << (256n - bits);
  if (type.family === "bool") return value === 0n ? 0n : 1n;
  return value;
}
