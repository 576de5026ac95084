import type { DecodedCall } from "../../decode/types.js";
import type { Finding } from "../../finding.js";
import { argument } from "./calls.js";
import { aboutCall } from "./finding.js";
import { publicHelper } from "./names.js";
import type { RuleInput, SafeRule } from "./types.js";

/** Ten thousand million tokens of 18 decimals: beyond this, an amount means "everything". Some tokens keep 96 bits. */
const UNLIMITED = 10n ** 28n;

interface Approval {
  spender: string;
  amount: bigint;
  /** The token; of Permit2 it is an argument. */
  token: string;
  what: string;
}

/** Which arguments name the spender and the amount, and the token where it isn't the target. */
const APPROVALS: ReadonlyMap<string, { spender: number; amount: number; token?: number }> = new Map([
  ["approve(address,uint256)", { spender: 0, amount: 1 }],
  ["increaseAllowance(address,uint256)", { spender: 0, amount: 1 }],
  ["increaseApproval(address,uint256)", { spender: 0, amount: 1 }],
  ["approveAndCall(address,uint256,bytes)", { spender: 0, amount: 1 }],
  ["permit(address,address,uint256,uint256,uint8,bytes32,bytes32)", { spender: 1, amount: 2 }],
  ["approve(address,address,uint160,uint48)", { spender: 1, amount: 2, token: 0 }],
]);

/** The approval that a call gives; of a whole collection, everything. Undefined for other calls and for taking one back. */
export function approvalOf(call: DecodedCall): Approval | undefined {
  const to = call.to ?? "an unknown contract";
  if (call.function === "setApprovalForAll(address,bool)") {
    if (argument(call, 1) === "false") return undefined;
    return { spender: argument(call, 0), amount: UNLIMITED, token: to, what: "an operator without limit" };
  }
  const position = APPROVALS.get(call.function ?? "");
  if (!position) return undefined;
  const amount = BigInt(argument(call, position.amount));
  if (amount === 0n) return undefined;
  return {
    spender: argument(call, position.spender),
    amount,
    token: position.token === undefined ? to : argument(call, position.token),
    what: "a spender without limit",
  };
}

/** An approval without limit lets the spender take everything, now and later. */
export const unlimitedApproval: SafeRule = (input) => ({
  findings: input.calls.flatMap((call): Finding[] => {
    const approval = approvalOf(call);
    if (!approval) return [];
    const { spender, amount, token, what } = approval;
    const supply = input.chainFacts?.supplies?.get(token.toLowerCase());
    const isAll = supply !== undefined && supply > 0n && amount >= supply;
    if (amount < UNLIMITED && !isAll) return [];
    const trusted = isTrusted(input, spender);
    return [
      aboutCall(call, {
        rule: "unlimited-approval",
        severity: trusted ? "low" : "high",
        title: `approves ${what}`,
        detail: `${spender}${trusted ? " (in your trust file)" : ""} may take every token of ${token} that the Safe has or will have${isAll ? `: all ${supply} that there are` : ""}`,
        remedy: "have the exact amount approved, or add the spender to your trust file if you know its code",
      }),
    ];
  }),
});

/**
 * Who may take the Safe's tokens from now on: a contract that calls whatever anybody asks it to gives them to the first
 * who comes; an address without code is somebody's key, or code that is deployed there later.
 */
export const spender: SafeRule = (input) => ({
  findings: input.calls.flatMap((call): Finding[] => {
    const approval = approvalOf(call);
    if (!approval) return [];
    const { spender: address, amount, token } = approval;
    const helper = publicHelper(address);
    if (helper !== undefined)
      return [
        aboutCall(call, {
          rule: "open-spender",
          severity: "critical",
          title: "approves a contract that anybody can use",
          detail: `${address} is ${helper}, which makes calls for everybody: whoever asks it first takes ${amount} of ${token}`,
          remedy: "do not sign; approve the contract that shall take the tokens",
        }),
      ];
    if (isTrusted(input, address)) return [];
    if (input.chainFacts?.codeHashes.get(address.toLowerCase()) === null)
      return [
        aboutCall(call, {
          rule: "codeless-spender",
          severity: "high",
          title: "approves a spender without code",
          detail: `${address} has no code at block ${input.chainFacts.block}: whoever has its key, or deploys code there, takes ${amount} of ${token}`,
          remedy: "approve contracts that you know; send tokens to an account instead of approving it",
        }),
      ];
    if (!input.trust) return [];
    return [
      aboutCall(call, {
        rule: "unknown-spender",
        severity: "medium",
        title: "approves an address that your trust file does not know",
        detail: `${address} may take ${amount} of ${token}`,
        remedy: "compare the whole address with one that you got over another channel",
      }),
    ];
  }),
});

/** An allowance of the AllowanceModule: its delegate spends it alone, without the Safe's other owners. */
export const moduleAllowance: SafeRule = ({ calls }) => ({
  findings: calls
    .filter((call) => call.function === "setAllowance(address,address,uint96,uint16,uint32)" && argument(call, 2) !== "0")
    .map((call) =>
      aboutCall(call, {
        rule: "module-allowance",
        severity: "high",
        title: "lets one account spend without the other owners",
        detail: `${argument(call, 0)} may take ${argument(call, 2)} of ${argument(call, 1)}${argument(call, 3) === "0" ? ", once" : `, again every ${argument(call, 3)} minutes`}`,
        remedy: "agree on this allowance with the other owners over another channel before signing",
      }),
    ),
});

/** Which arguments say whose assets go to whom, tokens that are made or streamed and other chains included. */
const TRANSFERS: ReadonlyMap<string, { from?: number; to: number }> = new Map([
  ["transfer(address,uint256)", { to: 0 }],
  ["transferAndCall(address,uint256,bytes)", { to: 0 }],
  ["mint(address,uint256)", { to: 0 }],
  ["bridgeETHTo(address,uint32,bytes)", { to: 0 }],
  ["bridgeERC20To(address,address,address,uint256,uint32,bytes)", { to: 2 }],
  ["createStream(address,uint216)", { to: 0 }],
  ["createStreamWithReason(address,uint216,string)", { to: 0 }],
  ["depositAndCreate(uint256,address,uint216)", { to: 1 }],
  ["transferFrom(address,address,uint256)", { from: 0, to: 1 }],
  ["safeTransferFrom(address,address,uint256)", { from: 0, to: 1 }],
  ["safeTransferFrom(address,address,uint256,bytes)", { from: 0, to: 1 }],
  ["safeTransferFrom(address,address,uint256,uint256,bytes)", { from: 0, to: 1 }],
  ["safeBatchTransferFrom(address,address,uint256[],uint256[],bytes)", { from: 0, to: 1 }],
]);

/** Whom a call gives assets, if it is one that does nothing else: a transfer of a token, or of ether. */
export function receiverOf(call: DecodedCall): string | undefined {
  const transfer = TRANSFERS.get(call.function ?? "");
  if (transfer) return argument(call, transfer.to);
  return BigInt(call.value) > 0n && call.operation === 0 ? call.to : undefined;
}

/** Tokens sent to nobody: the zero address, the token itself, or a contract that gives them to the first who asks. */
export const burningTransfer: SafeRule = ({ calls }) => ({
  findings: calls.flatMap((call): Finding[] => {
    const transfer = TRANSFERS.get(call.function ?? "");
    if (!transfer) return [];
    const to = argument(call, transfer.to);
    const helper = publicHelper(to);
    const isToken = to === call.to;
    if (helper === undefined && BigInt(to) !== 0n && !isToken) return [];
    return [
      aboutCall(call, {
        rule: "burning-transfer",
        severity: helper === undefined ? "medium" : "high",
        title: "sends tokens to where nobody, or anybody, can take them",
        detail: `the receiver is ${isToken ? "the token itself" : (helper ?? "the zero address")}`,
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
      const receiver = receiverOf(call);
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

/** Tokens of somebody else, taken because they once approved the Safe. */
export const foreignFunds: SafeRule = ({ calls }) => ({
  findings: calls.flatMap((call): Finding[] => {
    const transfer = TRANSFERS.get(call.function ?? "");
    if (transfer?.from === undefined || call.from === undefined) return [];
    const from = argument(call, transfer.from);
    if (from.toLowerCase() === call.from.toLowerCase()) return [];
    return [
      aboutCall(call, {
        rule: "foreign-funds",
        severity: "medium",
        title: "takes tokens of another account",
        detail: `${from} pays ${argument(call, transfer.to)}, because it approved ${call.from}`,
        remedy: "know why that account pays",
      }),
    ];
  }),
});

/** The same payment twice in one transaction: an entry that was copied, by mistake or hoping that nobody counts. */
export const repeatedCall: SafeRule = ({ calls }) => {
  const seen = new Map<string, DecodedCall>();
  const findings: Finding[] = [];
  for (const call of calls) {
    if (receiverOf(call) === undefined || call.relation === "guess") continue;
    const key = JSON.stringify([call.from, call.to, call.value, call.operation, call.function, call.args]);
    const first = seen.get(key);
    if (!first) seen.set(key, call);
    else
      findings.push(
        aboutCall(call, {
          rule: "repeated-payment",
          severity: "high",
          confidence: "medium",
          title: "the same payment is made twice",
          detail: `it is call ${first.path} once more: the same receiver, the same amount`,
          remedy: "make sure that the receiver shall be paid twice; then have the two made one",
        }),
      );
  }
  return { findings };
};

function isTrusted({ trusted }: RuleInput, address: string): boolean {
  return trusted.has(address.toLowerCase());
}
