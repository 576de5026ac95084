import { proveAccount, proveStorage, type ProvenAccount } from "../../core/proofs/account.js";
import { reasonOf } from "../../errors/drydock-error.js";
import { toWord } from "../reads.js";
import { RpcError } from "../rpc/rpc-error.js";
import type { Witness, WitnessBook } from "./witnesses.js";

/** State at one block, proven; undefined where no endpoint serves proofs. */
export interface ProofReader {
  account(address: string): Promise<(ProvenAccount & { proof: string[] }) | undefined>;
  storage(address: string, slot: string): Promise<{ word: string; proof: string[] } | undefined>;
}

interface Pending {
  slots: Set<string>;
  answer: Promise<Proven | undefined>;
}

interface Proven {
  account: ProvenAccount & { proof: string[] };
  words: Map<string, { word: string; proof: string[] }>;
}

/** How many slots one `eth_getProof` asks for. */
const SLOTS_PER_REQUEST = 64;

/**
 * Reads by `eth_getProof` against `stateRoot`. What is asked for in one turn of the event loop about one account travels
 * in one request. A proof that does not hold up is evidence against its endpoint, and the next one is asked.
 */
export function proofReader(book: WitnessBook, block: { number: bigint; stateRoot: string }): ProofReader {
  const open = new Map<string, Pending>();
  const known = new Map<string, Promise<Proven | undefined>>();

  function ask(address: string, slot: string | undefined): Promise<Proven | undefined> {
    const key = `${address.toLowerCase()} ${slot ?? ""}`;
    const earlier = known.get(key);
    if (earlier !== undefined) return earlier;
    let pending = open.get(address.toLowerCase());
    if (pending === undefined || pending.slots.size >= SLOTS_PER_REQUEST) {
      const slots = new Set<string>();
      const answer = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
        if (open.get(address.toLowerCase())?.slots === slots) open.delete(address.toLowerCase());
        return prove(address, [...slots]);
      });
      pending = { slots, answer };
      open.set(address.toLowerCase(), pending);
    }
    if (slot !== undefined) pending.slots.add(slot);
    known.set(key, pending.answer);
    return pending.answer;
  }

  async function prove(address: string, slots: readonly string[]): Promise<Proven | undefined> {
    for (const witness of book.provers()) {
      let answer: unknown;
      try {
        answer = await witness.chain.request({ method: "eth_getProof", params: [address, slots, `0x${block.number.toString(16)}`] });
      } catch (error) {
        book.demote(witness, error instanceof RpcError ? "no-proofs" : "down", `eth_getProof: ${reasonOf(error)}`);
        continue;
      }
      const proven = await verified(witness, answer, address, slots);
      if (proven !== undefined) return proven;
    }
    return undefined;
  }

  async function verified(witness: Witness, answer: unknown, address: string, slots: readonly string[]): Promise<Proven | undefined> {
    const { accountProof, storageProof, balance, nonce, codeHash } = (answer ?? {}) as Partial<Record<string, unknown>>;
    const proof = strings(accountProof);
    const accuse = (what: string, said: string, proven: string, nodes: string[]) =>
      book.accuse(witness, { what, said, proven, block: block.number.toString(), proof: nodes });
    let account: ProvenAccount;
    try {
      account = await proveAccount(block.stateRoot, address, proof);
    } catch (error) {
      accuse(`proof of the account ${address}`, "a proof", `nothing: ${reasonOf(error)}`, proof);
      return undefined;
    }
    // The fields beside the proof are what a careless reader would take.
    for (const [name, said, real] of [
      ["balance", balance, account.balance],
      ["nonce", nonce, account.nonce],
      ["code hash", codeHash, BigInt(account.codeHash)],
    ] as const) {
      if (typeof said !== "string" || (BigInt(said) !== real && !(name === "code hash" && BigInt(said) === 0n))) {
        accuse(`${name} of ${address}`, String(said), `0x${real.toString(16)}`, proof);
        return undefined;
      }
    }
    const words = new Map<string, { word: string; proof: string[] }>();
    const entries = Array.isArray(storageProof) ? (storageProof as { key?: unknown; value?: unknown; proof?: unknown }[]) : [];
    for (const [index, slot] of slots.entries()) {
      const entry = entries[index] ?? {};
      const nodes = strings(entry.proof);
      try {
        const word = await proveStorage(account.storageRoot, slot, nodes);
        if (BigInt(String(entry.value)) !== BigInt(word)) {
          accuse(`slot ${slot} of ${address}`, toWord(String(entry.value)), word, nodes);
          return undefined;
        }
        words.set(slot, { word, proof: nodes });
      } catch (error) {
        accuse(`proof of slot ${slot} of ${address}`, "a proof", `nothing: ${reasonOf(error)}`, nodes);
        return undefined;
      }
    }
    book.proven(words.size + 1);
    return { account: { ...account, proof }, words };
  }

  return {
    account: async (address) => (await ask(address, undefined))?.account,
    storage: async (address, slot) => (await ask(address, slot))?.words.get(slot),
  };
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string" && /^0x([0-9a-fA-F]{2})*$/.test(item)) : [];
}
