import type { CallReader, InnerCall } from "./types.js";
import { addressOf, arg, bytesOf, itemsOf, numberOf } from "./values.js";

/** Multicall3: an array of (target, …, callData); `value` is the index of the value in the tuple, if it has one. */
export const readAggregate =
  (array: number, value?: number): CallReader =>
  (outer, args) => {
    const calls = itemsOf(arg(args, array)).map((tuple): InnerCall => {
      const parts = itemsOf(tuple);
      const carrier = arg(parts, parts.length - 1);
      return {
        relation: "inner",
        from: outer.context,
        to: addressOf(arg(parts, 0)),
        value: value === undefined ? 0n : numberOf(arg(parts, value)),
        operation: 0,
        data: bytesOf(carrier),
        carrier,
      };
    });
    const sum = calls.reduce((total, call) => total + call.value, 0n);
    const given = outer.operation === 0 ? outer.value : 0n;
    const detail = `the calls spend ${sum} wei in all, ${given} come along: it reverts`;
    return { calls, warnings: value === undefined || sum === given ? [] : [{ code: "value-mismatch", detail }] };
  };

/** `multicall(bytes[])`: the contract delegatecalls itself, so that each call keeps its sender. */
export const readSelfMulticall =
  (array: number): CallReader =>
  (outer, args) => ({
    calls: itemsOf(arg(args, array)).map((carrier) => ({
      relation: "inner",
      from: outer.from,
      to: outer.to,
      value: outer.value,
      operation: outer.operation,
      data: bytesOf(carrier),
      carrier,
    })),
  });

/** `execute(address,uint256,bytes)`, `relay`: one call. */
export const readCall: CallReader = (outer, args) => {
  const carrier = arg(args, 2);
  return {
    calls: [
      {
        relation: "inner",
        from: outer.context,
        to: addressOf(arg(args, 0)),
        value: numberOf(arg(args, 1)),
        operation: 0,
        data: bytesOf(carrier),
        carrier,
      },
    ],
  };
};

/** `execute(address,bytes)`: DSProxy delegatecalls it, AccessManager calls it; delegatecall is the worse of the two. */
export const readDelegateCall: CallReader = (outer, args) => {
  const carrier = arg(args, 1);
  return {
    calls: [
      {
        relation: "inner",
        from: outer.context,
        to: addressOf(arg(args, 0)),
        value: 0n,
        operation: 1,
        data: bytesOf(carrier),
        carrier,
      },
    ],
  };
};

/** `schedule(address,bytes,uint48)` of AccessManager (OpenZeppelin 5): the same call is made later, by the manager. */
export const readManagerSchedule: CallReader = (outer, args) => {
  const carrier = arg(args, 1);
  return {
    calls: [
      { relation: "deferred", from: outer.context, to: addressOf(arg(args, 0)), value: 0n, operation: 0, data: bytesOf(carrier), carrier },
    ],
  };
};

/** Bytes that a token hands to the receiver or spender, whose code does with them what it likes. */
export const readCallback =
  (index: number): CallReader =>
  (_outer, args, data) => {
    const bytes = bytesOf(arg(args, index));
    if (bytes.length === 0) return { calls: [] };
    const start = bytes.byteOffset - data.byteOffset;
    return {
      calls: [],
      warnings: [{ code: "callback-bytes", at: start, detail: `${bytes.length} bytes are handed to a contract that nobody here knows` }],
      unexplained: [{ start, end: start + bytes.length }],
    };
  };

/** A message to another chain, which is a call there: `sendTxToL1(address,bytes)`, `sendMessage(address,bytes,…)`. */
export const readMessage: CallReader = (_outer, args) => {
  const carrier = arg(args, 1);
  return {
    calls: [
      { relation: "deferred", from: undefined, to: addressOf(arg(args, 0)), value: 0n, operation: 0, data: bytesOf(carrier), carrier },
    ],
  };
};
