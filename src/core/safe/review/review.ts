import { decodeCall } from "../../decode/decode.js";
import type { DecodedCall } from "../../decode/types.js";
import { sortFindings, type Finding, type NotRun } from "../../finding.js";
import { safeHashes } from "../hashes.js";
import { codelessTarget, lookAlike } from "./addresses.js";
import { approvedHash } from "./approvals.js";
import { authorityChange, implementationChange, trustedContractChange, unseenProposal } from "./authority.js";
import { claimedFunction, oddEncoding, unexplainedBytes } from "./bytes.js";
import { argument, flatten } from "./calls.js";
import { delegatecall, helperByCall } from "./delegatecall.js";
import { silentFailure } from "./failures.js";
import { liveSafe, trustedSafe } from "./identity.js";
import { addressNames, trustedNames } from "./names.js";
import { nonce } from "./nonce.js";
import { refundFields, safeTxGas } from "./refund.js";
import { safeSettings, signMessage } from "./safe-settings.js";
import { timelockDelay, timelockState, unknownTimelock, unlinkedOperations } from "./timelock.js";
import { anyPrice, proceedsElsewhere } from "./proceeds.js";
import { burningTransfer, foreignFunds, moduleAllowance, repeatedCall, spender, unknownReceiver, unlimitedApproval } from "./tokens.js";
import type { RuleInput, SafeRule, SafeTransactionInput, SafeTransactionReview } from "./types.js";

const RULES: readonly SafeRule[] = [
  trustedSafe,
  liveSafe,
  nonce,
  refundFields,
  safeTxGas,
  delegatecall,
  helperByCall,
  silentFailure,
  safeSettings,
  signMessage,
  authorityChange,
  implementationChange,
  trustedContractChange,
  unseenProposal,
  unlimitedApproval,
  spender,
  moduleAllowance,
  burningTransfer,
  unknownReceiver,
  foreignFunds,
  repeatedCall,
  proceedsElsewhere,
  anyPrice,
  lookAlike,
  codelessTarget,
  unknownTimelock,
  timelockDelay,
  unlinkedOperations,
  timelockState,
  approvedHash,
  unexplainedBytes,
  oddEncoding,
  claimedFunction,
];

/** Findings of one rule that are listed one by one; the rest is counted. */
const PER_RULE = 50;

/**
 * Reviews one Safe transaction: its hashes, every call in it, and what an attacker would do. Pure: what is not in the
 * trust file or the chain's facts is in `notRun`.
 *
 * @throws DD260 for a Safe version whose hash is not known.
 */
export function reviewSafeTransaction(input: SafeTransactionInput): SafeTransactionReview {
  const hashes = safeHashes(input);
  const { tx } = input;
  const root = decodeCall(
    { chainId: input.chainId, from: input.safe, to: tx.to, value: tx.value, data: tx.data, operation: tx.operation },
    input.context,
  );
  const calls = flatten(root);
  const trusted = trustedNames(input.trust, input.safe);
  const names = addressNames(trusted, input.chainFacts?.safe);
  const ruleInput: RuleInput = { ...input, root, calls, names, trusted };
  const results = RULES.map((rule) => rule(ruleInput));
  const findings = results.flatMap((result) => atMost(result.findings));
  const notRun = results.flatMap((result) => result.notRun ?? []);
  const approved = reviewApproved(input, new Set(calls.map(approvedBy)));
  return {
    hashes,
    decoded: root,
    findings: sortFindings([...findings, ...approved.findings]),
    notRun: unique([...notRun, ...approved.notRun]),
    approved: approved.transactions,
  };
}

/**
 * The transactions that this one approves are part of what is signed: their findings count. Each is reviewed with the
 * ones that are left, so that approvals nest to any depth and none is reviewed twice.
 */
function reviewApproved(
  { approves = [], trust, planned }: SafeTransactionInput,
  hashes: ReadonlySet<string>,
): { findings: Finding[]; notRun: NotRun[]; transactions: SafeTransactionReview["approved"] } {
  const isApproved = (parent: (typeof approves)[number]): boolean => hashes.has(safeHashes(parent).safeTxHash);
  const left = approves.filter((parent) => !isApproved(parent));
  const reviews = approves.filter(isApproved).map((parent) => {
    const { context, chainId, safe, version, tx, chainFacts } = parent;
    return {
      safe,
      review: reviewSafeTransaction({ context, chainId, safe, version, tx, trust, planned, chainFacts, approves: left }),
    };
  });
  return {
    findings: reviews.flatMap(({ safe, review }) =>
      review.findings.map((finding) => ({
        ...finding,
        detail: `in the approved transaction of ${safe}: ${finding.detail}`,
      })),
    ),
    notRun: reviews.flatMap(({ review }) => review.notRun),
    transactions: reviews.flatMap(({ safe, review }) => [
      { safe, hashes: review.hashes, decoded: review.decoded },
      ...review.approved,
    ]),
  };
}

function approvedBy(call: DecodedCall): string {
  return call.function === "approveHash(bytes32)" ? argument(call, 0) : "";
}

function atMost(findings: readonly Finding[]): Finding[] {
  const byRule = Map.groupBy(findings, ({ rule }) => rule);
  return [...byRule.values()].flatMap((list) => {
    const sorted = sortFindings(list);
    const last = sorted[PER_RULE - 1];
    if (!last || sorted.length <= PER_RULE) return sorted;
    return [
      ...sorted.slice(0, PER_RULE - 1),
      { ...last, detail: `${last.detail} (and ${sorted.length - PER_RULE} more of this kind)` },
    ];
  });
}

function unique(notRun: readonly NotRun[]): NotRun[] {
  return [...new Map(notRun.map((entry) => [`${entry.check}\n${entry.reason}`, entry])).values()];
}
