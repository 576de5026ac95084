import { getAddress, isAddress } from "ethers";
import { z } from "zod";

/** The values that canonical documents are made of. Each schema accepts the canonical spelling only. */

/** A non-negative integer of up to 256 bits as a decimal string without leading zeros. */
export const integer = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,77})$/, "expected a decimal integer as a string")
  .refine((value) => !/^[0-9]{78}$/.test(value) || BigInt(value) < 1n << 256n, "expected at most 256 bits");

/** Bytes of any length, 0x-prefixed lower-case hex. */
export const bytes = z.string().regex(/^0x([0-9a-f]{2})*$/, "expected bytes in lower-case hex");

/** 32 bytes, 0x-prefixed lower-case hex. */
export const bytes32 = z.string().regex(/^0x[0-9a-f]{64}$/, "expected 32 bytes in lower-case hex");

/** An address with its EIP-55 checksum. */
export const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, "expected an address")
  // zod refines even what the pattern has refused, and getAddress throws on that.
  .refine((value) => !isAddress(value.toLowerCase()) || getAddress(value.toLowerCase()) === value, "expected an address with its EIP-55 checksum");
