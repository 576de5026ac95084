import { deviceFormat } from "../core/safe/device-format.js";
import type { BundleReview } from "./review.js";

/** What `review BUNDLE --json` answers beside what every verb has. Plain data. */
export function bundleParts(review: BundleReview): Record<string, unknown> {
  const { transaction, sources } = review;
  return {
    title: review.title,
    planHash: review.planHash,
    evidenceRoot: review.evidenceRoot,
    operationId: review.operationId,
    digest: review.digest,
    ...transaction.hashes,
    device: deviceFormat(transaction.hashes),
    safeVersion: transaction.version,
    transaction: transaction.tx,
    decoded: transaction.decoded,
    signers: transaction.signers,
    gates: review.gates.map(({ stage, verdict }) => ({ stage, verdict })),
    sources: sources.map(({ change, oldSource, oldMatch, files }) => ({
      proxy: change.proxy,
      oldSource,
      oldMatch,
      files: files.map(({ file, status, added, removed }) => ({ file, status, added, removed })),
    })),
    claims: review.claims.map(({ stage, claimed, recomputed }) => ({ stage, claimed, recomputed })),
    suppressed: review.suppressed,
    accepted: review.accepted,
    notChecked: review.notChecked,
  };
}
