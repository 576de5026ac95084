import type { AbiValue } from "../abi-value.js";
import type { CallReader, InnerCalls, OuterCall } from "./types.js";
import { addressOf, arg, bytesOf } from "./values.js";

/** The call that a proxy makes into its new implementation in the same transaction. */
function initialize(
  outer: OuterCall,
  proxy: string | undefined,
  implementation: string,
  carrier: AbiValue,
): InnerCalls {
  if (bytesOf(carrier).length === 0) return { calls: [] };
  return {
    calls: [
      {
        relation: "inner",
        from: outer.context,
        to: proxy,
        via: implementation,
        value: outer.value,
        operation: 0,
        data: bytesOf(carrier),
        carrier,
      },
    ],
  };
}

/** `upgradeAndCall(proxy, implementation, data)` of ProxyAdmin. */
export const readUpgradeAndCall: CallReader = (outer, args) =>
  initialize(outer, addressOf(arg(args, 0)), addressOf(arg(args, 1)), arg(args, 2));

/** `upgradeToAndCall(implementation, data)` of a UUPS or transparent proxy. */
export const readUpgradeToAndCall: CallReader = (outer, args) =>
  initialize({ ...outer, context: outer.from }, outer.to, addressOf(arg(args, 0)), arg(args, 1));

/** `diamondCut` (EIP-2535): the diamond delegatecalls `init` with `data`. */
export const readDiamondCut: CallReader = (outer, args) => {
  const carrier = arg(args, 2);
  const init = addressOf(arg(args, 1));
  if (BigInt(init) === 0n && bytesOf(carrier).length === 0) return { calls: [] };
  return {
    calls: [
      { relation: "inner", from: outer.context, to: init, value: 0n, operation: 1, data: bytesOf(carrier), carrier },
    ],
  };
};
