import type { Finding } from "../../core/finding.js";
import type { ProbeResult } from "../../core/schema/rehearsal.js";
import { STRANGER } from "../fork/accounts.js";
import type { Fork } from "../fork/fork.js";
import type { KnownContract } from "../types.js";
import { consequences, standings, type Actors } from "./actors.js";
import type { StrangerCell, StrangerMatrix } from "./stranger.js";

/** What the stranger sends first, per function and in all. */
const PER_FUNCTION = 6;
const IN_ALL = 36;
/** Refused calls of a function that are tried again: the plainest come first. */
const AGAIN = 8;
/** How often he sends everything that harms nobody, each time from where he got to. */
const ROUNDS = 2;

export interface Sequences {
  /** Refused calls that were tried again. */
  tried: number;
  /** What others lose by a call that goes through only after the stranger's other calls: in words, by `address data`. */
  losses: Map<string, { address: string; contract: string; signature: string; lost: string[] }>;
}

export const NO_SEQUENCES: Sequences = { tried: 0, losses: new Map() };

/**
 * Several calls in a row: a stranger first sends everything that goes through and harms nobody (approvals, deposits of
 * nothing, notes), and then tries again what was refused. Not every order of calls: all that is harmless, in the order of the
 * functions, twice.
 */
export function playSequences(fork: Fork, contracts: readonly KnownContract[], actors: Actors, matrix: StrangerMatrix): Promise<Sequences> {
  const found: Sequences = { tried: 0, losses: new Map() };
  const holders = actors.holders.map(({ address }) => address);
  return fork.attempt(async () => {
    const cells = [...matrix.values()].filter(({ bare }) => !bare);
    const done = new Set<string>(cells.flatMap(({ address, accepted }) => [...accepted].map((key) => `${address} ${key}`)));
    let ready = cells.flatMap((cell) => harmless(cell, holders));
    for (let round = 0; round < ROUNDS && ready.length > 0 && holders.length > 0; round++) {
      for (const call of ready.slice(0, IN_ALL)) await fork.send({ from: STRANGER, ...call }, fork.now);
      ready = [];
      for (const contract of contracts) {
        const before = await standings(fork, contract, holders);
        const refused = cells.filter(({ address }) => address === contract.address).flatMap((cell) => [...cell.refused].slice(0, AGAIN).map((data) => ({ cell, data }))).filter(({ data }) => !done.has(`${contract.address} ${data} 0`));
        found.tried += refused.length;
        const goes = await Promise.all(refused.map(async ({ data }) => (await fork.call({ from: STRANGER, to: contract.address, data })).succeeded));
        for (const { cell, data } of refused.filter((_, index) => goes[index])) {
          done.add(`${contract.address} ${data} 0`);
          const lost = await fork.attempt(async () => {
            const sent = await fork.send({ from: STRANGER, to: contract.address, data }, fork.now);
            return sent.succeeded ? consequences(before, await standings(fork, contract, holders), STRANGER) : [];
          });
          if (lost.length === 0) ready.push({ to: contract.address, data });
          else found.losses.set(`${contract.address} ${data}`, { address: contract.address, contract: cell.contract, signature: cell.signature, lost });
        }
      }
    }
    return found;
  });
}

/** Of what went through: calls about different holders first, with the stranger before, after or not at all, the largest numbers first, as far as they took nothing. */
function harmless({ address, accepted, takes, changed, privileged }: StrangerCell, holders: readonly string[]): { to: string; data: string }[] {
  if (!changed || privileged.length > 0) return [];
  const free = [...accepted].filter((key) => key.endsWith(" 0") && takes.get(key)?.length === 0).map((key) => key.slice(0, key.indexOf(" ")));
  const about = (data: string): number => holders.findIndex((holder) => data.includes(holder.slice(2).toLowerCase()));
  const self = STRANGER.slice(2).toLowerCase();
  const ordered = [...free].sort((a, b) => rank(about(a)) - rank(about(b)) || (a < b ? 1 : a > b ? -1 : 0));
  const first = new Map<string, string>();
  for (const data of ordered) {
    const holder = holders[about(data)]?.slice(2).toLowerCase() ?? "";
    const whom = `${about(data)} ${data.includes(self)} ${data.indexOf(self) < data.indexOf(holder)}`;
    if (!first.has(whom)) first.set(whom, data);
  }
  return [...new Set([...first.values()])].slice(0, PER_FUNCTION).map((data) => ({ to: address, data }));
}

function rank(index: number): number {
  return index < 0 ? Number.MAX_SAFE_INTEGER : index;
}

/** What the new version lets happen in a row, and the old one does not. */
export function judgeSequences(old: Sequences, current: Sequences): { probe: ProbeResult; findings: Finding[] } {
  const byFunction = new Map<string, Finding>();
  for (const [key, { address, contract, signature, lost }] of current.losses) {
    const known = old.losses.get(key)?.lost ?? [];
    const gained = lost.filter((loss) => !known.includes(loss));
    if (gained.length === 0 || byFunction.has(`${address} ${signature}`)) continue;
    byFunction.set(`${address} ${signature}`, {
      rule: "rehearsal/probe/sequence",
      severity: "critical",
      confidence: "high",
      title: "after calls that harm nobody, a stranger takes from others",
      detail: `${contract}.${signature} is refused at first and goes through after other calls of the stranger: ${gained.slice(0, 3).join("; ")}`,
      where: { address, contract, function: signature },
      remedy: "check whose approval, deposit or note the function goes by: the caller's own gives him no right over others",
    });
  }
  const findings = [...byFunction.values()];
  return { probe: { id: "sequences", verdict: findings.length > 0 ? "blocked" : "pass", tried: current.tried, detail: findings.map(({ detail }) => detail).join("; ") }, findings };
}
