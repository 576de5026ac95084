import type { Finding, NotRun } from "../../finding.js";
import { addressesOf } from "./calls.js";
import { aboutCall } from "./finding.js";
import type { DecodedCall } from "../../decode/types.js";
import type { SafeRule } from "./types.js";

/** Precompiles, sentinels and the like: too short to be taken for something else. */
const SMALL = 1n << 64n;
/** Addresses that share a part; known ones come first, so that a crowd of made-up ones can't hide a look-alike of them. */
const BUCKET = 64;
const CHUNKS: readonly (readonly [number, number])[] = [
  [0, 13],
  [13, 26],
  [26, 40],
];

/**
 * An address that a person would take for another one: the same first and last four digits, or all but two digits equal.
 * Compared with everything that the trust file and this tool know, and with the other addresses of the transaction.
 */
export const lookAlike: SafeRule = ({ calls, names }) => {
  const seen = new Map<string, DecodedCall>();
  for (const call of calls)
    for (const address of addressesOf(call)) {
      const digits = address.slice(2).toLowerCase();
      if (BigInt(address) >= SMALL && !seen.has(digits)) seen.set(digits, call);
    }
  const buckets = new Map<string, Set<string>>();
  const known = [...names.keys()].map((address) => address.slice(2)).filter((digits) => BigInt(`0x${digits}`) >= SMALL);
  for (const digits of [...known, ...seen.keys()])
    for (const key of keys(digits)) {
      const bucket = buckets.get(key) ?? new Set();
      if (bucket.size < BUCKET) buckets.set(key, bucket.add(digits));
    }
  const findings: Finding[] = [];
  for (const [digits, call] of seen) {
    if (names.has(`0x${digits}`)) continue;
    const twin = keys(digits)
      .flatMap((key) => [...(buckets.get(key) ?? [])])
      .find((other) => other !== digits && similar(digits, other));
    if (twin === undefined) continue;
    const name = names.get(`0x${twin}`);
    findings.push(
      aboutCall(call, {
        rule: "look-alike",
        severity: "critical",
        confidence: "high",
        address: `0x${digits}`,
        title: "an address looks like another one",
        detail: `0x${digits} is not 0x${twin}${name === undefined ? ", which this transaction names, too" : ` (${name})`}`,
        remedy: "compare all forty digits with an address that you got over another channel",
      }),
    );
  }
  return { findings };
};

function keys(digits: string): string[] {
  return [
    `ends ${digits.slice(0, 4)}${digits.slice(-4)}`,
    ...CHUNKS.map(([start, end]) => `${start} ${digits.slice(start, end)}`),
  ];
}

function similar(a: string, b: string): boolean {
  if (a.slice(0, 4) === b.slice(0, 4) && a.slice(-4) === b.slice(-4)) return true;
  let different = 0;
  for (let index = 0; index < 40 && different < 3; index++) if (a[index] !== b[index]) different++;
  return different < 3;
}

/** A call with data to an address without code does nothing and succeeds, until somebody deploys code there. */
export const codelessTarget: SafeRule = ({ calls, chainFacts }) => {
  const findings: Finding[] = [];
  const notRun: NotRun[] = [];
  const targets = new Map<string, DecodedCall>();
  for (const call of calls)
    if (call.to !== undefined && call.size > 0 && call.relation !== "guess" && !targets.has(call.to))
      targets.set(call.to, call);
  if (targets.size > 0 && !chainFacts)
    notRun.push({ check: "code at the targets", reason: `the code of ${targets.size} called addresses was not read` });
  for (const [address, call] of targets)
    if (chainFacts?.codeHashes.get(address.toLowerCase()) === null)
      findings.push(
        aboutCall(call, {
          rule: "codeless-target",
          severity: "high",
          title: "calls an address without code",
          detail: `${address} has no code at block ${chainFacts.block}; the call succeeds and does nothing, or somebody deploys code there first`,
          remedy:
            "check the address and the chain; if a contract shall be deployed there, wait until it is and review again",
        }),
      );
  return { findings, notRun };
};
