import { trustDifferences, trustFindings } from "../../core/authority/trust-diff.js";
import { readProxy } from "../../chain/proxy.js";
import type { BlockRef, ChainPort } from "../../chain/port.js";
import { gate, type Finding } from "../../core/finding.js";
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
 *
 * @param more findings about what the trust file leaves out, {@link unlistedProxies}.
 */
export function checkTrust(result: InspectResult, trust: Trust, more: readonly Finding[] = []): InspectResult {
  const name = (address: string) => trust.labels[address] ?? address;
  const differences = trustDifferences(trust, result.inventory);
  const { verdict, findings } = gate("inspect", [...result.findings, ...trustFindings(differences, name), ...more], result.notRun, trust.policy);
  return { ...result, findings, verdict: differences.length > 0 ? "blocked" : verdict };
}

/** What to inspect so that everything in the trust file is looked at. */
export function trustedAddresses(trust: Trust): string[] {
  return [...trust.proxies, ...trust.safes, ...trust.timelocks].map(({ address }) => address);
}

/** The upgradeable proxies and beacons among named addresses. A Safe is a proxy too, but one that its owners can't upgrade. */
export async function proxiesAmong(
  chain: ChainPort,
  entries: readonly (readonly [name: string, address: string])[],
  block: BlockRef = "latest",
): Promise<string[]> {
  const states = await Promise.all(entries.map(([, address]) => readProxy(chain, address, block)));
  return states.filter(({ kind }) => !["none", "unknown", "minimal"].includes(kind)).map(({ address }) => address);
}

/** A finding for each proxy that the project's deployments name and the trust file does not: nobody watches it. */
export async function unlistedProxies(
  chain: ChainPort,
  trust: Trust,
  entries: readonly (readonly [name: string, address: string])[],
  { block, file }: { block: BlockRef; file: string },
): Promise<Finding[]> {
  const listed = new Set(trust.proxies.map(({ address }) => address.toLowerCase()));
  const unlisted = (await proxiesAmong(chain, entries, block)).filter((address) => !listed.has(address.toLowerCase()));
  return [...new Set(unlisted)].sort().map((address) => {
    const names = entries.filter(([, other]) => other.toLowerCase() === address.toLowerCase()).map(([name]) => name);
    return {
      rule: "trust/unlisted-proxy",
      severity: "medium",
      confidence: "high",
      title: "a proxy that the trust file does not name",
      detail: `${names.join(", ")} ${address} stands in ${file}, and the trust file says nothing about it: its changes go unseen`,
      where: { address },
      remedy: "inspect it, and write the trust file again with it: `upgrade inspect --write`",
    };
  });
}
