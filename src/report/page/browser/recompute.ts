import { decodeCall } from "../../../core/decode/decode.js";
import { gate, type Finding } from "../../../core/finding.js";
import { reviewSafeTransaction } from "../../../core/safe/review/review.js";
import { signersDigest } from "../../../core/safe/digest.js";
import { safeHashes } from "../../../core/safe/hashes.js";
import type { SafeTx } from "../../../core/safe/transaction.js";
import { canonicalJson } from "../../../core/canonical-json.js";
import type { ReviewModel } from "../../model.js";

/** One thing that the page states, beside what was recomputed from the transaction's own fields. */
export interface Recomputed {
  name: string;
  stated: string;
  recomputed: string;
}

/** Recomputes everything that follows from the model's own fields. Throws for a model that makes no sense. */
export function recompute(model: ReviewModel): Recomputed[] {
  const { transaction, hashes, plan, findings, notRun, policy, scope, step } = model;
  const tx: SafeTx = {
    to: transaction.to,
    value: BigInt(transaction.value),
    data: transaction.data,
    operation: transaction.operation,
    safeTxGas: BigInt(transaction.safeTxGas),
    baseGas: BigInt(transaction.baseGas),
    gasPrice: BigInt(transaction.gasPrice),
    gasToken: transaction.gasToken,
    refundReceiver: transaction.refundReceiver,
    nonce: BigInt(transaction.nonce),
  };
  const chainId = BigInt(transaction.chainId);
  const own = safeHashes({ chainId, safe: transaction.safe, version: transaction.version, tx });
  const decoded = decodeCall({ chainId, from: transaction.safe, to: tx.to, value: tx.value, data: tx.data, operation: tx.operation }, { abis: model.abis });
  const { verdict } = gate("page", findings, scope === "full" ? notRun : [], policy);
  const worst = model.gates.some((each) => each.verdict === "blocked") ? "blocked" : model.gates.some((each) => each.verdict === "not-run") ? "not-run" : verdict;
  return [
    { name: "Domain hash", stated: hashes.domainHash, recomputed: own.domainHash },
    { name: "Message hash", stated: hashes.messageHash, recomputed: own.messageHash },
    { name: "safeTxHash", stated: hashes.safeTxHash, recomputed: own.safeTxHash },
    { name: "Decoded call", stated: summary(model.decoded), recomputed: summary(decoded) },
    { name: "Findings", ...plainFindings(model, tx) },
    { name: "Verdict", stated: model.verdict, recomputed: worst },
    ...(plan
      ? [
          {
            name: "Digest",
            stated: plan.digest,
            recomputed: signersDigest({ planHash: plan.planHash, evidenceRoot: plan.evidenceRoot, safeTxHash: own.safeTxHash, verdict: worst, scope: `${scope} ${step ?? ""}` }),
          },
        ]
      : []),
  ];
}

/** Rules that need neither trust file nor chain to be sure: what they find must be among the stated findings. */
const PLAIN_RULES: ReadonlySet<string> = new Set(["delegatecall", "singleton-change", "refund-fields", "safe-settings", "unexplained-bytes", "authority-change", "trusted-contract", "sign-message", "open-spender", "module-allowance"].map((rule) => `review/${rule}`));

function plainFindings(model: ReviewModel, tx: SafeTx): { stated: string; recomputed: string } {
  const { chainId, safe, version } = model.transaction;
  const { findings } = reviewSafeTransaction({ chainId: BigInt(chainId), safe, version, tx, context: { abis: model.abis } });
  const of = (list: readonly Finding[]): string => [...new Set(list.map(({ rule }) => rule).filter((rule) => PLAIN_RULES.has(rule)))].sort().join(", ");
  const own = new Set(of(findings).split(", "));
  return { stated: of(model.findings.filter(({ rule }) => own.has(rule))) || "none", recomputed: of(findings) || "none" };
}

/** A tree in few words when it is equal, and different words when anything in it differs. */
function summary(decoded: ReviewModel["decoded"]): string {
  const text = canonicalJson(decoded);
  let sum = 0;
  for (let index = 0; index < text.length; index++) sum = (Math.imul(sum, 31) + text.charCodeAt(index)) | 0;
  return `${decoded.function ?? "no function"}, ${decoded.accounted} of ${decoded.size} bytes, checksum ${sum >>> 0}`;
}
