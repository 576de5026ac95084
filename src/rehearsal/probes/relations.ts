import { getAddress, id, type FunctionFragment, type Interface } from "ethers";
import { transactionDiff } from "../diff/transaction-diff.js";
import type { Fork, ForkLog } from "../fork/fork.js";
import type { KnownContract } from "../types.js";
import { holdings, standings, type Standings } from "./actors.js";

export interface OwnCall {
  from: string;
  to: string;
  data: string;
}

/** What calls of one account, one after the other, did for it. */
export interface Effect {
  /** By token, `ether`, or `getter(account)` of a holding: what it got, less than zero for what it gave. */
  gains: Map<string, bigint>;
  after: Standings;
  /** Tokens left the account. */
  paid: boolean;
  /** How many calls went through. */
  went: number;
  /** Words of the contract, those of fixed variables left out, that the last call changed. */
  words: number;
}

const TRANSFER = id("Transfer(address,address,uint256)");
/** Below lie variables; elements of mappings and lists lie at hashes. */
const VARIABLES = 1n << 64n;
/** Calls whose lists are doubled, per function and account. */
export const DOUBLED = 4;

/** Sends `calls` one after the other at the same time of the chain; undefined when the first reverts. Undone afterwards. */
export function effectOf(fork: Fork, contract: KnownContract, before: Standings, calls: readonly OwnCall[]): Promise<Effect | undefined> {
  const [{ from } = { from: "" }] = calls;
  return fork.attempt(async () => {
    const had = await balanceOf(fork, from);
    const logs: ForkLog[] = [];
    let went = 0;
    let last = "";
    for (const call of calls) {
      const sent = await fork.send(call, fork.now);
      if (!sent.succeeded) break;
      went++;
      last = sent.hash;
      logs.push(...sent.logs);
    }
    if (went === 0) return undefined;
    const after = await standings(fork, contract, accountsOf(before));
    const storage = (await transactionDiff(fork, last)).get(getAddress(contract.address))?.storage ?? new Map<string, unknown>();
    const gains = new Map<string, bigint>([["ether", (await balanceOf(fork, from)) - had]]);
    const add = (what: string, amount: bigint): void => void gains.set(what, (gains.get(what) ?? 0n) + amount);
    for (const log of logs) for (const [token, amount] of tokensOf(log, from)) add(token, amount);
    for (const [where, was] of holdings(before)) if (where.endsWith(`(${from})`)) add(where, (after.get(where) ?? was) - was);
    const paid = [...gains].some(([what, gain]) => gain < 0n && !what.includes("("));
    return { gains, after, paid, went, words: [...storage.keys()].filter((slot) => BigInt(slot) >= VARIABLES).length };
  });
}

/**
 * The same call once more gives its caller the same again, for nothing: nothing of his falls, no other number of his moves,
 * and nothing is noted about him but what he got.
 */
export async function paysAgain(fork: Fork, contract: KnownContract, before: Standings, call: OwnCall, once: Effect): Promise<boolean> {
  if (!isFree(before, once, call.from)) return false;
  const twice = await effectOf(fork, contract, before, [call, call]);
  if (twice === undefined || twice.went < 2 || !isFree(before, twice, call.from)) return false;
  const risen = [...twice.gains].filter(([what, gain]) => gain > 0n && what.includes("(")).length;
  return twice.words <= risen && [...once.gains].some(([what, gain]) => gain > 0n && (twice.gains.get(what) ?? 0n) >= 2n * gain);
}

function isFree(before: Standings, { gains, after }: Effect, caller: string): boolean {
  const moved = [...before].filter(([where, was]) => where.endsWith(`(${caller})`) && !gains.has(where) && after.get(where) !== was);
  return moved.length === 0 && [...gains.values()].every((gain) => gain >= 0n);
}

/** A list that names every element twice pays more than the same call made twice: in words. */
export async function paysMoreForTwice(
  fork: Fork,
  contract: KnownContract,
  before: Standings,
  { iface, fragment, call, effect }: { iface: Interface; fragment: FunctionFragment; call: OwnCall; effect: Effect },
): Promise<string | undefined> {
  const args: readonly unknown[] = iface.decodeFunctionData(fragment, call.data).toArray();
  const isList = (index: number): boolean => fragment.inputs[index]?.baseType === "array" && fragment.inputs[index].arrayLength === -1;
  if (!args.some((value, index) => isList(index) && (value as unknown[]).length > 0)) return undefined;
  const twice = args.map((value, index) => (isList(index) ? [...(value as unknown[]), ...(value as unknown[])] : value));
  const asList = await effectOf(fork, contract, before, [{ ...call, data: iface.encodeFunctionData(fragment, twice) }]);
  if (asList === undefined) return undefined;
  const inARow = await effectOf(fork, contract, before, [call, call]);
  for (const [what, gain] of effect.gains) {
    if (gain <= 0n) continue;
    const [listed, row] = [asList.gains.get(what) ?? 0n, inARow?.gains.get(what) ?? gain];
    if (listed > row && listed >= 2n * gain) return `a list that names the same twice pays ${call.from} ${listed} (${what}), two calls pay ${row}`;
  }
  return undefined;
}

function accountsOf(before: Standings): string[] {
  return [...new Set([...before.keys()].map((where) => where.slice(where.indexOf("(") + 1, -1)))];
}

/** ERC-20 amounts; of ERC-721, whose third topic is the token, one each. */
function tokensOf({ address, topics, data }: ForkLog, account: string): [string, bigint][] {
  if (topics[0] !== TRANSFER || topics.length < 3) return [];
  const amount = topics.length > 3 ? 1n : BigInt(data === "0x" ? 0 : data.slice(0, 66));
  const [from, to] = topics.slice(1, 3).map((topic) => getAddress(`0x${topic.slice(26)}`));
  const token = `token ${getAddress(address)}`;
  return from === to ? [] : from === account ? [[token, -amount]] : to === account ? [[token, amount]] : [];
}

async function balanceOf(fork: Fork, account: string): Promise<bigint> {
  return BigInt((await fork.request("eth_getBalance", [account, "latest"])) as string);
}
