import { ZeroAddress, getAddress, hexlify } from "ethers";
import type { ByteRange, DecodeWarning } from "../types.js";
import type { CallReader, InnerCall } from "./types.js";
import { arg, bytesOf } from "./values.js";

/** operation (1), to (20), value (32), length (32). */
const HEADER = 85;

/**
 * `multiSend(bytes)` of MultiSend and MultiSendCallOnly, 1.1.1 to 1.5.0: calls packed one after the other without
 * padding. Runs by delegatecall, so that each call comes from the Safe itself. Up to 1.4.1 a zero target is the zero
 * address; 1.5.0 calls the Safe itself, which is what is shown, being the worse of the two.
 */
export const readMultiSend: CallReader = (outer, args, data) => {
  const value = arg(args, 0);
  const packed = bytesOf(value);
  const base = packed.byteOffset - data.byteOffset;
  const calls: InnerCall[] = [];
  const warnings: DecodeWarning[] = [];
  const unexplained: ByteRange[] = [];
  let at = 0;
  while (at < packed.length) {
    if (at + HEADER > packed.length) {
      warnings.push({
        code: "truncated",
        at: base + at,
        detail: `${packed.length - at} bytes at the end are no whole call`,
      });
      unexplained.push({ start: base + at, end: base + packed.length });
      break;
    }
    const operation = packed[at] ?? 0;
    const target = getAddress(hexlify(packed.subarray(at + 1, at + 21)));
    const amount = BigInt(hexlify(packed.subarray(at + 21, at + 53)));
    const length = BigInt(hexlify(packed.subarray(at + 53, at + 85)));
    const start = at + HEADER;
    if (length > BigInt(packed.length - start)) {
      warnings.push({
        code: "truncated",
        at: base + at,
        detail: `a call states ${length} bytes of data, ${packed.length - start} are there`,
      });
      unexplained.push({ start: base + at, end: base + packed.length });
      break;
    }
    if (operation > 1) {
      warnings.push({
        code: "bad-operation",
        at: base + at,
        detail: `operation ${operation} is neither call nor delegatecall`,
      });
      unexplained.push({ start: base + at, end: base + at + 1 });
    }
    if (target === ZeroAddress)
      warnings.push({
        code: "zero-target",
        at: base + at + 1,
        detail: "the target is zero: MultiSend 1.5.0 calls the Safe itself instead",
      });
    calls.push({
      relation: "inner",
      from: outer.context,
      to: target === ZeroAddress ? outer.context : target,
      value: amount,
      operation: operation === 1 ? 1 : 0,
      data: packed.subarray(start, start + Number(length)),
    });
    at = start + Number(length);
  }
  return { calls, warnings, unexplained, explained: [{ value, text: `${calls.length} packed calls` }] };
};
