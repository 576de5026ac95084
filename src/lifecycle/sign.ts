import { addSignature, readSignatures } from "../bundle/signatures.js";
import type { OpenBundle } from "../bundle/open.js";
import type { ChainPort } from "../chain/port.js";
import { readProposalState, type ProposalState } from "./proposal-state.js";
import { safeTransactionOf, type Step } from "../core/plan/route.js";
import { safeHashes, type SafeHashes } from "../core/safe/hashes.js";
import { recoverOwner } from "../core/safe/signatures.js";
import type { SafeTx } from "../core/safe/transaction.js";
import { safeTypedData } from "../core/safe/typed-data.js";
import { DrydockError, ERRORS } from "../errors/drydock-error.js";
import { chooseAccount, type Accounts } from "./account.js";
import { utc } from "./render.js";

/** One step's Safe transaction at the nonce that it is signed for. */
export interface StepTransaction {
  step: Step;
  tx: SafeTx;
  hashes: SafeHashes;
  state: ProposalState;
}

/**
 * The Safe transaction of `step`, derived from the plan core alone. `schedule` keeps the nonce of the bundle; `execute`
 * and `cancel` take the nonce that owners have begun to sign for, else the Safe's current one.
 *
 * @throws DrydockError STEP_NOT_POSSIBLE when the operation is not in the state that the step needs, or the nonce is used.
 */
export async function stepTransaction(chain: ChainPort, bundle: OpenBundle, step: Step): Promise<StepTransaction> {
  const state = await readProposalState(chain, bundle.plan);
  requirePossible(step, state);
  const begun = step === "schedule" ? undefined : await readSignatures(bundle.folder, step);
  const usable = begun !== undefined && BigInt(begun.nonce) >= state.safe.nonce ? BigInt(begun.nonce) : state.safe.nonce;
  const nonce = step === "schedule" ? BigInt(bundle.transactions.schedule.transaction.nonce) : usable;
  if (nonce < state.safe.nonce) {
    const detail = `the nonce ${nonce} of the Safe transaction is used (the Safe is at ${state.safe.nonce}); run \`propose --renonce\``;
    throw new DrydockError(ERRORS.STEP_NOT_POSSIBLE, { step, detail });
  }
  const tx = safeTransactionOf(bundle.plan, step, nonce);
  const hashes = safeHashes({ chainId: BigInt(bundle.plan.chainId), safe: bundle.plan.safe, version: state.safe.version, tx });
  return { step, tx, hashes, state };
}

/**
 * Signs one step with a configured owner account, or takes in a signature made elsewhere, and stores it beside the seal.
 *
 * @param options.signature 65 bytes made by an owner over the safeTxHash (EIP-712 or eth_sign); nothing is signed then.
 * @throws DrydockError NOT_AN_OWNER, BAD_SIGNATURE, NO_ACCOUNT, STEP_NOT_POSSIBLE.
 */
export async function signStep(
  transaction: StepTransaction,
  bundle: OpenBundle,
  options: { accounts?: Accounts; account?: string; signature?: string },
): Promise<{ owner: string; signature: string; signed: number; threshold: number }> {
  const { step, tx, hashes, state } = transaction;
  const { owners, threshold, version, address: safe } = state.safe;
  const collected = await readSignatures(bundle.folder, step);
  const done = collected?.safeTxHash === hashes.safeTxHash ? collected.signatures.map(({ owner }) => owner) : [];
  let { signature } = options;
  if (signature === undefined) {
    if (options.accounts === undefined) throw new DrydockError(ERRORS.NO_ACCOUNT, { network: "", detail: "" });
    const fits = (address: string) => owners.includes(address) && !done.includes(address);
    const need = ` that is an owner of ${safe} and has not signed`;
    const account = chooseAccount(options.accounts, options.account, fits, need);
    if (!owners.includes(account)) throw new DrydockError(ERRORS.NOT_AN_OWNER, { account, safe });
    const typedData = safeTypedData({ chainId: BigInt(bundle.plan.chainId), safe, version, tx });
    const params = [account, JSON.stringify(typedData)];
    signature = (await options.accounts.provider.request({ method: "eth_signTypedData_v4", params })) as string;
  }
  signature = signature.toLowerCase();
  const owner = recoverOwner(hashes.safeTxHash, signature);
  if (!owners.includes(owner)) {
    const detail = `it was made by ${owner}, who is not an owner, or over another hash`;
    throw new DrydockError(ERRORS.BAD_SIGNATURE, { owner: `an owner of ${safe}`, hash: hashes.safeTxHash, detail });
  }
  const stored = await addSignature(
    bundle.folder,
    { step, nonce: tx.nonce.toString(), safeTxHash: hashes.safeTxHash },
    { owner, signature },
  );
  return { owner, signature, signed: stored.signatures.length, threshold };
}

function requirePossible(step: Step, { operation, readyAt, timestamp }: ProposalState): void {
  const refuse = (detail: string): never => {
    throw new DrydockError(ERRORS.STEP_NOT_POSSIBLE, { step, detail });
  };
  if (step === "schedule" && operation !== "unset") refuse(`the operation is already ${operation}`);
  if (step === "execute" && operation === "waiting") {
    refuse(`the delay ends at ${utc(readyAt)} (in ${readyAt - timestamp} s, chain time); execute is signed only then`);
  }
  if (step !== "schedule" && operation === "unset") refuse("the operation is not scheduled");
  if (step !== "schedule" && operation === "done") refuse("the operation is already executed");
}
