import { dataSlice } from "ethers";
import { canonicalHash } from "../canonical-json.js";
import type { Verdict } from "../finding.js";

/** What two signers must agree on. No block: each looks at their own, and the digest is still equal. */
export interface DigestInput {
  planHash: string;
  evidenceRoot: string;
  safeTxHash: string;
  verdict: Verdict;
  scope: string;
}

/**
 * What two signers read to each other: 128 bits of the keccak256 of the canonical JSON, as eight groups of five decimal
 * digits, each 0 to 65535. Digits, because words would look like a wallet's recovery phrase.
 */
export function signersDigest(input: DigestInput): string {
  const hash = canonicalHash({ schema: "drydock/digest@1", ...input });
  return Array.from({ length: 8 }, (_, index) =>
    Number(dataSlice(hash, index * 2, index * 2 + 2))
      .toString()
      .padStart(5, "0"),
  ).join(" ");
}
