import type { AbiValue } from "../abi-value.js";

const EMPTY = new Uint8Array();

/** The argument at `index`; readers are only called with arguments of their own signature. */
export function arg(args: readonly AbiValue[], index: number): AbiValue {
  const value = args[index];
  if (!value) throw new RangeError(`no argument ${index}`);
  return value;
}

export const addressOf = (value: AbiValue): string => value.text ?? "";
export const numberOf = (value: AbiValue): bigint => value.number ?? 0n;
export const bytesOf = (value: AbiValue): Uint8Array => value.bytes ?? EMPTY;
export const itemsOf = (value: AbiValue): readonly AbiValue[] => value.items ?? [];
