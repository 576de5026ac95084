import { visible } from "../core/visible.js";
import { decodedText } from "../report/decoded-text.js";
import { findingsText, notRunText } from "../report/findings-text.js";
import { deviceFormat } from "../core/safe/device-format.js";
import { claimText } from "../report/claim-text.js";
import type { BundleReview } from "./review.js";

const VERDICTS = {
  pass: "SIGN: every check passed",
  blocked: "DO NOT SIGN",
  "not-run": "NO VERDICT: something could not be checked",
} as const;

function headlineOf(verdict: BundleReview["verdict"], scope: BundleReview["scope"]): string {
  if (scope === "offline" && verdict === "pass") return "Every offline check passed; this is no full review";
  if (scope === "cassette" && verdict === "not-run") return "NO VERDICT: replayed from the proposer's recording, not checked against the chain";
  return VERDICTS[verdict];
}

/** A bundle review for a terminal: verdict, why, hashes as the device shows them, the call, what changed, what was left out. */
export function reviewText(review: BundleReview, names: Readonly<Record<string, string>> = {}): string {
  const { transaction, scope } = review;
  const { ledger } = deviceFormat(transaction.hashes);
  const passed = headlineOf(review.verdict, scope);
  return [
    `${passed}\n${review.title}`,
    findingsText(review.findings),
    notRunText("Could not be checked, so this can't pass:", review.notRun),
    notRunText(scope === "full" ? "Beyond any review:" : "Not checked without a chain:", review.notChecked),
    review.gates.map(({ stage, verdict }) => `${verdict.padEnd(8)} ${stage}`).join("\n"),
    `What a Ledger shows:\n  Domain hash  ${ledger.domainHash}\n  Message hash ${ledger.messageHash}`,
    `safeTxHash     ${transaction.hashes.safeTxHash}\nplan hash      ${review.planHash}\nevidence root  ${review.evidenceRoot}\noperation id   ${review.operationId}`,
    `Read this to the other signer: ${review.digest}`,
    decodedText(transaction.decoded, names),
    sourceText(review),
    review.claims
      .map(({ stage, claimed, recomputed }) => claimText(stage, claimed, recomputed))
      .join("\n"),
    ...review.suppressed.map(
      ({ rule, reason }) =>
        `The author suppressed ${visible(rule)}: ${visible(reason)} (a statement; it changes nothing here)`,
    ),
    ...review.accepted.map(({ rule, detail, reason }) => `Your own baseline accepts ${visible(rule)}, ${visible(detail)}: ${visible(reason)}`),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function sourceText({ sources }: BundleReview): string {
  return sources
    .map(({ change, oldSource, files }) => {
      const changed = files.filter(({ status }) => status !== "unchanged");
      const lines = changed.map(
        ({ file, status, added, removed }) => `  ${status.padEnd(8)} ${visible(file)} +${added} -${removed}`,
      );
      const old = {
        matched: "the running code's source",
        claimed: "what the bundle claims to be the running source",
        none: "nothing: the bundle brings no old source",
      }[oldSource];
      return [
        `Source behind ${change.proxy}, against ${old}:`,
        ...lines,
        `  ${files.length - changed.length} files unchanged`,
      ].join("\n");
    })
    .join("\n");
}
