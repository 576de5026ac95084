import { getAddress, isHexString } from "ethers";
import type { Operation } from "../../core/safe/transaction.js";

/** Thrown while one document is read; becomes the detail of FILE_MALFORMED. */
export class FieldError extends Error {}

/** An object of somebody else's document. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value of a field, which must be there. */
export function required(fields: Fields, name: string): unknown {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (value === undefined) throw new FieldError(`the field ${name} is missing`);
  return value;
}

/** An address in lower case or with its EIP-55 checksum, returned with checksum. */
export function addressField(fields: Fields, name: string): string {
  const value = required(fields, name);
  if (typeof value !== "string" || !/^0x[0-9a-fA-F]{40}$/.test(value))
    throw new FieldError(`${name} is ${shown(value)}, not an address of 20 bytes in hex`);
  try {
    return getAddress(value);
  } catch {
    throw new FieldError(`${name} is ${value}, whose checksum is wrong: a digit was changed or mistyped`);
  }
}

/** A whole number of up to 256 bits: a JSON integer, or text in decimal or 0x-hex. */
export function integerField(fields: Fields, name: string): bigint {
  const value = required(fields, name);
  const text = typeof value === "number" && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text !== "string" || !/^(\d{1,78}|0x[0-9a-fA-F]{1,64})$/.test(text))
    throw new FieldError(`${name} is ${shown(value)}, not a whole number`);
  const number = BigInt(text);
  if (number >= 1n << 256n) throw new FieldError(`${name} has more than 256 bits`);
  return number;
}

/** Bytes in hex, returned in lower case. */
export function bytesField(fields: Fields, name: string): string {
  const value = required(fields, name);
  if (typeof value !== "string" || !/^0x[0-9a-fA-F]*$/.test(value))
    throw new FieldError(`${name} is ${shown(value)}, not bytes in 0x-hex`);
  if (value.length % 2 !== 0) throw new FieldError(`${name} has an odd number of hex digits`);
  return value.toLowerCase();
}

/** 0 or 1. */
export function operationField(fields: Fields, name: string): Operation {
  const value = integerField(fields, name);
  if (value !== 0n && value !== 1n) throw new FieldError(`${name} is ${value}, neither 0 (call) nor 1 (delegatecall)`);
  return value === 1n ? 1 : 0;
}

export function textField(fields: Fields, name: string): string {
  const value = required(fields, name);
  if (typeof value !== "string") throw new FieldError(`${name} is ${shown(value)}, not text`);
  return value;
}

/** A 32-byte hash that the document may claim; undefined when it does not. */
export function claimedHash(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (!isHexString(value, 32)) throw new FieldError(`${name} is ${shown(value)}, not 32 bytes in hex`);
  return value.toLowerCase();
}

/** A value as it may stand in a sentence: short, and without control characters. */
export function shown(value: unknown): string {
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  return (JSON.stringify(value) ?? "nothing").slice(0, 60);
}
