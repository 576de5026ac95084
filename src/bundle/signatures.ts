import { access } from "node:fs/promises";
import { join } from "node:path";
import { canonicalJson } from "../core/canonical-json.js";
import type { Step } from "../core/plan/route.js";
import { signaturesSchema, type StepSignatures } from "../core/schema/bundle.js";
import { readDocument } from "../files/read-document.js";
import { writeAtomically } from "../files/write-atomically.js";

/** The collected signatures of one step, or undefined when nobody has signed it yet. */
export async function readSignatures(folder: string, step: Step): Promise<StepSignatures | undefined> {
  const path = pathOf(folder, step);
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  return exists ? readDocument(path, signaturesSchema, `signature file of the step ${step}`) : undefined;
}

/** Adds or replaces one owner's signature. Signatures over another hash (an older nonce) are dropped: they are worth nothing. */
export async function addSignature(
  folder: string,
  signed: Omit<StepSignatures, "schema" | "signatures">,
  signature: { owner: string; signature: string },
): Promise<StepSignatures> {
  const earlier = await readSignatures(folder, signed.step);
  const kept = earlier?.safeTxHash === signed.safeTxHash ? earlier.signatures : [];
  const signatures = [...kept.filter(({ owner }) => owner !== signature.owner), signature];
  signatures.sort((a, b) => (a.owner.toLowerCase() < b.owner.toLowerCase() ? -1 : 1));
  const document = signaturesSchema.parse({ schema: "drydock/signatures@1", ...signed, signatures });
  await writeAtomically(pathOf(folder, signed.step), canonicalJson(document));
  return document;
}

function pathOf(folder: string, step: Step): string {
  return join(folder, "signatures", `${step}.json`);
}
