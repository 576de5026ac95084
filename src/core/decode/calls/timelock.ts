import { hexlify, id, concat, getBytes } from "ethers";
import { operationId, singleOperationId } from "../../timelock/operation.js";
import type { AbiValue } from "../abi-value.js";
import type { DecodeWarning, Relation } from "../types.js";
import type { CallReader, InnerCall, OuterCall } from "./types.js";
import { addressOf, arg, bytesOf, itemsOf, numberOf } from "./values.js";

/** Calls given as three arrays: targets, values, payloads. */
export function columnCalls(
  outer: OuterCall,
  args: readonly AbiValue[],
  relation: Exclude<Relation, "transaction">,
): { calls: InnerCall[]; warnings: DecodeWarning[] } {
  const [targets, values, payloads] = [0, 1, 2].map((index) => itemsOf(arg(args, index))) as [
    readonly AbiValue[],
    readonly AbiValue[],
    readonly AbiValue[],
  ];
  const calls = targets.flatMap((target, index): InnerCall[] => {
    const [value, carrier] = [values[index], payloads[index]];
    if (!value || !carrier) return [];
    return [
      {
        relation,
        from: outer.context,
        to: addressOf(target),
        value: numberOf(value),
        operation: 0,
        data: bytesOf(carrier),
        carrier,
      },
    ];
  });
  const equal = targets.length === values.length && targets.length === payloads.length;
  const detail = `${targets.length} targets, ${values.length} values, ${payloads.length} payloads: the call reverts`;
  return { calls, warnings: equal ? [] : [{ code: "length-mismatch", detail }] };
}

/** `schedule` and `execute` of a TimelockController; schedule has one argument more, the delay. */
const single =
  (relation: "deferred" | "inner"): CallReader =>
  (outer, args) => {
    const carrier = arg(args, 2);
    const target = addressOf(arg(args, 0));
    const value = numberOf(arg(args, 1));
    const call = { target, value, data: hexlify(bytesOf(carrier)) };
    return {
      calls: [{ relation, from: outer.context, to: target, value, operation: 0, data: bytesOf(carrier), carrier }],
      notes: [
        {
          name: "operation id",
          value: singleOperationId(call, hexlify(bytesOf(arg(args, 3))), hexlify(bytesOf(arg(args, 4)))),
        },
      ],
    };
  };

const batch =
  (relation: "deferred" | "inner"): CallReader =>
  (outer, args) => {
    const { calls, warnings } = columnCalls(outer, args, relation);
    const operation = {
      calls: calls.map(({ to, value, data }) => ({ target: to ?? "", value, data: hexlify(data) })),
      predecessor: hexlify(bytesOf(arg(args, 3))),
      salt: hexlify(bytesOf(arg(args, 4))),
    };
    return {
      calls,
      warnings,
      notes: warnings.length > 0 ? [] : [{ name: "operation id", value: operationId(operation) }],
    };
  };

export const readSchedule = single("deferred");
export const readExecute = single("inner");
export const readScheduleBatch = batch("deferred");
export const readExecuteBatch = batch("inner");

/** Governor's `propose`, `queue` and `execute`: three arrays, then words about them. */
export const readGovernor =
  (relation: "deferred" | "inner"): CallReader =>
  (outer, args) =>
    columnCalls(outer, args, relation);

/** Compound's Timelock: the selector comes from a signature in text, unless that is empty. */
export const readCompound =
  (relation: "deferred" | "inner"): CallReader =>
  (outer, args) => {
    const carrier = arg(args, 3);
    const signature = arg(args, 2).text ?? "";
    const data = signature === "" ? bytesOf(carrier) : getBytes(concat([id(signature).slice(0, 10), bytesOf(carrier)]));
    return {
      calls: [
        {
          relation,
          from: outer.context,
          to: addressOf(arg(args, 0)),
          value: numberOf(arg(args, 1)),
          operation: 0,
          data,
          carrier,
        },
      ],
    };
  };

/** GovernorAlpha's and Bravo's `propose`: a selector comes from its signature in text, unless that is empty. */
export const readBravo: CallReader = (_outer, args) => {
  const [targets, values, signatures, payloads] = [0, 1, 2, 3].map((index) => itemsOf(arg(args, index)));
  const lengths = [targets, values, signatures, payloads].map((list) => list?.length ?? 0);
  const calls = (targets ?? []).flatMap((target, index): InnerCall[] => {
    const [value, signature, carrier] = [values?.[index], signatures?.[index], payloads?.[index]];
    if (!value || !signature || !carrier) return [];
    const text = signature.text ?? "";
    const data = text === "" ? bytesOf(carrier) : getBytes(concat([id(text).slice(0, 10), bytesOf(carrier)]));
    return [
      { relation: "deferred", from: undefined, to: addressOf(target), value: numberOf(value), operation: 0, data, carrier },
    ];
  });
  const detail = `${lengths.join(", ")} targets, values, signatures and payloads: the call reverts`;
  return { calls, warnings: new Set(lengths).size === 1 ? [] : [{ code: "length-mismatch", detail }] };
};
