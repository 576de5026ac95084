import { readJournal } from "../bundle/journal.js";
import type { OpenBundle } from "../bundle/open.js";
import { sealBundle } from "../bundle/seal.js";
import type { ChainPort } from "../chain/port.js";
import { readSafe } from "../chain/safe.js";
import { canonicalJson } from "../core/canonical-json.js";
import { operationIdOf, safeTransactionOf } from "../core/plan/route.js";
import { safeHashes } from "../core/safe/hashes.js";
import { transactionsSchema } from "../core/schema/bundle.js";
import { readOperation } from "../chain/timelock.js";
import { DrydockError, ERRORS } from "../errors/drydock-error.js";
import { confirmHashes } from "./confirm-hashes.js";

/**
 * Seals the same proposal again for another Safe nonce: same plan hash, same evidence, new safeTxHash. Signatures for
 * the old nonce are worth nothing and are left behind; the journal of what was sent is kept.
 *
 * @param nonce the Safe's current nonce if left out.
 * @returns the new safeTxHash and evidence root.
 * @throws DrydockError STEP_NOT_POSSIBLE when the operation is scheduled or done.
 */
export async function renonce(
  chain: ChainPort,
  bundle: OpenBundle,
  nonce?: bigint,
): Promise<{ safeTxHash: string; evidenceRoot: string; nonce: bigint }> {
  const { plan, transactions, manifest } = bundle;
  const operation = await readOperation(chain, plan.timelock, operationIdOf(plan));
  if (operation.state !== "unset") {
    const detail = `the operation is ${operation.state}: nothing is left to be scheduled`;
    throw new DrydockError(ERRORS.STEP_NOT_POSSIBLE, { step: "schedule", detail });
  }
  const safe = await readSafe(chain, plan.safe);
  const tx = safeTransactionOf(plan, "schedule", nonce ?? safe.nonce);
  const chainId = BigInt(plan.chainId);
  const hashes = safeHashes({ chainId, safe: plan.safe, version: safe.version, tx });
  await confirmHashes(chain, { chainId, safe, tx, hashes });
  const { transaction } = transactions.schedule;
  const changed = transactionsSchema.parse({
    ...transactions,
    safeVersion: safe.version,
    schedule: { transaction: { ...transaction, nonce: tx.nonce.toString() }, ...hashes },
  });
  const files = new Map<string, string | Uint8Array>();
  for (const path of Object.keys(manifest.files)) files.set(path, bundle.file(path) ?? "");
  files.set("transactions.json", canonicalJson(changed));
  const journal = (await readJournal(bundle.folder)).map(
    (entry, index) => [`journal/${String(index + 1).padStart(4, "0")}.json`, canonicalJson(entry)] as const,
  );
  const { title, planHash, tool } = manifest;
  const sealed = await sealBundle(bundle.folder, { title, planHash, tool }, files, new Map(journal));
  return { safeTxHash: hashes.safeTxHash, evidenceRoot: sealed.evidenceRoot, nonce: tx.nonce };
}
