import { trustDifferences, trustFindings } from "../../core/authority/trust-diff.js";
import { gate } from "../../core/finding.js";
import type { InspectResult } from "../../core/schema/inspect.js";
import { trustSchema, type Trust } from "../../core/schema/trust.js";
import { readDocument } from "../../files/read-document.js";
import { writeAtomically } from "../../files/write-atomically.js";

/**
 * Reads a signer's trust file.
 *
 * @throws DrydockError FILE_NOT_FOUND, FILE_MALFORMED.
 */
export function readTrust(path: string): Promise<Trust> {
  return readDocument(path, trustSchema, "trust file");
}

/** `inspect --write`: the inventory as a trust file that a person reads and commits. Written whole or not at all. */
export async function writeTrust(path: string, { inventory }: Pick<InspectResult, "inventory">): Promise<void> {
  await writeAtomically(path, `${JSON.stringify(trustSchema.parse(inventory), undefined, 2)}\n`);
}

/**
 * `inspect --check`: the result with one more finding per difference between the trust file and the chain, and the
 * verdict over all of them. Any difference blocks, whatever the policy says. Inspect the addresses of the trust file
 * ({@link trustedAddresses}), else what is not looked at shows as gone.
 */
export function checkTrust(result: InspectResult, trust: Trust): InspectResult {
  const name = (address: string) => trust.labels[address] ?? address;
  const differences = trustDifferences(trust, result.inventory);
  const { verdict, findings } = gate("inspect", [...result.findings, ...trustFindings(differences, name)], result.notRun, trust.policy);
  return { ...result, findings, verdict: differences.length > 0 ? "blocked" : verdict };
}

/** What to inspect so that everything in the trust file is looked at. */
export function trustedAddresses(trust: Trust): string[] {
  return [...trust.proxies, ...trust.safes, ...trust.timelocks].map(({ address }) => address);
}
