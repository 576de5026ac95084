import type { FunctionFragment, Interface } from "ethers";
import type { Finding } from "../../core/finding.js";
import type { Fork } from "../fork/fork.js";
import type { ArgumentPool } from "../scenarios/argument-pool.js";
import type { KnownContract } from "../types.js";
import { consequences, standings, type Actors, type Holder, type Standings } from "./actors.js";
import { callLists, encoded, newFunctionsOf } from "./call-lists.js";
import { DOUBLED, effectOf, paysAgain, paysMoreForTwice, type Effect, type OwnCall } from "./relations.js";

/** Argument lists per new function and account. */
const LISTS = 24;
const DEBT = /debt|borrow|loan|liabilit/i;

/** An existing function's call by which a holding of its caller fell on the new version, and by how much. */
export interface WayOut {
  caller: string;
  to: string;
  /** `getter(account)` */
  where: string;
  fell: bigint;
  iface: Interface;
  data: string;
}

interface Options {
  fork: Fork;
  contracts: readonly KnownContract[];
  actors: Actors;
  pool: ArgumentPool;
  seed: string;
  /** Of the contract at `address`. */
  waysOut(address: string): readonly WayOut[];
}

/** A call of a new function that went through and changed something. */
export interface NewCall extends OwnCall {
  label: string;
}

export interface ProbedFunctions {
  findings: Finding[];
  calls: NewCall[];
}

/**
 * On the new version: functions that are new, called by accounts that exist. Nobody else may lose, nobody's health may turn,
 * and what the caller gets is held against what the same function, or its siblings, give him otherwise: see relations.ts.
 */
export async function probeNewFunctions(options: Options): Promise<ProbedFunctions> {
  const { contracts, actors } = options;
  const findings: Finding[] = [];
  const calls: NewCall[] = [];
  if (actors.holders.length === 0) return { findings, calls };
  for (const contract of contracts) {
    const { address, name, oldAbi } = contract;
    if (oldAbi === undefined) continue;
    const { iface, fragments } = newFunctionsOf(contract);
    const before = await standings(options.fork, contract, actors.holders.map((holder) => holder.address));
    for (const fragment of fragments) {
      const broken = new Set<string>();
      for (const holder of actors.holders) {
        const tried = await tryNew(options, { contract, iface, fragment, before, holder });
        for (const what of tried.broken) broken.add(what);
        const moving = tried.effects.find(({ effect }) => effect.words > 0 || [...effect.gains.values()].some((gain) => gain !== 0n));
        if (moving !== undefined) calls.push({ ...moving.call, label: `${name}.${fragment.format("sighash")} by ${holder.address}` });
      }
      if (broken.size === 0) continue;
      findings.push({
        rule: "rehearsal/probe/new-selectors",
        severity: "critical",
        confidence: "medium",
        title: "a new function breaks what its siblings keep",
        detail: `${name}.${fragment.format("sighash")}: ${[...broken].slice(0, 3).join("; ")}`,
        where: { address, contract: name, function: fragment.format("sighash") },
        remedy: "check the account's health, and whose funds are moved, at the end of the function, as its siblings do; note what was paid before it is paid again",
      });
    }
  }
  return { findings, calls };
}

interface Case {
  contract: KnownContract;
  iface: Interface;
  fragment: FunctionFragment;
  before: Standings;
  holder: Holder;
}

/** One account's calls of one new function, and what they break. */
async function tryNew({ fork, actors, pool, seed, waysOut }: Options, { contract, iface, fragment, before, holder }: Case): Promise<{ broken: string[]; effects: { call: OwnCall; effect: Effect }[] }> {
  const caller = holder.address;
  const holders = actors.holders.map(({ address }) => address);
  const parts = { caller, holders, authorities: actors.authorities, targets: actors.targets, amounts: holder.amounts, pool, seed, own: [] };
  const calls = callLists(fragment, parts, LISTS)
    .map((list) => encoded(iface, fragment, list))
    .filter((data) => data !== undefined)
    .map((data): OwnCall => ({ from: caller, to: contract.address, data }));
  const asked = await Promise.all(calls.map(async (call) => (await fork.call(call)).succeeded));
  const broken = new Set<string>();
  const effects: { call: OwnCall; effect: Effect }[] = [];
  for (const call of calls.filter((_, index) => asked[index])) {
    const effect = await effectOf(fork, contract, before, [call]);
    if (effect === undefined) continue;
    // What the caller gains by a new function may be its purpose.
    for (const what of consequences(before, effect.after, caller)) if (!what.endsWith(" rises")) broken.add(what);
    effects.push({ call, effect });
    if (await leavesDebtBehind(fork, before, effect, caller, waysOut(contract.address))) broken.add(`${caller} takes out what the functions that were there refuse him, and his debt stays`);
  }
  for (const where of doubled(effects, before, caller)) broken.add(`sent to oneself, ${where} rises`);
  const gaining = effects.filter(({ effect }) => [...effect.gains.values()].some((gain) => gain > 0n));
  const [first] = gaining;
  if (first !== undefined && (await paysAgain(fork, contract, before, first.call, first.effect))) broken.add(`the same call pays ${caller} again`);
  for (const { call, effect } of gaining.slice(0, DOUBLED)) {
    const what = await paysMoreForTwice(fork, contract, before, { iface, fragment, call, effect });
    if (what === undefined) continue;
    broken.add(what);
    break;
  }
  return { broken: [...broken], effects };
}

/** Holdings of the caller that fall by some calls, and rise by one that speaks of himself, pays nothing and takes from nobody. */
function doubled(effects: readonly { call: OwnCall; effect: Effect }[], before: Standings, caller: string): string[] {
  const change = ({ after }: Effect, where: string): bigint => (after.get(where) ?? 0n) - (before.get(where) ?? 0n);
  return [...before.keys()].filter((where) => {
    if (!where.endsWith(`(${caller})`)) return false;
    const getter = where.slice(0, where.indexOf("(") + 1);
    const others = [...before.keys()].filter((other) => other.startsWith(getter) && other !== where);
    const gives = effects.some(({ effect }) => change(effect, where) < 0n);
    const self = caller.slice(2).toLowerCase();
    return gives && effects.some(({ call, effect }) => call.data.includes(self) && !effect.paid && change(effect, where) > 0n && others.every((other) => change(effect, other) === 0n));
  });
}

/**
 * Somebody with a debt, which does not fall, has less of a holding afterwards, and a function that was there and lets him
 * have less of it refuses to do so by as much.
 */
async function leavesDebtBehind(fork: Fork, before: Standings, { after }: Effect, caller: string, ways: readonly WayOut[]): Promise<boolean> {
  const own = [...before].filter(([where]) => where.endsWith(`(${caller})`));
  const debts = own.filter(([where, was]) => DEBT.test(where.slice(0, where.indexOf("("))) && was > 0n);
  if (debts.length === 0 || debts.some(([where, was]) => (after.get(where) ?? was) < was)) return false;
  for (const [where, was] of own) {
    const fell = was - (after.get(where) ?? was);
    const way = ways.find((one) => one.caller === caller && one.where === where);
    if (fell <= 0n || way === undefined || fell <= way.fell) continue;
    const parsed = way.iface.parseTransaction({ data: way.data });
    if (parsed === null || !parsed.args.includes(way.fell)) continue;
    const data = way.iface.encodeFunctionData(parsed.fragment, parsed.args.map((value: unknown) => (value === way.fell ? fell : value)));
    if (!(await fork.call({ from: caller, to: way.to, data })).succeeded) return true;
  }
  return false;
}
