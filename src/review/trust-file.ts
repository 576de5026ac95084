import { access } from "node:fs/promises";
import { trustSchema, type Trust } from "../core/schema/trust.js";
import { readDocument } from "../files/read-document.js";

/**
 * The signer's own trust file: the one that was named, else the one at `usual` if there is one. One that was only found
 * counts for its own chain alone.
 *
 * @throws DrydockError FILE_NOT_FOUND, FILE_MALFORMED.
 */
export async function findTrust(named: string | undefined, usual: string, chainId: bigint): Promise<Trust | undefined> {
  if (named !== undefined) return readDocument(named, trustSchema, "trust file");
  const exists = await access(usual).then(
    () => true,
    () => false,
  );
  if (!exists) return undefined;
  const trust = await readDocument(usual, trustSchema, "trust file");
  return BigInt(trust.chainId) === chainId ? trust : undefined;
}
