import { FunctionFragment, getAddress, Interface } from "ethers";
import { getCode } from "../../chain/reads.js";
import { RELAYER } from "../fork/accounts.js";
import type { Fork } from "../fork/fork.js";
import type { ArgumentPool } from "../scenarios/argument-pool.js";
import type { KnownContract } from "../types.js";

/** Accounts that are looked at for what they hold, and of those how many act. */
const CANDIDATES = 24;
const HOLDERS = 4;
const AMOUNTS = 4;
/** Answers above this are flags, hashes or "unlimited". */
const LARGEST_AMOUNT = 1n << 128n;
/** Getters whose answer is worth something to the account. */
const HOLDING = /balance|share|deposit|collateral|credit|stake|claim|reward|supply|equity|asset|fund|owed|principal|deliver/i;
const HEALTHY = /healthy|solvent(?<!insolvent)|^canWithdraw/i;
const UNHEALTHY = /liquidat(?!or)|insolvent|underwater/i;

export interface Holder {
  address: string;
  /** What getters say it has, the largest first. */
  amounts: bigint[];
}

/** Who and what is there for probes to act with, without an adapter. */
export interface Actors {
  holders: Holder[];
  /** Accounts that the contracts' getters name, tokens left out. */
  authorities: string[];
  /** Tokens first, then the contracts themselves. */
  targets: string[];
}

/** By `getter(account)`. */
export type Standings = Map<string, bigint>;

const BALANCE = new Interface(["function balanceOf(address) view returns (uint256)"]);
const NUMBER = /^u?int\d*$/;

/** What every getter of one account says about `accounts`: a number, or 1 and 0 for true and false. */
export async function standings(fork: Fork, { address, abi, oldAbi }: KnownContract, accounts: readonly string[]): Promise<Standings> {
  const iface = new Interface((abi ?? []) as never[]);
  const old = oldAbi === undefined ? iface : new Interface(oldAbi as never[]);
  const found: Standings = new Map();
  const getters = iface.fragments.filter((fragment): fragment is FunctionFragment => fragment instanceof FunctionFragment && isStanding(fragment) && old.getFunction(fragment.selector) !== null);
  await Promise.all(
    getters.flatMap((fragment) =>
      accounts.map(async (account) => {
        const { succeeded, data } = await fork.call({ from: RELAYER, to: address, data: iface.encodeFunctionData(fragment, [account]) });
        if (succeeded && data.length === 66) found.set(`${fragment.name}(${account})`, fragment.outputs[0]?.type.startsWith("int") === true ? BigInt.asIntN(256, BigInt(data)) : BigInt(data));
      }),
    ),
  );
  return found;
}

function isStanding({ constant, inputs, outputs }: FunctionFragment): boolean {
  return constant && inputs.length === 1 && inputs[0]?.type === "address" && outputs.length === 1 && (NUMBER.test(outputs[0]?.type ?? "") || outputs[0]?.type === "bool");
}

/** Of these, what is worth something. */
export function holdings(all: Standings): Standings {
  return new Map([...all].filter(([where]) => HOLDING.test(where.slice(0, where.indexOf("(")))));
}

/** What a call did to others, and what it gave its caller: in words, without amounts. */
export function consequences(before: Standings, after: Standings, caller: string): string[] {
  return [...before].flatMap(([where, was]) => {
    const is = after.get(where);
    if (is === undefined || is === was) return [];
    const name = where.slice(0, where.indexOf("("));
    const own = where.endsWith(`(${caller})`);
    if (HEALTHY.test(name)) return was === 1n && is === 0n ? [`${where} is false`] : [];
    if (UNHEALTHY.test(name)) return was === 0n && is === 1n ? [`${where} is true`] : [];
    if (!HOLDING.test(name)) return [];
    if (own) return is > was ? [`${where} rises`] : [];
    return is < was ? [`${where} falls`] : [];
  });
}

/**
 * Finds holders among the senders and in the events of `contracts`, and the tokens that they speak of.
 *
 * @param governance accounts that stand for the authority over the contracts: they are nobody's customers.
 */
export async function meetActors(fork: Fork, contracts: readonly KnownContract[], pool: ArgumentPool, governance: readonly string[]): Promise<Actors> {
  const own = contracts.map(({ address }) => getAddress(address));
  const told = await addressGetters(fork, contracts);
  const named = [...new Set([...told, ...pool.addresses])].filter((address) => !own.includes(address));
  const codes = new Map(await Promise.all(named.map(async (address) => [address, await getCode(fork.port, address)] as const)));
  const senders = pool.calls.map(({ from }) => getAddress(from));
  const candidates = [...new Set([...senders, ...named.filter((address) => codes.get(address) === "0x"), ...named])].slice(0, CANDIDATES);
  const held = new Map<string, bigint[]>(candidates.map((address) => [address, []]));
  for (const contract of contracts) {
    for (const [where, value] of await standings(fork, contract, candidates)) {
      const [, account = ""] = /\((.*)\)$/.exec(where) ?? [];
      if (value > 0n && value < LARGEST_AMOUNT) held.get(account)?.push(value);
    }
  }
  const tokens = await tokensAmong(fork, named.filter((address) => codes.get(address) !== "0x"));
  for (const [account, amount] of await tokenBalances(fork, tokens, candidates)) if (amount > 0n && amount < LARGEST_AMOUNT) held.get(account)?.push(amount);
  const holders = candidates
    .filter((address) => !tokens.includes(address) && !governance.includes(address) && (senders.includes(address) || (held.get(address) ?? []).length > 0))
    .map((address) => ({ address, amounts: amountsOf(held.get(address) ?? []) }))
    // Who holds most things first; of equals, who was found first.
    .sort((a, b) => b.amounts.length - a.amounts.length)
    .slice(0, HOLDERS);
  const authorities = [...new Set(told)].filter((address) => !own.includes(address) && !tokens.includes(address)).slice(0, HOLDERS);
  return { holders, authorities, targets: [...tokens, ...own] };
}

function amountsOf(held: readonly bigint[]): bigint[] {
  const sorted = [...new Set(held)].sort((a, b) => (a > b ? -1 : 1));
  const half = (sorted[0] ?? 0n) / 2n;
  return [...new Set([...sorted.slice(0, AMOUNTS - 1), ...(half > 0n ? [half] : [])])];
}

async function addressGetters(fork: Fork, contracts: readonly KnownContract[]): Promise<string[]> {
  const answers = await Promise.all(
    contracts.flatMap(({ address, abi }) => {
      const iface = new Interface((abi ?? []) as never[]);
      const getters = iface.fragments.filter((one): one is FunctionFragment => one instanceof FunctionFragment && one.constant && one.inputs.length === 0 && one.outputs.length === 1 && one.outputs[0]?.type === "address");
      return getters.map((fragment) => fork.call({ from: RELAYER, to: address, data: fragment.selector }));
    }),
  );
  return answers.flatMap(({ succeeded, data }) => (succeeded && data.length === 66 && BigInt(data) > 1n << 64n && BigInt(data) < 1n << 160n ? [getAddress(`0x${data.slice(26)}`)] : []));
}

async function tokensAmong(fork: Fork, addresses: readonly string[]): Promise<string[]> {
  const data = BALANCE.encodeFunctionData("balanceOf", [RELAYER]);
  const answers = await Promise.all(addresses.map((to) => fork.call({ from: RELAYER, to, data })));
  return addresses.filter((_, index) => answers[index]?.succeeded === true && answers[index]?.data.length === 66);
}

async function tokenBalances(fork: Fork, tokens: readonly string[], accounts: readonly string[]): Promise<(readonly [string, bigint])[]> {
  return Promise.all(
    tokens.flatMap((to) =>
      accounts.map(async (account) => {
        const { succeeded, data } = await fork.call({ from: RELAYER, to, data: BALANCE.encodeFunctionData("balanceOf", [account]) });
        return [account, succeeded && data.length === 66 ? BigInt(data) : 0n] as const;
      }),
    ),
  );
}
