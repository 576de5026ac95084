import { hexlify, type ParamType } from "ethers";
import type { DecodedArg } from "./types.js";

/** A decoded value that still knows its bytes, so that calls within can be read without a copy. */
export interface AbiValue {
  name: string;
  type: string;
  /** Text of a leaf that is not bytes. */
  text?: string;
  /** Integer of a leaf that has one. */
  number?: bigint;
  /** A view on the call's data, for `bytes` and `bytesN`. */
  bytes?: Uint8Array;
  items?: AbiValue[];
  /** Set when a call was read from `bytes`. */
  carried?: string;
}

/** The plain form of a value, for documents. */
export function toDecodedArg(value: AbiValue): DecodedArg {
  const { name, type } = value;
  if (value.items) return { name, type, items: value.items.map(toDecodedArg) };
  if (value.carried !== undefined) return { name, type, call: value.carried };
  return { name, type, value: value.bytes ? hexlify(value.bytes) : (value.text ?? "") };
}

const texts = new WeakMap<ParamType, string>();

/** A type as it stands in a signature: the same whether it was read from JSON or from text. */
export function typeText(type: ParamType): string {
  const known = texts.get(type) ?? type.format("sighash");
  texts.set(type, known);
  return known;
}

const dynamic = new WeakMap<ParamType, boolean>();

/** Whether a type stands behind an offset (Contract ABI specification, "dynamic types"). */
export function isDynamic(type: ParamType): boolean {
  const known = dynamic.get(type);
  if (known !== undefined) return known;
  const result =
    type.baseType === "bytes" ||
    type.baseType === "string" ||
    (type.arrayChildren !== null && (type.arrayLength === -1 || isDynamic(type.arrayChildren))) ||
    (type.components?.some(isDynamic) ?? false);
  dynamic.set(type, result);
  return result;
}

/** Bytes that a type takes up in the head of its tuple. */
export function headSize(type: ParamType): number {
  if (isDynamic(type)) return 32;
  if (type.arrayChildren) return (type.arrayLength ?? 0) * headSize(type.arrayChildren);
  if (type.components) return type.components.reduce((sum, component) => sum + headSize(component), 0);
  return 32;
}
