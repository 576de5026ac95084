import { getAddress } from "ethers";
import { getCode } from "../../chain/reads.js";
import { candidateKeys } from "../diff/candidate-keys.js";
import { isWellKnownSlot, wellKnownParts, type ContractNames, type NamedPart } from "../diff/names.js";
import { preimagesOf } from "../diff/preimages.js";
import { LayoutNamer } from "../diff/slot-namer.js";
import { transactionDiff } from "../diff/transaction-diff.js";
import type { Fork, ForkLog } from "../fork/fork.js";
import { describeRevert, rootFailure } from "../route/reverts.js";
import type { PastTransaction } from "./collect.js";

/** What a transaction of the past does now. */
export interface PlayedTransaction {
  /** `succeeds`, or why it reverts. */
  status: string;
  succeeded: boolean;
  returned: string;
  /** Raw, for comparing, and in words. */
  logs: readonly ForkLog[];
  events: string[];
  /** What it changed: by `contract.variable`, balance or code. */
  state: Map<string, { before: string; after: string }>;
  gas: bigint;
}

/** Sends `transactions` one after the other, by their own senders, each in a block of its own. Undone afterwards. */
export function playTraffic(fork: Fork, names: ContractNames, transactions: readonly PastTransaction[], blockTime: bigint): Promise<PlayedTransaction[]> {
  return fork.attempt(async () => {
    const played: PlayedTransaction[] = [];
    for (const transaction of transactions) played.push(await playOne(fork, names, transaction, blockTime));
    return played;
  });
}

/** Sends one transaction and tells what it did. */
export async function playOne(fork: Fork, names: ContractNames, { from, to, data, value }: Pick<PastTransaction, "from" | "to" | "data" | "value">, blockTime: bigint): Promise<PlayedTransaction> {
  const sent = await fork.send({ from, ...(to === undefined ? {} : { to }), data, value }, fork.now + blockTime);
  const tree = await fork.callTree(sent.hash);
  const root = rootFailure(tree);
  const words = [data, ...sent.logs.flatMap((log) => [log.data, ...log.topics]), `0x${from.slice(2).toLowerCase().padStart(64, "0")}`];
  return {
    succeeded: sent.succeeded,
    status: sent.succeeded ? "succeeds" : `reverts: ${describeRevert(root?.output ?? "0x", names.interfaces, root?.error)}`,
    returned: sent.succeeded && to !== undefined ? (tree.output ?? "0x") : "0x",
    logs: sent.logs,
    events: sent.logs.map((log) => eventInWords(log, names)),
    state: await stateOf(fork, names, sent.hash, words, from),
    gas: sent.gasUsed,
  };
}

async function stateOf(fork: Fork, names: ContractNames, hash: string, words: readonly string[], sender: string): Promise<PlayedTransaction["state"]> {
  const state: PlayedTransaction["state"] = new Map();
  for (const [address, { storage, balance, nonce, code }] of await transactionDiff(fork, hash)) {
    const contract = names.of(address) ?? address;
    const name = await namerOf(fork, names, { hash, address, slots: [...storage.keys()].filter((slot) => !isWellKnownSlot(slot)), words });
    for (const [slot, { before, after }] of storage) {
      for (const part of wellKnownParts(slot, before, after) ?? name(slot, before, after) ?? [{ name: slot, before, after }]) {
        state.set(`${contract}.${part.name}`, { before: part.before, after: part.after });
      }
    }
    if (balance !== undefined) state.set(`${contract} balance`, { before: String(balance.before), after: String(balance.after) });
    if (nonce !== undefined && address !== getAddress(sender)) state.set(`${contract} nonce`, { before: String(nonce.before), after: String(nonce.after) });
    if (code !== undefined) state.set(`${contract} code`, { before: code.before ?? "none", after: code.after ?? "none" });
  }
  return state;
}

type Namer = (slot: string, before: string, after: string) => NamedPart[] | undefined;

/** By constants and by what the transaction says; only where that is not enough, by tracing what it hashed. */
async function namerOf(
  fork: Fork,
  names: ContractNames,
  { hash, address, slots, words }: { hash: string; address: string; slots: readonly string[]; words: readonly string[] },
): Promise<Namer> {
  const layouts = names.contract(address)?.layouts;
  if (layouts === undefined || slots.length === 0) return () => undefined;
  const keys = candidateKeys(await getCode(fork.port, address), words);
  let namer = new LayoutNamer(layouts, new Map(), slots, keys);
  if (slots.some((slot) => namer.name(slot, "0x0", "0x1") === undefined)) namer = new LayoutNamer(layouts, await preimagesOf(fork, hash), slots, keys);
  return (slot, before, after) => namer.name(slot, before, after);
}

function eventInWords({ address, topics, data }: ForkLog, names: ContractNames): string {
  const contract = names.of(address) ?? getAddress(address);
  const name = names.event(address, topics[0]);
  const args = names.eventArguments(address, topics, data);
  if (name === null || args === undefined) return `${contract} ${topics.join(" ")} ${data}`;
  return `${contract} ${name.slice(0, name.indexOf("("))}(${Object.entries(args).map(([key, value]) => `${key} ${value}`).join(", ")})`;
}
