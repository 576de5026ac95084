import type { Finding, NotRun } from "../core/finding.js";
import type { SafeHashes } from "../core/safe/hashes.js";
import { recoverOwner, signatureKind } from "../core/safe/signatures.js";
import { isHexString } from "ethers";
import { DrydockError } from "../errors/drydock-error.js";
import type { SafeTxRequest } from "./input/types.js";

/** What the document says about itself, compared with what was recomputed. */
export interface ClaimsReview {
  findings: Finding[];
  notRun: NotRun[];
  /** Owners whose keys made the signatures that came along. */
  signers: string[];
}

/** Compares hashes, verifying contract and signatures of a document with the recomputed ones. */
export function reviewClaims({ claims, safe }: SafeTxRequest, hashes: SafeHashes): ClaimsReview {
  const findings: Finding[] = [];
  const notRun: NotRun[] = [];
  const signers: string[] = [];
  const red = (rule: string, title: string, detail: string): void => {
    findings.push({
      rule: `review/${rule}`,
      severity: "critical",
      confidence: "high",
      title,
      detail,
      where: { address: safe },
      remedy: "do not sign; the document contradicts itself",
    });
  };
  if (claims.verifyingContract !== undefined && claims.verifyingContract.toLowerCase() !== safe.toLowerCase())
    red(
      "verifying-contract",
      "the signature would be for another Safe",
      `the stated Safe is ${safe}, the verifying contract ${claims.verifyingContract}`,
    );
  for (const name of ["domainHash", "messageHash", "safeTxHash"] as const)
    if (claims[name] !== undefined && claims[name] !== hashes[name])
      red("hash-mismatch", `the stated ${name} is false`, `stated is ${claims[name]}, the fields give ${hashes[name]}`);
  for (const { owner, signature } of claims.signatures) {
    const signer = recovered(hashes.safeTxHash, signature);
    if (signer === undefined)
      notRun.push({
        check: "a signature",
        reason: `${owner || "an owner"} signed with a contract or on chain; only the chain can tell`,
      });
    else if (signer instanceof DrydockError || (owner !== "" && signer.toLowerCase() !== owner.toLowerCase()))
      red(
        "bad-signature",
        "a signature that came along is not for this transaction",
        `${owner || signature.slice(0, 20)} did not sign ${hashes.safeTxHash}`,
      );
    else signers.push(signer);
  }
  return { findings, notRun, signers };
}

/** The signer; undefined when no key can be recovered from this kind of signature; the error when it is broken. */
function recovered(safeTxHash: string, signature: string): string | DrydockError | undefined {
  if (!isHexString(signature, 65)) return undefined;
  const kind = signatureKind(signature);
  if (kind === "contract" || kind === "approved-hash") return undefined;
  try {
    return recoverOwner(safeTxHash, signature);
  } catch (error) {
    if (DrydockError.is(error)) return error;
    throw error;
  }
}
