import type { Finding, Severity } from "../finding.js";
import type { Trust } from "../schema/trust.js";

/** Something that is not as the trust file says: `before` is the file's value, `after` the chain's. */
export interface TrustDifference {
  /** The contract or account. */
  address: string;
  /** `safes.threshold`, `proxies.implementation`, `roles 0x….holders` … */
  field: string;
  before: string | null;
  after: string | null;
}

/**
 * Every difference between what a trust file says and what the chain shows, lists compared without order. Labels, agreed
 * roles, limits, policy, the declared timelocks and the block are a person's words, so they are not compared; a chain id or genesis hash
 * of another chain is.
 */
export function trustDifferences(trust: Trust, live: Trust): TrustDifference[] {
  const differences: TrustDifference[] = [];
  if (trust.chainId !== live.chainId) differences.push({ address: ZERO, field: "chainId", before: trust.chainId, after: live.chainId });
  if (trust.genesisHash !== live.genesisHash) {
    differences.push({ address: ZERO, field: "genesisHash", before: trust.genesisHash, after: live.genesisHash });
  }
  for (const section of ["safes", "timelocks", "proxies", "accounts"] as const) {
    compare(section, keyed<{ address: string }>(trust[section], ({ address }) => address), keyed<{ address: string }>(live[section], ({ address }) => address));
  }
  const roleKey = ({ contract, role }: Trust["roles"][number]) => `${contract} ${role}`;
  compare("roles", keyed(trust.roles, roleKey), keyed(live.roles, roleKey));
  return differences;

  function compare(section: string, before: ReadonlyMap<string, object>, after: ReadonlyMap<string, object>): void {
    for (const key of [...new Set([...before.keys(), ...after.keys()])].sort()) {
      const [was, is] = [before.get(key), after.get(key)];
      const address = key.split(" ")[0]!;
      const name = key.includes(" ") ? `${section} ${key.split(" ")[1]}` : section;
      if (was === undefined || is === undefined) {
        differences.push({ address, field: name, before: was === undefined ? null : "listed", after: is === undefined ? null : "found" });
        continue;
      }
      for (const field of Object.keys({ ...was, ...is }).filter((one) => !NOT_COMPARED.has(one))) {
        const [old, now] = [show((was as Record<string, unknown>)[field]), show((is as Record<string, unknown>)[field])];
        if (old !== now) differences.push({ address, field: `${name}.${field}`, before: old, after: now });
      }
    }
  }
}

/** Each difference as a finding that blocks: a changed inventory is for a person to look at, whatever changed. */
export function trustFindings(differences: readonly TrustDifference[], name: (address: string) => string): Finding[] {
  return differences.map(({ address, field, before, after }) => ({
    rule: "trust/changed",
    severity: severityOf(field),
    confidence: "high",
    title: before === null ? "not in the trust file" : after === null ? "gone since the trust file was written" : "changed since the trust file was written",
    detail: `${address === ZERO ? "the chain" : name(address)}: ${field} is ${after ?? "gone"}, the trust file says ${before ?? "nothing"}`,
    where: { address },
    remedy: "find out who changed it and why; if it is right, run `upgrade inspect --write` and commit the file",
  }));
}

const ZERO = "0x0000000000000000000000000000000000000000";
/** The key itself, and what only a person decides. */
const NOT_COMPARED = new Set(["address", "contract", "role", "timelock"]);

/** What decides about code at once is critical, everything else high: both block. */
function severityOf(field: string): Severity {
  return /implementation|singleton|codeHash|facets|genesisHash|chainId/i.test(field) ? "critical" : "high";
}

function keyed<T extends object>(items: readonly T[], key: (item: T) => string): Map<string, object> {
  return new Map(items.map((item) => [key(item), item]));
}

function show(value: unknown): string {
  if (!Array.isArray(value)) return value === null || value === undefined ? "none" : String(value);
  const parts = value.map((part: unknown) => (typeof part === "object" ? JSON.stringify(part) : String(part)));
  return parts.length === 0 ? "none" : parts.sort().join(", ");
}
