import { getAddress, isAddress, keccak256, toUtf8Bytes } from "ethers";

/** What a Drydock document may hold: no floats (integers travel as decimal strings), no undefined, no bigint. */
export type Json = null | boolean | string | number | Json[] | { [key: string]: Json };

/**
 * JSON Canonicalization Scheme (RFC 8785) for documents without floats: keys in UTF-16 code unit order, no white space.
 * `undefined` members are left out, bigints become decimal strings.
 *
 * @throws TypeError for a number that is not a safe integer, a lone surrogate, a function or a symbol.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === "boolean") return JSON.stringify(value);
  if (typeof value === "string") {
    if (!value.isWellFormed()) throw new TypeError("a string with a lone surrogate has no canonical form");
    return JSON.stringify(value);
  }
  if (typeof value === "bigint") return JSON.stringify(value.toString());
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new TypeError(`${value} is not a safe integer`);
    return JSON.stringify(value === 0 ? 0 : value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object") {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${canonicalJson(key)}:${canonicalJson(member)}`);
    return `{${members.join(",")}}`;
  }
  throw new TypeError(`a ${typeof value} has no canonical form`);
}

/** keccak256 of the canonical form, 0x-prefixed lower-case hex. */
export function canonicalHash(value: unknown): string {
  return keccak256(toUtf8Bytes(canonicalJson(value)));
}

/** The EIP-55 form of an address in any case, as canonical documents hold it. */
export function canonicalAddress(address: string): string {
  if (!isAddress(address.toLowerCase())) throw new TypeError(`${address} is not an address`);
  return getAddress(address.toLowerCase());
}
