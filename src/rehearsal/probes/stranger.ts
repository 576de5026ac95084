import { FunctionFragment, getAddress, id, Interface } from "ethers";
import { getStorage, toWord } from "../../chain/reads.js";
import { transactionDiff, type StateDiff } from "../diff/transaction-diff.js";
import type { SlotNamer } from "../diff/compare.js";
import { HOSTILE_TARGET, STRANGER } from "../fork/accounts.js";
import type { Fork, ForkLog } from "../fork/fork.js";
import type { ArgumentPool } from "../scenarios/argument-pool.js";
import type { KnownContract } from "../types.js";
import { consequences, standings, type Actors } from "./actors.js";
import { callLists, encoded, plainFunctions, type CallParts } from "./call-lists.js";
import { MARK, MARKING, reentrant } from "./hostile-code.js";
import { privilegedEffects } from "./privileged.js";

/** Argument lists per selector that the old version has as well, and per new one: there is nothing to compare with. */
const LISTS = 16;
const LISTS_OF_NEW = 96;
/** Senders' real calls are made again by the stranger; a payable function is also paid this much, in wei. */
const PAYMENT = 10n ** 15n;
/** Where a re-entrant account notes that its second call went through. */
const NOTED = `0x${"00".repeat(32)}`;
/** Code of the stranger's takes for him: a borrower that is called back has to be a contract. */
const OWN = [STRANGER, HOSTILE_TARGET];
const TRANSFER = id("Transfer(address,address,uint256)");
const INITIALIZER = /^(re)?init(ialize)?/i;

/** What a stranger could do with one selector, over all arguments that were tried. */
export interface StrangerCell {
  contract: string;
  address: string;
  selector: string;
  signature: string;
  /** The implementation itself, not through a proxy: its storage is nobody's, but who owns it may destroy it. */
  bare: boolean;
  /** The old version has no such function. */
  isNew: boolean;
  tried: number;
  /** At least one call went through and changed something beyond the stranger's own nonce. */
  changed: boolean;
  /** Call data of what did not revert. */
  accepted: Set<string>;
  /** Unpaid call data of what reverted. */
  refused: Set<string>;
  /** What the stranger gained without paying, and what others lost by it: in words, by call data. */
  takes: Map<string, string[]>;
  privileged: string[];
  /** Called back in the middle of the call, the stranger made the same call again, and that went through. */
  reentered: boolean;
}

/** The matrix: a stranger calls every function of every contract that is not a view. By `address selector`. */
export type StrangerMatrix = Map<string, StrangerCell>;

export function strangerMatrix(
  fork: Fork,
  contracts: readonly (KnownContract & { bare?: boolean })[],
  actors: Actors,
  pool: ArgumentPool,
  nameSlot: SlotNamer,
  seed: string,
): Promise<StrangerMatrix> {
  return fork.attempt(async () => {
    await fork.setCode(HOSTILE_TARGET, MARKING);
    return tryEverything(fork, contracts, actors, pool, nameSlot, seed);
  });
}

async function tryEverything(
  fork: Fork,
  contracts: readonly (KnownContract & { bare?: boolean })[],
  actors: Actors,
  pool: ArgumentPool,
  nameSlot: SlotNamer,
  seed: string,
): Promise<StrangerMatrix> {
  const matrix: StrangerMatrix = new Map();
  const holders = actors.holders.map(({ address }) => address);
  const amounts = [...new Set(actors.holders.flatMap((holder) => holder.amounts.slice(0, 2)))].sort((a, b) => (a > b ? -1 : 1)).slice(0, 4);
  const [token, ...others] = actors.targets;
  const targets = [...(token === undefined ? [] : [token]), HOSTILE_TARGET, ...others];
  for (const contract of contracts) {
    const { address, name, abi, oldAbi, bare = false } = contract;
    const iface = new Interface((abi ?? []) as never[]);
    const old = oldAbi === undefined ? undefined : new Interface(oldAbi as never[]);
    const parts: CallParts = { caller: STRANGER, holders, authorities: actors.authorities, targets, amounts, pool, seed, own: plainFunctions(iface) };
    const before = bare ? new Map<string, bigint>() : await standings(fork, contract, [STRANGER, ...holders]);
    for (const fragment of iface.fragments) {
      if (!(fragment instanceof FunctionFragment) || fragment.constant) continue;
      const isNew = !bare && old !== undefined && old.getFunction(fragment.selector) === null;
      const cell: StrangerCell = {
        contract: bare ? `bare ${name}` : name,
        address,
        selector: fragment.selector,
        signature: fragment.format("sighash"),
        bare,
        isNew,
        tried: 0,
        changed: false,
        accepted: new Set(),
        refused: new Set(),
        takes: new Map(),
        privileged: [],
        reentered: false,
      };
      const calls = callsOf(iface, fragment, parts, isNew ? LISTS_OF_NEW : LISTS);
      cell.tried = calls.length;
      // Most calls revert: asking is cheaper than sending, above all at the same time.
      const goThrough = await ask(fork, address, calls);
      calls.forEach(({ data, value }, index) => goThrough[index] !== true && value === 0n && cell.refused.add(data));
      for (const { data, value } of calls.filter((_, index) => goThrough[index])) {
        const wentThrough = await fork.attempt(async () => {
          if (value > 0n) await fork.setBalance(STRANGER, value);
          const sent = await fork.send({ from: STRANGER, to: address, data, value }, fork.now);
          if (!sent.succeeded) return false;
          const diff = await transactionDiff(fork, sent.hash);
          const own = diff.get(STRANGER)?.balance;
          diff.delete(STRANGER);
          const key = `${data} ${value}`;
          cell.accepted.add(key);
          if (diff.size === 0) return true;
          cell.changed = true;
          cell.privileged.push(...privilegedEffects(diff, sent.logs, nameSlot));
          if (diff.get(getAddress(address))?.storage.has(MARK) === true) cell.privileged.push(`it runs code of the stranger's choice on the storage of ${address}`);
          if (!bare) {
            const after = await standings(fork, contract, [STRANGER, ...holders]);
            const [had, has] = [before.get(`balanceOf(${STRANGER})`), after.get(`balanceOf(${STRANGER})`)];
            // The contract's own event is no payment where its balance of the stranger says that nothing left.
            const isPayment = (log: ForkLog): boolean => transferOf(log)?.from === STRANGER && !(getAddress(log.address) === getAddress(address) && had !== undefined && has !== undefined && has > had);
            const paid = value > 0n || sent.logs.some(isPayment);
            const records = paid ? [] : overwrites(diff, holders, nameSlot);
            const takes = [...gains(sent.logs, own, value), ...consequences(before, after, STRANGER), ...setVariables(diff, data, nameSlot), ...records];
            // Who pays may get something for it; nobody may pay with what is another's.
            cell.takes.set(key, takes.filter((take) => !paid || !isGain(take)));
          }
          return true;
        });
        if (wentThrough && value === 0n && !cell.reentered) cell.reentered = await reenters(fork, address, data);
      }
      cell.privileged = [...new Set(cell.privileged)].sort();
      matrix.set(`${address} ${fragment.selector}`, cell);
    }
  }
  return matrix;
}

/** Which of the stranger's calls would go through, each by itself. */
async function ask(fork: Fork, to: string, calls: readonly { data: string; value: bigint }[]): Promise<boolean[]> {
  const succeeds = async (call: { data: string; value: bigint }): Promise<boolean> => (await fork.call({ from: STRANGER, to, ...call })).succeeded;
  return fork.attempt(async () => {
    if (calls.some(({ value }) => value > 0n)) await fork.setBalance(STRANGER, PAYMENT);
    return Promise.all(calls.map(succeeds));
  });
}

/** Calls of one function: with arguments made for it, as real senders called it, and paid where it takes money. */
function callsOf(iface: Interface, fragment: FunctionFragment, parts: CallParts, limit: number): { data: string; value: bigint }[] {
  const lists = callLists(fragment, parts, limit);
  const made = lists.map((list) => encoded(iface, fragment, list)).filter((data) => data !== undefined);
  const real = parts.pool.calls.filter(({ data }) => data.startsWith(fragment.selector));
  const asReal = real.flatMap(({ from, data }) => [data, data.replaceAll(from.slice(2).toLowerCase(), STRANGER.slice(2).toLowerCase())]);
  const unpaid = [...new Set([...made, ...asReal])].map((data) => ({ data, value: 0n }));
  return fragment.payable ? [...unpaid, ...unpaid.slice(0, 3).map(({ data }) => ({ data, value: PAYMENT }))] : unpaid;
}

/** Ether and tokens that came to the stranger. */
function gains(logs: readonly ForkLog[], own: { before: bigint; after: bigint } | undefined, paid: bigint): string[] {
  const ether = own !== undefined && own.after + paid > own.before ? ["the stranger gets ether"] : [];
  const tokens = logs.filter((log) => OWN.includes(transferOf(log)?.to ?? "") && !OWN.includes(transferOf(log)?.from ?? "")).map(({ address }) => `the stranger gets the token ${getAddress(address)}`);
  return [...new Set([...ether, ...tokens])];
}

function isGain(take: string): boolean {
  return take.startsWith("the stranger gets") || take.endsWith(" rises");
}

/** Variables of the contract, not elements of mappings and lists, that now hold what the caller asked for. */
function setVariables(diff: StateDiff, data: string, nameSlot: SlotNamer): string[] {
  // Anywhere: a call within the call stands on no word's boundary.
  const isAsked = (value: bigint): boolean => value > 2n && data.slice(10).includes(toWord(value).slice(2));
  return [...diff].flatMap(([address, { storage }]) =>
    [...storage].flatMap(([slot, { before, after }]) =>
      (nameSlot(address, slot, before, after) ?? []).filter((part) => !part.name.includes("[") && /^(0x[0-9a-f]+|[0-9]+)$/i.test(part.after) && isAsked(BigInt(part.after))).map(({ name }) => `the stranger sets ${name}`),
    ),
  );
}

/** Elements of mappings and lists that named a holder and name the stranger now: records of what waits, or belongs. */
function overwrites(diff: StateDiff, holders: readonly string[], nameSlot: SlotNamer): string[] {
  return [...diff].flatMap(([address, { storage }]) =>
    [...storage].flatMap(([slot, { before, after }]) => {
      const was = holders.find((holder) => names(before, holder));
      const isVariable = nameSlot(address, slot, before, after)?.some(({ name }) => !name.includes("[")) === true;
      return was === undefined || isVariable || !names(after, STRANGER) ? [] : [`what is ${was}'s becomes the stranger's`];
    }),
  );
}

/** Whether a word holds an address, at whichever byte. */
function names(word: string, address: string): boolean {
  return word.toLowerCase().includes(address.slice(2).toLowerCase());
}

/** ERC-20 and ERC-721, transfers of nothing left out. */
function transferOf({ topics, data }: ForkLog): { from: string; to: string } | undefined {
  if (topics[0] !== TRANSFER || topics.length < 3 || (topics.length === 3 && BigInt(data === "0x" ? 0 : data) === 0n)) return undefined;
  const [from, to] = topics.slice(1, 3).map((topic) => getAddress(`0x${topic.slice(26)}`));
  return from === undefined || to === undefined ? undefined : { from, to };
}

/** The same call by a stranger who is a contract and calls again when it is called back. */
function reenters(fork: Fork, to: string, data: string): Promise<boolean> {
  return fork.attempt(async () => {
    await fork.setCode(STRANGER, reentrant(to, data));
    const sent = await fork.send({ from: STRANGER, to, data }, fork.now);
    return sent.succeeded && BigInt(await getStorage(fork.port, STRANGER, NOTED)) !== 0n;
  });
}

export function isInitializer({ signature }: StrangerCell): boolean {
  return INITIALIZER.test(signature);
}
