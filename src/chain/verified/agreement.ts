import { checkHeader } from "../../core/proofs/header.js";
import { DrydockError, ERRORS, reasonOf } from "../../errors/drydock-error.js";
import { blockNumber, chainId, getBlock, type Block } from "../reads.js";
import type { Witness, WitnessBook } from "./witnesses.js";

/** A block whose hash enough endpoints agree on, its header recomputed from its fields. */
export interface AgreedBlock extends Block {
  /** How many endpoints named this hash. */
  quorum: number;
}

/** Further behind than this (blocks, three epochs), an endpoint is not asked: its old state would pass every proof. */
const MAX_LAG = 96n;

/**
 * Puts endpoints of other chains and endpoints that lag aside, and names the height that all others have finalized. An
 * endpoint that knows no finality (an error, or 0 on a chain that is longer) is taken at its head; when none knows it,
 * the lowest head is the height, and the report says that it is not final.
 *
 * @throws DrydockError RPC_DOWN if nobody answers, ENDPOINTS_DISAGREE if no chain id has a majority.
 */
export async function commonHeight(book: WitnessBook, network: string): Promise<bigint> {
  const ids = await ask(book, (witness) => chainId(witness.chain));
  const byId = groups(ids, (id) => id.toString());
  if (byId.length === 0) throw new DrydockError(ERRORS.RPC_DOWN, { network, method: "eth_chainId", attempts: 1, reason: "no endpoint answered" });
  const [most, next] = byId as [Group<bigint>, Group<bigint>?];
  if (next !== undefined && next.members.length === most.members.length) {
    throw new DrydockError(ERRORS.ENDPOINTS_DISAGREE, {
      network,
      first: most.members[0]!.label,
      firstChain: most.value,
      second: next.members[0]!.label,
      secondChain: next.value,
    });
  }
  for (const { members, value } of byId.slice(1)) {
    for (const witness of members) book.demote(witness, "other-chain", `it serves chain ${value}, the others chain ${most.value}`);
  }
  const heights = await ask(book, async ({ chain }) => {
    const [head, finalized] = await Promise.all([blockNumber(chain), getBlock(chain, "finalized").then(({ number }) => number).catch(() => 0n)]);
    return { head, finalized };
  });
  const highest = heights.reduce((max, { value }) => (value.head > max ? value.head : max), 0n);
  for (const { witness, value } of heights) {
    if (highest - value.head > MAX_LAG) book.demote(witness, "behind", `its newest block is ${value.head}, another endpoint has ${highest}`);
  }
  const current = heights.filter(({ witness }) => book.usable().includes(witness));
  if (current.every(({ value }) => value.finalized === 0n)) book.believe("the block is final: no endpoint knows finality");
  return current.map(({ value }) => (value.finalized === 0n ? value.head : value.finalized)).reduce((a, b) => (a < b ? a : b));
}

/**
 * The block at `height` by the hash that more than half of the endpoints that answered name, two at least where two are
 * configured. A header that does not hash to what the endpoint says it does is a lie.
 *
 * @throws DrydockError NO_QUORUM when no hash has a majority, HEADER_NOT_KNOWN when no header can be recomputed.
 */
export async function agreeOn(book: WitnessBook, height: bigint, network: string): Promise<AgreedBlock> {
  const answers = await ask(book, ({ chain }) => getBlock(chain, height));
  let unreadable: string | undefined;
  const sound = answers.filter(({ witness, value }) => {
    if (value.number !== height) {
      book.demote(witness, "behind", `asked for block ${height}, it gave block ${value.number}`);
      return false;
    }
    const check = checkHeader(value.raw);
    if (check.ok) return true;
    if (/^the header hashes to/.test(check.reason)) {
      const [, real = ""] = /hashes to (0x[0-9a-f]+)/.exec(check.reason) ?? [];
      book.accuse(witness, { what: `hash of block ${height}`, said: value.hash, proven: real, block: height.toString(), proof: [JSON.stringify(value.raw)] });
    } else unreadable = check.reason;
    return false;
  });
  if (sound.length === 0) {
    throw new DrydockError(ERRORS.HEADER_NOT_KNOWN, { network, block: height, reason: unreadable ?? "no endpoint gave an honest header" });
  }
  const byHash = groups(sound, ({ hash }) => hash);
  const [most] = byHash as [Group<Block>];
  if (most.members.length * 2 <= sound.length) {
    const detail = byHash.map(({ members, value }) => `${members.map(({ label }) => label).join(", ")}: ${value.hash}`).join("; ");
    throw new DrydockError(ERRORS.NO_QUORUM, { network, block: height, detail });
  }
  for (const { members, value } of byHash.slice(1)) {
    for (const witness of members) {
      book.demote(witness, "other-chain", `its block ${height} is ${value.hash}, ${most.members.length} endpoints have ${most.value.hash}`);
    }
  }
  return { ...most.value, quorum: most.members.length };
}

interface Group<T> {
  value: T;
  members: Witness[];
}

/** The answers of all usable endpoints; one that does not answer is put aside. */
async function ask<T>(book: WitnessBook, question: (witness: Witness) => Promise<T>): Promise<{ witness: Witness; value: T }[]> {
  const answers = await Promise.all(
    book.usable().map(async (witness) => {
      try {
        return { witness, value: await question(witness) };
      } catch (error) {
        book.demote(witness, "down", reasonOf(error));
        return undefined;
      }
    }),
  );
  return answers.filter((answer) => answer !== undefined);
}

/** Largest group first; equal sizes in the order of the endpoints. */
function groups<T>(answers: readonly { witness: Witness; value: T }[], key: (value: T) => string): Group<T>[] {
  const map = new Map<string, Group<T>>();
  for (const { witness, value } of answers) {
    const group = map.get(key(value)) ?? { value, members: [] };
    group.members.push(witness);
    map.set(key(value), group);
  }
  return [...map.values()].sort((a, b) => b.members.length - a.members.length);
}
