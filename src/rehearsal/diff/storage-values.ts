import { getAddress, toUtf8String } from "ethers";
import type { LayoutType } from "../../core/layout/types.js";

/** The bytes of a value within its word, as a person writes them. `raw` is the value's bytes, right-aligned. */
export function formatValue(raw: bigint, type: LayoutType | undefined, bytes: number): string {
  switch (type?.kind) {
    case "value":
      switch (type.family) {
        case "bool":
          return raw === 0n ? "false" : raw === 1n ? "true" : hexOf(raw, bytes);
        case "address":
        case "contract":
          return getAddress(hexOf(raw, 20));
        case "uint":
          return String(raw);
        case "int":
          return String(BigInt.asIntN(8 * type.bytes, raw));
        case "enum":
          return type.members?.[Number(raw)] ?? String(raw);
        default:
          return hexOf(raw, bytes);
      }
    case "array":
      return type.length === undefined ? `length ${raw}` : hexOf(raw, bytes);
    case "bytes":
      return shortBytes(raw, type.text);
    default:
      return hexOf(raw, bytes);
  }
}

/** A mapping's key, from the 32 bytes (or, for strings and bytes, the bytes) that were hashed. */
export function formatKey(key: string, type: LayoutType | undefined): string {
  if (type?.kind === "bytes") return type.text ? JSON.stringify(text(key)) : key;
  if (type?.kind === "value" && type.family === "fixedBytes") return key.slice(0, 2 + 2 * type.bytes);
  return formatValue(BigInt(key) & mask(type?.kind === "value" ? type.bytes : 32), type, 32);
}

/** The low `bytes` bytes, all ones. */
export function mask(bytes: number): bigint {
  return (1n << BigInt(8 * bytes)) - 1n;
}

function shortBytes(raw: bigint, isText: boolean): string {
  if ((raw & 1n) === 1n) return `length ${(raw - 1n) / 2n}`;
  const length = Number(raw & 0xffn) / 2;
  const content = hexOf(raw, 32).slice(0, 2 + 2 * length);
  return isText ? JSON.stringify(text(content)) : content;
}

function text(bytes: string): string {
  return toUtf8String(bytes, (_, __, ___, output) => {
    output.push(0xfffd);
    return 0;
  });
}

function hexOf(raw: bigint, bytes: number): string {
  return `0x${(raw & mask(bytes)).toString(16).padStart(2 * bytes, "0")}`;
}
