import type { DecodedArg, DecodedCall } from "../../decode/types.js";
import type { Finding } from "../../finding.js";
import { argument } from "./calls.js";
import { aboutCall } from "./finding.js";
import type { SafeRule } from "./types.js";

/** Names of arguments that say who gets what a call yields: of swaps, vaults, lending pools, withdrawal queues. */
const RECEIVER = /^_?(recipient|receiver|dstReceiver|onBehalfOf|beneficiary)$/i;
/** The same where the name alone does not say so. */
const RECEIVER_AT: ReadonlyMap<string, number> = new Map([
  ["withdraw(address,uint256,address)", 2],
  ["requestWithdrawals(uint256[],address)", 1],
  ["requestWithdrawalsWstETH(uint256[],address)", 1],
]);
/** The least that a swap has to give; zero takes any price that somebody else makes. */
const LEAST = /^_?(amountOutMin(imum)?|minAmountOut|minReturn(Amount)?|minOut)$/i;
/** Uniswap's routers write small numbers for "the sender" and "the router". */
const SMALL = 1n << 64n;
/** What takes out what a router kept. */
const TAKES_OUT = /^(unwrapWETH9|sweepToken)/;

/** What a call yields goes to somebody other than the account that pays for it. */
export const proceedsElsewhere: SafeRule = ({ calls, trusted }) => {
  // What a router keeps for the next call of the same multicall is the Safe's, as long as that call takes it out.
  const takenOut = new Set(calls.filter((call) => TAKES_OUT.test(call.function ?? "")).map(siblings));
  const isOwn = (call: DecodedCall, receiver: string): boolean =>
    BigInt(receiver) < SMALL ||
    isPayer(call, receiver) ||
    trusted.has(receiver.toLowerCase()) ||
    (receiver === call.to && takenOut.has(siblings(call)));
  return {
    findings: calls.flatMap((call): Finding[] => {
      if (call.provenance === "claimed") return [];
      return receivers(call)
        .filter((receiver) => !isOwn(call, receiver))
        .map((receiver) =>
          aboutCall(call, {
            rule: "proceeds-elsewhere",
            severity: "high",
            confidence: "medium",
            title: "what this call yields goes to somebody else",
            detail: `${call.from ?? "the caller"} pays, ${receiver} receives`,
            remedy: "check the receiver over another channel; add it to your trust file if it is yours",
          }),
        );
    }),
  };
};

/** A swap that takes any price: whoever sees it first makes the price. */
export const anyPrice: SafeRule = ({ calls }) => ({
  findings: calls.flatMap((call): Finding[] => {
    if (call.provenance === "claimed") return [];
    const least = named(call.args, LEAST);
    if (!least.some(({ value }) => value === "0")) return [];
    return [
      aboutCall(call, {
        rule: "any-price",
        severity: "high",
        confidence: "medium",
        title: "a swap that takes any price",
        detail: `${least.map(({ name }) => name).join(", ")} is 0: whoever sees the transaction first can make the Safe get next to nothing`,
        remedy: "have it proposed again with the least amount that you accept",
      }),
    ];
  }),
});

function receivers(call: DecodedCall): string[] {
  const position = RECEIVER_AT.get(call.function ?? "");
  if (position !== undefined) return [argument(call, position)];
  return named(call.args, RECEIVER).flatMap(({ type, value }) => (type === "address" && value !== undefined ? [value] : []));
}

function named(args: readonly DecodedArg[], pattern: RegExp): DecodedArg[] {
  return args.flatMap((arg) => (arg.items ? named(arg.items, pattern) : pattern.test(arg.name) ? [arg] : []));
}

function isPayer({ from }: DecodedCall, receiver: string): boolean {
  return from === undefined || from.toLowerCase() === receiver.toLowerCase();
}

/** The same for all calls of one list that go to the same contract. */
function siblings({ path, to }: DecodedCall): string {
  return `${path.slice(0, path.lastIndexOf("."))} ${to ?? ""}`;
}
