import { Interface } from "ethers";
import { addressIn, getStorage } from "../../chain/reads.js";
import { readSafe } from "../../chain/safe.js";
import { encodeExecTransaction } from "../../core/safe/calldata.js";
import { plainSafeTx, type SafeTx } from "../../core/safe/transaction.js";
import { safeTransactionOf, timelockCallOf } from "../../core/plan/route.js";
import { SAFE_GUARD_SLOT } from "../../core/proxy/slots.js";
import { DrydockError, ERRORS } from "../../errors/drydock-error.js";
import { RELAYER } from "../fork/accounts.js";
import type { SentTransaction } from "../fork/fork.js";
import { approve, type Approvals } from "./approvals.js";
import { knownInterfaces, signaturesFor, type RouteContext } from "./context.js";
import { describeRevert, failureAt, failureInWords } from "./reverts.js";

const EVENTS = new Interface([
  "event ExecutionSuccess(bytes32 txHash, uint256 payment)",
  "event ExecutionFailure(bytes32 txHash, uint256 payment)",
]);

/** A Safe transaction with the approvals that it needs, ready to be sent. */
export interface PreparedStep {
  tx: SafeTx;
  approvals: Approvals;
}

/** The exact Safe transaction of `step`, approved on the fork. Fills the nonces before it with empty transactions. */
export async function prepareStep(context: RouteContext, step: "schedule" | "execute"): Promise<PreparedStep> {
  const { plan, input, journal, operation } = context;
  const safe = await readSafe(context.fork.port, plan.safe);
  const tx = input.transactions?.[step] ?? safeTransactionOf(plan, step, safe.nonce, operation);
  if (tx.nonce < safe.nonce) {
    const detail = `the Safe's nonce is ${safe.nonce}, the ${step} transaction was made for ${tx.nonce}`;
    throw new DrydockError(ERRORS.REHEARSAL_IMPOSSIBLE, { detail });
  }
  for (let nonce = safe.nonce; nonce < tx.nonce; nonce++) {
    const filler = plainSafeTx({ to: plan.safe, nonce });
    const { signatures } = await approve(journal, { ...safe, nonce }, filler);
    const data = encodeExecTransaction(filler, signatures);
    const sent = await journal.step({ from: RELAYER, to: plan.safe, data }, context.fork.now);
    if (!sent.succeeded) {
      const { reason } = await failureOf(context, sent.hash);
      throw new DrydockError(ERRORS.REHEARSAL_IMPOSSIBLE, { detail: `the empty transaction that stands in for nonce ${nonce} fails: ${reason}` });
    }
    journal.subtracted.push({ address: plan.safe, what: `nonce ${nonce}`, reason: "queued before; stood in for by an empty transaction" });
  }
  const approvals = await approve(journal, { ...safe, nonce: tx.nonce }, tx, signaturesFor(context, step));
  return { tx, approvals };
}

/** How the approvals came about, for the report. */
export function approvalsInWords({ approvals }: PreparedStep): string {
  const parts = [
    ...(approvals.bySignature.length > 0 ? [`${approvals.bySignature.length} real signature(s)`] : []),
    ...(approvals.byApproval.length > 0 ? [`approveHash of ${approvals.byApproval.join(", ")} (impersonated)`] : []),
  ];
  return parts.join(" and ");
}

export interface StepOutcome {
  sent: SentTransaction;
  /** Undefined when it succeeded. */
  reason: string | undefined;
  /** The Safe's guard, where it was the guard that refused. */
  guard?: string;
}

/** Sends `step` through the Safe, or from the executor where the Safe is not needed. */
export async function sendStep(
  context: RouteContext,
  step: "schedule" | "execute",
  prepared: PreparedStep | undefined,
  timestamp: bigint,
): Promise<StepOutcome> {
  const { plan, input, journal, operation } = context;
  const transaction =
    prepared === undefined
      ? { from: input.executor ?? RELAYER, ...timelockCallOf(plan, step, operation) }
      : { from: RELAYER, to: plan.safe, data: encodeExecTransaction(prepared.tx, prepared.approvals.signatures) };
  const sent = await journal.step(transaction, timestamp);
  if (!sent.succeeded) return { sent, ...(await failureOf(context, sent.hash)) };
  if (prepared === undefined) return { sent, reason: undefined };
  const failed = sent.logs.some(
    ({ address, topics }) =>
      BigInt(address) === BigInt(plan.safe) && topics[0] === EVENTS.getEvent("ExecutionFailure")?.topicHash,
  );
  return { sent, reason: failed ? "the Safe emitted ExecutionFailure" : undefined };
}

/** Why a transaction through the Safe failed: by its guard, or with what the innermost call gave. */
async function failureOf(context: RouteContext, hash: string): Promise<{ reason: string; guard?: string }> {
  const { fork, plan } = context;
  const interfaces = knownInterfaces(context);
  const tree = await fork.callTree(hash);
  const guard = addressIn(await getStorage(fork.port, plan.safe, SAFE_GUARD_SLOT));
  const refusal = guard === null ? undefined : failureAt(tree, guard);
  if (guard !== null && refusal !== undefined) {
    return { guard, reason: `the guard ${guard} of the Safe ${plan.safe} refuses: ${describeRevert(refusal.output ?? "0x", interfaces, refusal.error)}` };
  }
  return { reason: failureInWords(tree, interfaces) };
}
