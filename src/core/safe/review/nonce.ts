import type { Finding } from "../../finding.js";
import { aboutTransaction } from "./finding.js";
import type { SafeRule } from "./types.js";

/** The Safe's nonce, and every other signature that is still good. */
export const nonce: SafeRule = ({ safe, tx, chainFacts }) => {
  const live = chainFacts?.safe?.nonce;
  if (live === undefined)
    return {
      findings: [],
      notRun: [
        {
          check: "the Safe's nonce",
          reason: "nonce() was not read: the transaction may be stale, or others may come first",
        },
      ],
    };
  const findings: Finding[] = [];
  if (tx.nonce < live)
    findings.push(
      aboutTransaction(safe, {
        rule: "nonce-stale",
        severity: "high",
        title: "the nonce is used up",
        detail: `the transaction has nonce ${tx.nonce}, the Safe is at ${live}: it can never be executed`,
        remedy: "propose again with the live nonce",
      }),
    );
  if (tx.nonce > live)
    findings.push(
      aboutTransaction(safe, {
        rule: "nonce-gap",
        severity: "medium",
        title: "other transactions come first",
        detail: `the transaction has nonce ${tx.nonce}, the Safe is at ${live}: ${tx.nonce - live} others are executed before it, and may change what it does`,
        remedy: "review those, too, and review this one again when it is its turn",
      }),
    );
  for (const other of chainFacts?.outstanding ?? [])
    findings.push(
      aboutTransaction(safe, {
        rule: other.nonce === tx.nonce ? "nonce-duplicate" : "signature-outstanding",
        severity: "medium",
        title:
          other.nonce === tx.nonce
            ? "another transaction is signed for the same nonce"
            : "another signed transaction waits",
        detail: `nonce ${other.nonce}, ${other.signatures} signatures, ${other.safeTxHash}: ${other.summary}`,
        remedy: "know what it does: either may be executed",
      }),
    );
  return { findings };
};
