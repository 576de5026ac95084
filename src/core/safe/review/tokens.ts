import { ZeroAddress } from "ethers";
import type { DecodedCall } from "../../decode/types.js";
import type { Finding } from "../../finding.js";
import { argument } from "./calls.js";
import { aboutCall } from "./finding.js";
import type { RuleInput, SafeRule } from "./types.js";

/** Some tokens keep allowances in 96 bits: their "unlimited" is this. */
const UNLIMITED = (1n << 96n) - 1n;

/** Which arguments name the spender and the amount. */
const APPROVALS: ReadonlyMap<string, readonly [spender: number, amount: number]> = new Map([
  ["approve(address,uint256)", [0, 1]],
  ["increaseAllowance(address,uint256)", [0, 1]],
  ["increaseApproval(address,uint256)", [0, 1]],
  ["approveAndCall(address,uint256,bytes)", [0, 1]],
  ["permit(address,address,uint256,uint256,uint8,bytes32,bytes32)", [1, 2]],
  ["approve(address,address,uint160,uint48)", [1, 2]],
  ["setAllowance(address,address,uint96,uint16,uint32)", [0, 2]],
]);

/** An approval without limit lets the spender take everything, now and later. */
export const unlimitedApproval: SafeRule = (input) => ({
  findings: input.calls.flatMap((call): Finding[] => {
    const spender = unlimitedSpender(call);
    if (spender === undefined) return [];
    const trusted = isTrusted(input, spender);
    return [
      aboutCall(call, {
        rule: "unlimited-approval",
        severity: trusted ? "low" : "high",
        title: "approves a spender without limit",
        detail: `${spender}${trusted ? " (in your trust file)" : ""} may take every token of ${call.to ?? "an unknown contract"} that the Safe has or will have`,
        remedy: "have the exact amount approved, or add the spender to your trust file if you know its code",
      }),
    ];
  }),
});

function unlimitedSpender(call: DecodedCall): string | undefined {
  if (call.function === "setApprovalForAll(address,bool)")
    return argument(call, 1) === "true" ? argument(call, 0) : undefined;
  const position = APPROVALS.get(call.function ?? "");
  if (!position) return undefined;
  return BigInt(argument(call, position[1])) >= UNLIMITED ? argument(call, position[0]) : undefined;
}

/** Tokens sent to nobody: the zero address, or the token itself. */
export const burningTransfer: SafeRule = ({ calls }) => ({
  findings: calls.flatMap((call): Finding[] => {
    const index =
      call.function === "transfer(address,uint256)"
        ? 0
        : call.function === "transferFrom(address,address,uint256)"
          ? 1
          : undefined;
    if (index === undefined) return [];
    const to = argument(call, index);
    if (to !== ZeroAddress && to !== call.to) return [];
    return [
      aboutCall(call, {
        rule: "burning-transfer",
        severity: "medium",
        title: "sends tokens to where nobody can use them",
        detail: `the receiver is ${to === call.to ? "the token itself" : "the zero address"}`,
        remedy: "check the receiver",
      }),
    ];
  }),
});

/** Assets that leave for an address that the signer's trust file does not know. */
export const unknownReceiver: SafeRule = (input) => {
  if (!input.trust) return { findings: [] };
  return {
    findings: input.calls.flatMap((call): Finding[] => {
      const receiver =
        call.function === "transfer(address,uint256)"
          ? argument(call, 0)
          : call.function === "transferFrom(address,address,uint256)"
            ? argument(call, 1)
            : BigInt(call.value) > 0n && call.operation === 0
              ? call.to
              : undefined;
      if (receiver === undefined || isTrusted(input, receiver)) return [];
      return [
        aboutCall(call, {
          rule: "unknown-receiver",
          severity: "medium",
          title: "assets go to an address that your trust file does not know",
          detail: `${receiver} receives ${BigInt(call.value) > 0n ? `${call.value} wei` : `tokens of ${call.to ?? "an unknown contract"}`}`,
          remedy: "compare the whole address with one that you got over another channel",
        }),
      ];
    }),
  };
};

function isTrusted({ trust, names }: RuleInput, address: string): boolean {
  return trust !== undefined && names.has(address.toLowerCase());
}
