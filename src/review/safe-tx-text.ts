import { visible } from "../core/visible.js";
import { decodedText } from "../report/decoded-text.js";
import { named } from "../report/named.js";
import { findingsText, notRunText } from "../report/findings-text.js";
import type { SafeTxAnswer } from "./safe-tx.js";

const VERDICTS = {
  pass: "PASS: nothing found that speaks against signing",
  blocked: "DO NOT SIGN",
  "not-run": "NO VERDICT: something could not be checked",
} as const;

/** The answer of `review --safe-tx` for a person: verdict first, then why, then what to compare with the device. */
export function safeTxText(answer: SafeTxAnswer, names: Readonly<Record<string, string>> = {}): string {
  const { device } = answer;
  return [
    `${VERDICTS[answer.verdict]} (${answer.scope === "offline" ? "offline checks only" : "full review"})`,
    findingsText(answer.findings),
    notRunText("Could not be checked, so this can't pass:", answer.notRun),
    notRunText("Not checked offline:", answer.notChecked),
    `Safe ${answer.safe} ${visible(answer.version)} on chain ${answer.chainId}, nonce ${answer.transaction.nonce}`,
    ...answer.assumptions.map((assumption) => `Assumed: ${visible(assumption)}`),
    device === null
      ? "No hashes: see above for what is missing"
      : `What a Ledger shows:\n  Domain hash  ${device.ledger.domainHash}\n  Message hash ${device.ledger.messageHash}\n\nsafeTxHash     ${answer.safeTxHash}`,
    answer.signers.length === 0 ? "" : `Signatures that came along, of ${answer.signers.map((signer) => named(signer, names)).join(", ")}`,
    decodedText(answer.decoded, names),
    ...answer.approved.map(
      ({ safe, safeTxHash, decoded }) => `It approves ${safeTxHash} of the Safe ${safe}:\n${decodedText(decoded, names)}`,
    ),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}
