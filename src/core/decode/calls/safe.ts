import { hexlify } from "ethers";
import type { AbiValue } from "../abi-value.js";
import type { CallReader, InnerCall, OuterCall } from "./types.js";
import { addressOf, arg, bytesOf, numberOf } from "./values.js";

/** A call that the Safe `outer.context` makes: to, value, data, operation in this order. */
function safeCall(outer: OuterCall, args: readonly AbiValue[]): InnerCall {
  const carrier = arg(args, 2);
  return {
    relation: "inner",
    from: outer.context,
    to: addressOf(arg(args, 0)),
    value: numberOf(arg(args, 1)),
    data: bytesOf(carrier),
    operation: numberOf(arg(args, 3)) === 1n ? 1 : 0,
    carrier,
  };
}

function operationWarning(operation: AbiValue): { code: "bad-operation"; detail: string }[] {
  return numberOf(operation) > 1n
    ? [{ code: "bad-operation", detail: `operation ${numberOf(operation)} is neither call nor delegatecall` }]
    : [];
}

/** `execTransaction`, `execTransactionFromModule(ReturnData)`, `requiredTxGas` and Zodiac's likes. */
export const readSafeCall: CallReader = (outer, args) => ({
  calls: [safeCall(outer, args)],
  warnings: operationWarning(arg(args, 3)),
});

/** `execTransaction`, with its packed signatures taken apart. */
export const readExecTransaction: CallReader = (outer, args, data) => {
  const read = readSafeCall(outer, args, data);
  const value = arg(args, 9);
  const packed = bytesOf(value);
  const base = packed.byteOffset - data.byteOffset;
  const { parts, end } = signatureParts(packed);
  const rest = packed.length - end;
  return {
    ...read,
    explained: [{ value, text: parts.join("; ") || "none" }],
    warnings: [
      ...(read.warnings ?? []),
      ...(rest > 0
        ? [{ code: "trailing-bytes" as const, at: base + end, detail: `${rest} bytes follow the signatures` }]
        : []),
    ],
    unexplained: rest > 0 ? [{ start: base + end, end: base + packed.length }] : [],
  };
};

/**
 * Safe's packed signatures: 65 bytes each (r, s, v), then the bytes of contract signatures (v = 0), which s points at.
 * The fixed part ends where the first contract signature begins.
 */
function signatureParts(packed: Uint8Array): { parts: string[]; end: number } {
  const parts: string[] = [];
  let fixed = Math.floor(packed.length / 65) * 65;
  let end = 0;
  for (let at = 0; at + 65 <= fixed; at += 65) {
    const v = packed[at + 64] ?? 0;
    const owner = hexlify(packed.subarray(at + 12, at + 32));
    end = Math.max(end, at + 65);
    if (v === 1) parts.push(`approved by ${owner}`);
    else if (v === 0) {
      const offset = toSize(packed.subarray(at + 32, at + 64));
      const length = offset + 32 <= packed.length ? toSize(packed.subarray(offset, offset + 32)) : Infinity;
      if (offset < at + 65 || offset + 32 + length > packed.length) return { parts, end: at };
      fixed = Math.min(fixed, offset);
      end = Math.max(end, offset + 32 + length);
      parts.push(`contract signature of ${owner}, ${length} bytes`);
    } else parts.push(`${v > 30 ? "eth_sign" : "EIP-712"} signature ${hexlify(packed.subarray(at, at + 65))}`);
  }
  return { parts, end };
}

function toSize(word: Uint8Array): number {
  const value = BigInt(hexlify(word));
  return value > 0xffffffffn ? Infinity : Number(value);
}

/** `setup`: the new Safe delegatecalls `to` with `data`. */
export const readSetup: CallReader = (outer, args) => {
  const carrier = arg(args, 3);
  const to = addressOf(arg(args, 2));
  if (BigInt(to) === 0n && bytesOf(carrier).length === 0) return { calls: [] };
  return {
    calls: [{ relation: "inner", from: outer.context, to, value: 0n, operation: 1, data: bytesOf(carrier), carrier }],
  };
};

/** `createProxy…`: the factory calls the new proxy, whose code is the singleton's, with the initializer. */
export const readCreateProxy: CallReader = (outer, args) => {
  const carrier = arg(args, 1);
  if (bytesOf(carrier).length === 0) return { calls: [] };
  return {
    calls: [
      {
        relation: "inner",
        from: outer.context,
        to: undefined,
        via: addressOf(arg(args, 0)),
        value: 0n,
        operation: 0,
        data: bytesOf(carrier),
        carrier,
      },
    ],
  };
};

/** `performCreate(2)` of CreateCall: the init code is the proposer's, and nobody here rebuilt it. */
export const readCreate: CallReader = (_outer, args, data) => {
  const code = bytesOf(arg(args, 1));
  const start = code.byteOffset - data.byteOffset;
  return {
    calls: [],
    warnings: [{ code: "opaque-bytes", at: start, detail: `${code.length} bytes of init code were not rebuilt from source` }],
    unexplained: [{ start, end: start + code.length }],
  };
};
