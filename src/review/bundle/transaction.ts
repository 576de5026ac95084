import { readSignatures } from "../../bundle/signatures.js";
import { reviewClaims } from "../claims.js";
import { ownersOf } from "../safe-tx.js";
import { outstandingTransactions, unlisted } from "../outstanding.js";
import { safeHashes } from "../../core/safe/hashes.js";
import { readChainFacts } from "../chain-facts.js";
import type { AbiSource } from "../../core/decode/types.js";
import { gate, type Finding, type Gate, type NotRun } from "../../core/finding.js";
import { operationIdOf, safeTransactionOf } from "../../core/plan/route.js";
import { reviewSafeTransaction } from "../../core/safe/review/review.js";
import type { ChainFacts, SafeTransactionReview } from "../../core/safe/review/types.js";
import type { SafeTx } from "../../core/safe/transaction.js";
import type { ReviewContext } from "./context.js";
import { contradiction } from "./finding.js";
import type { Rebuilt } from "./rebuild.js";

export interface TransactionReview extends SafeTransactionReview {
  gate: Gate;
  /** Left to do offline. */
  unchecked: NotRun[];
  version: string;
  tx: SafeTx;
  /** The function names that the calls were decoded with. */
  abis: AbiSource[];
  /** Owners whose signatures for this step came with the bundle. */
  signers: string[];
}

/**
 * The Safe transaction of the step, made anew from the plan core, compared with what the bundle says it is, decoded with
 * the rebuilt sources, and searched for what an attacker would do.
 */
export async function reviewTransaction(
  context: ReviewContext,
  rebuilt: readonly Rebuilt[],
): Promise<TransactionReview> {
  const { bundle, step, trust } = context;
  const chain = context.chain?.cassette ? undefined : context.chain;
  const { plan, transactions } = bundle;
  const chainId = BigInt(plan.chainId);
  const signatures = await readSignatures(bundle.folder, step);
  const scheduleNonce = BigInt(transactions.schedule.transaction.nonce);
  const nonce = step === "schedule" ? scheduleNonce : BigInt(signatures?.nonce ?? scheduleNonce + 1n);
  const tx = safeTransactionOf(plan, step, nonce);
  const trusted = trust?.safes.find(({ address }) => address.toLowerCase() === plan.safe.toLowerCase());
  const version = trusted?.version ?? transactions.safeVersion;
  const abis = abisOf(context, rebuilt);
  const input = {
    chainId,
    safe: plan.safe,
    version,
    tx,
    context: { abis },
    planned: new Map(plan.changes.map(({ proxy, newImplementation }) => [proxy.toLowerCase(), newImplementation])),
    ...(trust ? { trust } : {}),
  };
  const chainFacts: ChainFacts | undefined =
    chain && (await readChainFacts(chain.port, input, { network: chain.network }));
  const except = safeHashes(input).safeTxHash;
  const outstanding =
    chainFacts && context.service
      ? await outstandingTransactions(context.service, { ...input, nonce: chainFacts.safe?.nonce ?? 0n, except })
      : undefined;
  const review = reviewSafeTransaction({
    ...input,
    ...(chainFacts ? { chainFacts: { ...chainFacts, ...(outstanding ? { outstanding } : {}) } } : {}),
  });
  const claims = reviewClaims(
    {
      format: "safe-tx",
      chainId,
      safe: plan.safe,
      version,
      tx,
      claims: { signatures: signatures?.signatures ?? [] },
      abis: [],
      approves: [],
      assumptions: [],
      missing: [],
    },
    review.hashes,
    ownersOf(plan.safe, chainFacts, trust),
  );
  const findings: Finding[] = [
    ...review.findings,
    ...claims.findings,
    ...compareTransactions(context, review, version),
  ];
  if (signatures !== undefined && signatures.safeTxHash !== review.hashes.safeTxHash)
    findings.push(
      contradiction(
        "hash-mismatch",
        "the collected signatures are for another transaction",
        `they cover ${signatures.safeTxHash}, the plan gives ${review.hashes.safeTxHash}`,
        plan.safe,
      ),
    );
  if (signatures !== undefined && BigInt(signatures.nonce) !== nonce)
    findings.push(contradiction("hash-mismatch", "the collected signatures state another nonce", `they say ${signatures.nonce}, the transaction has ${nonce}`, plan.safe));
  // `sign` keeps signatures of keys only: anything else in this file was put there by somebody else.
  for (const { reason } of claims.notRun)
    findings.push(contradiction("bad-signature", "a signature of the bundle is none that a key can make", reason, plan.safe));
  const unchecked = review.notRun;
  return {
    ...review,
    gate: gate("transaction", findings, chain ? unchecked : [], trust?.policy),
    unchecked: [...(chain ? [] : unchecked), unlisted(context.service)],
    version,
    tx,
    abis,
    signers: claims.signers,
  };
}

/** `transactions.json` says nothing that the plan core does not; where it differs, one of the two lies. */
function compareTransactions(
  { bundle, step }: ReviewContext,
  { hashes }: SafeTransactionReview,
  version: string,
): Finding[] {
  const { plan, transactions } = bundle;
  const { schedule } = transactions;
  const expected = safeTransactionOf(plan, "schedule", BigInt(schedule.transaction.nonce));
  const pairs: [string, unknown, unknown][] = [
    ["chain id", transactions.chainId, plan.chainId],
    ["Safe", transactions.safe, plan.safe],
    ["timelock", transactions.timelock, plan.timelock],
    ["operation id", transactions.operationId, operationIdOf(plan)],
    ["Safe version", transactions.safeVersion.replace(/\+L2$/, ""), version.replace(/\+L2$/, "")],
    ...Object.entries(expected).map(([name, value]): [string, unknown, unknown] => [
      name,
      schedule.transaction[name as keyof SafeTx],
      value,
    ]),
  ];
  if (step === "schedule")
    for (const name of ["domainHash", "messageHash", "safeTxHash"] as const)
      pairs.push([name, schedule[name], hashes[name]]);
  return pairs
    .filter(([, stated, recomputed]) => String(stated) !== String(recomputed))
    .map(([name, stated, recomputed]) =>
      contradiction(
        "transaction-mismatch",
        `the stated ${name} is not what the plan gives`,
        `stated is ${String(stated)}, the plan gives ${String(recomputed)}`,
        plan.safe,
      ),
    );
}

/** Source that was rebuilt counts as such at the addresses whose code it is; anywhere else it is a claim. */
function abisOf({ bundle, abis = [] }: ReviewContext, rebuilt: readonly Rebuilt[]): AbiSource[] {
  const proven = rebuilt.flatMap(({ build, built, initCodeHash }): AbiSource[] => {
    const fragments = built.output.contracts?.[built.file]?.[built.name]?.abi ?? [];
    const change = bundle.plan.changes.find(({ newImplementation }) => newImplementation === build.address);
    if (build.role !== "new" || change?.initCodeHash !== initCodeHash) return [];
    return [change.newImplementation, change.proxy].map((address) => ({
      contract: built.name,
      provenance: "rebuilt source",
      address,
      fragments,
    }));
  });
  const claimed = rebuilt.flatMap(({ built }) =>
    Object.values(built.output.contracts ?? {}).flatMap((file) =>
      Object.entries(file).map(([contract, { abi }]): AbiSource => ({
        contract,
        provenance: "claimed",
        fragments: abi,
      })),
    ),
  );
  return [...proven, ...abis, ...claimed];
}
