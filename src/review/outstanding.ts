import type { SafeService } from "../chain/safe-service.js";
import { headline } from "../report/decoded-text.js";
import type { ChainFacts } from "../core/safe/review/types.js";
import type { NotRun } from "../core/finding.js";
import { decodeCall } from "../core/decode/decode.js";
import { safeHashes } from "../core/safe/hashes.js";
import { DrydockError } from "../errors/drydock-error.js";
import { reviewClaims } from "./claims.js";
import { parseSafeTx } from "./input/read-safe-tx.js";

/** What no listing can hold: said in every review. */
export function unlisted(service: SafeService | undefined): NotRun {
  const reason = service ? "signatures that the service does not know can't be listed" : "no service was named with --service, and nobody can list what was signed elsewhere";
  return { check: "other signed transactions of this Safe", reason };
}

/**
 * The other signed transactions of a Safe that can still be executed, by what a service lists. Hashes are recomputed and
 * signatures recovered; what the service merely says counts for nothing, and what can't be read is told as such.
 */
export async function outstandingTransactions(
  service: SafeService,
  input: { chainId: bigint; safe: string; version: string; nonce: bigint; except: string },
): Promise<NonNullable<ChainFacts["outstanding"]>> {
  const documents = await service.pending(input.safe, input.nonce);
  return documents.flatMap((document) => {
    try {
      const { chainId, safe, version } = input;
      const bytes = new TextEncoder().encode(JSON.stringify(document));
      const request = parseSafeTx(bytes, "the service's answer", { chainId, safe, version });
      const hashes = safeHashes(request);
      if (hashes.safeTxHash === input.except) return [];
      const { signers } = reviewClaims(request, hashes);
      const call = decodeCall({ chainId, from: safe, ...request.tx });
      return [{ nonce: request.tx.nonce, safeTxHash: hashes.safeTxHash, signatures: signers.length, summary: headline(call) }];
    } catch (error) {
      if (!DrydockError.is(error)) throw error;
      return [{ nonce: input.nonce, safeTxHash: "unknown", signatures: 0, summary: `a document that can't be read: ${error.what}` }];
    }
  });
}
