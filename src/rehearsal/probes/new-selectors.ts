import type { Finding } from "../../core/finding.js";
import type { ProbeResult } from "../../core/schema/rehearsal.js";
import type { Venue } from "../adapter.js";
import type { Fork } from "../fork/fork.js";
import { argumentLists, type ArgumentPool } from "../scenarios/argument-pool.js";
import { takeFrame, type Frame } from "../scenarios/frame.js";
import { newViolations } from "../scenarios/invariants.js";
import type { KnownContract } from "../types.js";
import { newFunctionsOf } from "./call-lists.js";

/** Argument lists per new function and account. */
const LISTS = 6;
/** Accounts that call: the nearest to liquidation come first. */
const CALLERS = 4;

/**
 * Accounts that exist call every function that is new, and afterwards every invariant has to hold and nobody may be
 * liquidatable who was not: a new way in has to keep what its siblings keep.
 */
export async function probeNewSelectors(options: {
  fork: Fork;
  venue: Venue;
  sample: readonly string[];
  contracts: readonly KnownContract[];
  pool: ArgumentPool;
}): Promise<{ probe: ProbeResult; findings: Finding[] }> {
  const { fork, venue, sample, contracts, pool } = options;
  const findings: Finding[] = [];
  let tried = 0;
  const before = await takeFrame({ venue, sample, label: "before", port: fork.port });
  for (const contract of contracts) {
    const { address, name } = contract;
    const { iface, fragments } = newFunctionsOf(contract);
    for (const fragment of fragments) {
      const broken = new Set<string>();
      for (const account of sample.slice(0, CALLERS)) {
        const amounts = await amountsOf(venue, account);
        for (const list of argumentLists(fragment, { ...pool, numbers: [...amounts, ...pool.numbers] }, LISTS, account)) {
          tried++;
          for (const what of await consequences(fork, venue, sample, before, { from: account, to: address, data: iface.encodeFunctionData(fragment, list) })) broken.add(what);
        }
      }
      if (broken.size === 0) continue;
      findings.push({
        rule: "rehearsal/probe/new-selectors",
        severity: "critical",
        confidence: "high",
        title: "a new function breaks what its siblings keep",
        detail: `${name}.${fragment.format("sighash")}: ${[...broken].slice(0, 3).join("; ")}`,
        where: { address, contract: name, function: fragment.format("sighash") },
        remedy: "check the account's health and the invariants at the end of the function, as its siblings do",
      });
    }
  }
  const detail = findings.map((finding) => finding.detail).join("; ");
  return { probe: { id: "new-selectors", verdict: findings.length > 0 ? "blocked" : "pass", tried, detail }, findings };
}

/** What a call breaks; empty when it reverts. */
async function consequences(
  fork: Fork,
  venue: Venue,
  sample: readonly string[],
  before: Frame,
  call: { from: string; to: string; data: string },
): Promise<string[]> {
  return fork.attempt(async () => {
    const sent = await fork.send(call, fork.now);
    if (!sent.succeeded) return [];
    const after = await takeFrame({ venue, sample, label: "after", port: fork.port });
    const fell = [...after.values]
      .filter(([where, value]) => where.endsWith(" liquidatable") && value === "true" && before.values.get(where) === "false")
      .map(([where]) => `${where} after a call of ${call.from}`);
    return [...fell, ...newViolations(before, after)];
  });
}

/** All, half and a little of what the account has. */
async function amountsOf(venue: Venue, account: string): Promise<bigint[]> {
  try {
    const { collateral } = await venue.account(account);
    return collateral <= 0n ? [] : [collateral, collateral / 2n];
  } catch {
    // The venue refuses to tell: the pool's numbers have to do.
    return [];
  }
}
