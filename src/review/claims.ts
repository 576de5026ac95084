import type { Finding, NotRun, Severity } from "../core/finding.js";
import type { SafeHashes } from "../core/safe/hashes.js";
import { recoverOwner, signatureKind } from "../core/safe/signatures.js";
import { isHexString } from "ethers";
import { DrydockError } from "../errors/drydock-error.js";
import type { SafeTxRequest } from "./input/types.js";

/** What the document says about itself, compared with what was recomputed. */
export interface ClaimsReview {
  findings: Finding[];
  notRun: NotRun[];
  /** Whose keys made the signatures that came along, each once; of these only owners, where the owners are known. */
  signers: string[];
}

/**
 * Compares hashes, verifying contract and signatures of a document with the recomputed ones.
 *
 * @param owners who owns the Safe, by the signer's own endpoint or trust file; a signature of anybody else counts for nothing.
 */
export function reviewClaims({ claims, safe }: SafeTxRequest, hashes: SafeHashes, owners?: readonly string[]): ClaimsReview {
  const findings: Finding[] = [];
  const found = (severity: Severity, rule: string, title: string, detail: string, remedy = "do not sign; the document contradicts itself"): void => {
    findings.push({ rule: `review/${rule}`, severity, confidence: "high", title, detail, where: { address: safe }, remedy });
  };
  if (claims.verifyingContract !== undefined && claims.verifyingContract.toLowerCase() !== safe.toLowerCase())
    found(
      "critical",
      "verifying-contract",
      "the signature would be for another Safe",
      `the stated Safe is ${safe}, the verifying contract ${claims.verifyingContract}`,
    );
  for (const name of ["domainHash", "messageHash", "safeTxHash"] as const)
    if (claims[name] !== undefined && claims[name] !== hashes[name])
      found("critical", "hash-mismatch", `the stated ${name} is false`, `stated is ${claims[name]}, the fields give ${hashes[name]}`);
  for (const detail of claims.contradictions ?? []) found("critical", "contradiction", "the document says one thing and shows another", detail);

  const notRun: NotRun[] = [];
  const seen: string[] = [];
  const signers: string[] = [];
  const known = owners && new Set(owners.map((owner) => owner.toLowerCase()));
  for (const { owner, signature } of claims.signatures) {
    const signer = recovered(hashes.safeTxHash, signature);
    if (signer instanceof DrydockError || (signer !== undefined && owner !== "" && signer.toLowerCase() !== owner.toLowerCase())) {
      found(
        "critical",
        "bad-signature",
        "a signature that came along is not for this transaction",
        `${owner || signature.slice(0, 20)} did not sign ${hashes.safeTxHash}`,
      );
      continue;
    }
    const who = signer ?? owner;
    if (who !== "") seen.push(who);
    if (who !== "" && known && !known.has(who.toLowerCase()))
      found("high", "foreign-signer", "a signature of somebody who is no owner", `${who} owns nothing of the Safe ${safe}, or no longer does`, "count only the owners' signatures; ask who collected this one, and why");
    else if (signer === undefined)
      notRun.push({ check: "a signature", reason: `${owner || "an owner"} signed with a contract or on chain; only the chain can tell` });
    else if (!signers.includes(signer)) signers.push(signer);
  }
  for (const detail of disorder(seen, claims.packed ?? false))
    found("medium", "signature-order", "the Safe would refuse these signatures", detail, "have the signatures collected and packed again");
  return { findings, notRun, signers };
}

/** `checkNSignatures` wants each owner once and, packed, in ascending order. */
function disorder(signers: readonly string[], packed: boolean): string[] {
  const numbers = signers.map(BigInt);
  const twice = signers.filter((_, index) => numbers.indexOf(numbers[index] ?? 0n) !== index);
  const unsorted = packed && numbers.some((number, index) => index > 0 && number < (numbers[index - 1] ?? 0n));
  return [
    ...[...new Set(twice)].map((signer) => `${signer} signed more than once, which counts once at best`),
    ...(unsorted ? ["they are not in the order of their owners' addresses"] : []),
  ];
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
