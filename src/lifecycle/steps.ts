import { appendJournal, readJournal } from "../bundle/journal.js";
import type { OpenBundle } from "../bundle/open.js";
import { readSignatures } from "../bundle/signatures.js";
import type { ChainPort } from "../chain/port.js";
import { getReceipt } from "../chain/reads.js";
import { encodeExecTransaction } from "../core/safe/calldata.js";
import { packSignatures, recoverOwner } from "../core/safe/signatures.js";
import { timelockCallOf, type Step } from "../core/plan/route.js";
import { DrydockError, ERRORS } from "../errors/drydock-error.js";
import { chooseAccount, send, waitFor, type Accounts, type Patience } from "./account.js";
import { readProposalState, type ProposalState } from "./proposal-state.js";
import { stepTransaction } from "./sign.js";

export interface StepOutcome {
  step: Step;
  /** Sent by this run; undefined when the chain had it already. */
  transactionHash: string | undefined;
  /** `safe` through execTransaction, `direct` by an account that holds the role itself. */
  via: "safe" | "direct" | "none";
  state: ProposalState;
}

export interface StepOptions {
  accounts: Accounts;
  account?: string;
  /** Runs the review at the current block; throws unless it passes. Called only when something is going to be sent. */
  review: () => Promise<void>;
  patience?: Patience;
}

/** Operation states in which the step has nothing left to do. */
const REACHED: Record<Step, readonly ProposalState["operation"][]> = {
  schedule: ["waiting", "ready", "done"],
  execute: ["done"],
  cancel: ["unset"],
};

/**
 * Carries one step out on chain and verifies what it changed. Repeatable: what the chain has already is not sent again,
 * a transaction of an earlier run that is still pending is waited for.
 *
 * @throws DrydockError STEP_NOT_POSSIBLE, SIGNATURES_MISSING, REVIEW_NOT_PASSED (from `review`), TRANSACTION_FAILED.
 */
export async function runStep(chain: ChainPort, bundle: OpenBundle, step: Step, options: StepOptions): Promise<StepOutcome> {
  await awaitPending(chain, bundle, step, options.patience);
  const before = await readProposalState(chain, bundle.plan);
  if (REACHED[step].includes(before.operation)) {
    if (step === "execute") requireExecuted(before);
    return { step, transactionHash: undefined, via: "none", state: before };
  }
  const sending = await prepare(chain, bundle, step, options);
  await options.review();
  const { from, to, data, value, via } = sending;
  const receipt = await send(
    chain,
    { accounts: options.accounts, from, what: `${step} of ${bundle.planHash}`, to, data, value },
    (transactionHash) => appendJournal(bundle.folder, { step, what: `${step} (${via})`, transactionHash, from, to }),
    options.patience,
  );
  const state = await readProposalState(chain, bundle.plan, receipt.blockNumber);
  if (!REACHED[step].includes(state.operation)) {
    const reason = `the operation is ${state.operation} afterwards`;
    throw new DrydockError(ERRORS.TRANSACTION_FAILED, { hash: receipt.transactionHash, what: step, reason });
  }
  if (step === "execute") requireExecuted(state);
  return { step, transactionHash: receipt.transactionHash, via, state };
}

/** What has to be sent for `step`: directly where an account may, else through the Safe with the collected signatures. */
async function prepare(
  chain: ChainPort,
  bundle: OpenBundle,
  step: Step,
  { accounts, account }: StepOptions,
): Promise<{ from: string; to: string; data: string; value: bigint; via: "safe" | "direct" }> {
  const { tx, hashes, state } = await stepTransaction(chain, bundle, step);
  const sender = chooseAccount(accounts, account);
  const { executors, openExecutor } = state.timelock;
  if (step === "execute" && (openExecutor || executors.includes(sender))) {
    return { from: sender, ...timelockCallOf(bundle.plan, step), via: "direct" };
  }
  const collected = await readSignatures(bundle.folder, step);
  const { owners, threshold, address: safe } = state.safe;
  const valid = (collected?.safeTxHash === hashes.safeTxHash ? collected.signatures : []).filter(
    ({ owner, signature }) => owners.includes(owner) && recoverOwner(hashes.safeTxHash, signature) === owner,
  );
  if (valid.length < threshold) {
    const missing = owners.filter((owner) => !valid.some((signed) => signed.owner === owner)).join(", ");
    throw new DrydockError(ERRORS.SIGNATURES_MISSING, { have: valid.length, need: threshold, step, missing });
  }
  if (tx.nonce !== state.safe.nonce) {
    const detail = `the Safe is at nonce ${state.safe.nonce}, the signatures are for ${tx.nonce}; earlier transactions must be executed first`;
    throw new DrydockError(ERRORS.STEP_NOT_POSSIBLE, { step, detail });
  }
  const data = encodeExecTransaction(tx, packSignatures(valid.slice(0, threshold)));
  return { from: sender, to: safe, data, value: 0n, via: "safe" };
}

/** A step that was sent by a run that did not live to see it mined. */
async function awaitPending(chain: ChainPort, bundle: OpenBundle, step: Step, patience?: Patience): Promise<void> {
  const sent = (await readJournal(bundle.folder)).filter((entry) => entry.step === step);
  const last = sent[sent.length - 1];
  if (last === undefined || (await getReceipt(chain, last.transactionHash)) !== null) return;
  const known = await chain.request({ method: "eth_getTransactionByHash", params: [last.transactionHash] });
  if (known !== null && known !== undefined) await waitFor(chain, last.transactionHash, last.what, patience);
}

/** After execution every proxy must run the planned code. */
function requireExecuted(state: ProposalState): void {
  const wrong = state.changes.find(({ isNew }) => !isNew);
  if (wrong !== undefined) {
    const detail = `the operation is done, but ${wrong.proxy} runs ${wrong.implementation ?? "nothing"} and not what was planned`;
    throw new DrydockError(ERRORS.STEP_NOT_POSSIBLE, { step: "execute", detail });
  }
}
