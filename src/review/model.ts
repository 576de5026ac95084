import type { AbiSource, DecodedCall } from "../core/decode/types.js";
import { tableOf } from "../core/decode/functions.js";
import { DEFAULT_POLICY } from "../core/finding.js";
import { DrydockError, ERRORS } from "../errors/drydock-error.js";
import { rehearsalSchema } from "../core/schema/rehearsal.js";
import type { Trust } from "../core/schema/trust.js";
import type { SafeTx } from "../core/safe/transaction.js";
import { flatten } from "../core/safe/review/calls.js";
import { PUBLISHED } from "../core/safe/review/names.js";
import { layoutSvg } from "../report/layout-svg.js";
import { layoutRows } from "../report/layout-table.js";
import type { ModelLayout, ModelTransaction, ReviewModel } from "../report/model.js";
import type { NameBook } from "../stages/names.js";
import type { ReviewContext } from "./bundle/context.js";
import type { BundleReview } from "./review.js";
import type { SafeTxAnswer } from "./safe-tx.js";

/** The report's model of a bundle review. */
export function modelOfBundle(review: BundleReview, { bundle, step, trust, names }: ReviewContext): ReviewModel {
  const { transaction } = review;
  const { chainId, safe } = bundle.plan;
  const claimed = rehearsalSchema.safeParse(bundle.file("rehearsal.json") && bundle.json("rehearsal.json"));
  const rehearsal = review.rehearsal
    ? { source: review.scope === "cassette" ? ("replayed" as const) : ("rerun" as const), result: review.rehearsal }
    : claimed.success
      ? { source: "claimed" as const, result: claimed.data }
      : undefined;
  return {
    schema: "drydock/review-model@1",
    title: review.title,
    verdict: review.verdict,
    scope: review.scope,
    step,
    transaction: plainTransaction(chainId, safe, transaction.version, transaction.tx),
    hashes: transaction.hashes,
    decoded: transaction.decoded,
    abis: usedAbis(transaction.abis, transaction.decoded),
    approved: [],
    plan: {
      planHash: review.planHash,
      evidenceRoot: review.evidenceRoot,
      operationId: review.operationId,
      digest: review.digest,
    },
    changes: review.sources.map(({ change, contract }) => ({
      proxy: change.proxy,
      contract,
      from: change.oldImplementation,
      to: change.newImplementation,
    })),
    names: namesOf(names, trust),
    policy: trust?.policy ?? DEFAULT_POLICY,
    gates: review.gates.map(({ stage, verdict }) => ({ stage, verdict })),
    findings: review.findings,
    notRun: review.notRun,
    notChecked: review.notChecked,
    signers: transaction.signers,
    ...thresholdOf(trust, safe),
    assumptions: [],
    ...(rehearsal ? { rehearsal } : {}),
    ...(review.layout ? { layout: review.layout.map(layoutOf) } : {}),
    authority: [],
    sources: review.sources.map(({ change, oldSource, files }) => ({ proxy: change.proxy, oldSource, files })),
    claims: review.claims.map(({ stage, claimed, recomputed }) => ({ stage, claimed, recomputed })),
    suppressed: [...review.suppressed],
    accepted: [...review.accepted],
  };
}

/** The report's model of a Safe transaction that belongs to no bundle. */
export function modelOfSafeTx(answer: SafeTxAnswer, abis: readonly AbiSource[], trust?: Trust): ReviewModel {
  const { domainHash, messageHash, safeTxHash, transaction } = answer;
  if (domainHash === null || messageHash === null || safeTxHash === null)
    throw new DrydockError(ERRORS.ARGUMENT, {
      detail: "a page needs hashes, and the document leaves out what they depend on",
      verb: "review",
    });
  return {
    schema: "drydock/review-model@1",
    title: "Safe transaction",
    verdict: answer.verdict,
    scope: answer.scope,
    transaction: {
      chainId: answer.chainId,
      safe: answer.safe,
      version: answer.version,
      ...(transaction as Omit<ModelTransaction, "chainId" | "safe" | "version">),
    },
    hashes: { domainHash, messageHash, safeTxHash },
    decoded: answer.decoded,
    abis: usedAbis(abis, answer.decoded),
    approved: answer.approved.map(({ safe, safeTxHash: hash, decoded }) => ({ safe, safeTxHash: hash, decoded })),
    changes: [],
    names: namesOf(undefined, trust),
    policy: trust?.policy ?? DEFAULT_POLICY,
    gates: [],
    findings: answer.findings,
    notRun: answer.notRun,
    notChecked: answer.notChecked,
    signers: answer.signers,
    ...thresholdOf(trust, answer.safe),
    assumptions: answer.assumptions,
    authority: [],
    sources: [],
    claims: [],
    suppressed: [],
  };
}

function layoutOf({ proxy, contract, changes }: NonNullable<BundleReview["layout"]>[number]): ModelLayout {
  const svg = layoutSvg(changes, `${proxy} → ${contract}`);
  return { proxy, contract, kept: changes.filter(({ fate }) => fate === "kept").length, ...(svg === undefined ? {} : { svg }), rows: layoutRows(changes) };
}

/** Names of the signer's own files, over those of published contracts: the deployments, then the labels of the trust file. */
export function namesOf(names: NameBook | undefined, trust: Trust | undefined): Record<string, string> {
  const own = (names?.entries ?? []).map(([name, address]) => [address.toLowerCase(), name]);
  const labels = Object.entries(trust?.labels ?? {}).map(([address, label]) => [address.toLowerCase(), label]);
  return Object.fromEntries([...PUBLISHED, ...own, ...labels]) as Record<string, string>;
}

function thresholdOf(trust: Trust | undefined, safe: string): { threshold?: number } {
  const own = trust?.safes.find(({ address }) => address.toLowerCase() === safe.toLowerCase());
  return own ? { threshold: Number(own.threshold) } : {};
}

function plainTransaction(chainId: string, safe: string, version: string, tx: SafeTx): ModelTransaction {
  const { value, safeTxGas, baseGas, gasPrice, nonce, ...rest } = tx;
  return {
    chainId,
    safe,
    version,
    ...rest,
    value: value.toString(),
    safeTxGas: safeTxGas.toString(),
    baseGas: baseGas.toString(),
    gasPrice: gasPrice.toString(),
    nonce: nonce.toString(),
  };
}

/** Only the functions that the tree meets: a page must not carry the ABI of a whole project. */
function usedAbis(abis: readonly AbiSource[], decoded: DecodedCall): AbiSource[] {
  const selectors = new Set(flatten(decoded).map(({ selector }) => selector));
  const seen = new Set<string>();
  return abis.flatMap((source): AbiSource[] => {
    const fragments = [...tableOf([source])]
      .flatMap(([, functions]) => functions)
      .filter(({ fragment }) => selectors.has(fragment.selector))
      .map(({ fragment }) => fragment.format("full"))
      .filter((fragment) => isNew(seen, `${source.provenance} ${source.address ?? ""} ${fragment}`));
    return fragments.length === 0 ? [] : [{ ...source, fragments }];
  });
}

function isNew(seen: Set<string>, key: string): boolean {
  return !seen.has(key) && seen.add(key) !== undefined;
}
