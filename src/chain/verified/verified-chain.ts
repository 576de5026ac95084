import { keccak256 } from "ethers";
import { confirms, standardSlots } from "../../core/proofs/standard-slots.js";
import type { ReadsReport } from "../../core/schema/inspect.js";
import { DrydockError, ERRORS, reasonOf } from "../../errors/drydock-error.js";
import type { ChainPort } from "../port.js";
import { toWord } from "../reads.js";
import { httpChain } from "../rpc/http-chain.js";
import { redactUrl } from "../rpc/redact.js";
import { isRevert } from "../rpc/rpc-error.js";
import { agreeOn, commonHeight, type AgreedBlock } from "./agreement.js";
import { verifiedLogs } from "./logs.js";
import { proofReader, type ProofReader } from "./proof-reader.js";
import { witnessBook, type Witness } from "./witnesses.js";

export interface VerifiedChainOptions {
  /** Each endpoint by itself; two or more that do not belong to one operator are worth the name. */
  witnesses: readonly Witness[];
  network: string;
  /** The height to stand on; the lowest that all endpoints have finalized unless given. */
  block?: bigint;
}

export interface VerifiedChain extends ChainPort {
  /** What "latest" means here. */
  readonly block: AgreedBlock;
  /** What was proven, what was believed, and which endpoint lied about what. Ask after the last read. */
  report(): ReadsReport;
}

/**
 * A {@link ChainPort} that believes no endpoint. The endpoints must agree on one value, the block's hash; storage,
 * balances, nonces and code are proven by `eth_getProof` against that block's state root, and every other endpoint's plain
 * answer is compared, so that a liar is named. Calls can't be proven: all endpoints must give the same answer, and where
 * OpenZeppelin's layout says in which slot the answer stands, that slot is proven too. "latest" is the agreed block.
 *
 * Requests that are no reads of state pass to the first endpoint that is still trusted.
 *
 * @throws DrydockError RPC_DOWN, ENDPOINTS_DISAGREE, NO_QUORUM, HEADER_NOT_KNOWN; later, from reads, NO_AGREEMENT.
 */
export async function verifiedChain({ witnesses, network, block: wanted }: VerifiedChainOptions): Promise<VerifiedChain> {
  const book = witnessBook(witnesses);
  const height = await commonHeight(book, network);
  const block = await agreeOn(book, wanted ?? height, network);
  if (wanted !== undefined && wanted > height) book.believe(`block ${wanted} is final: the endpoints have finalized ${height}`);
  const blocks = new Map<bigint, Promise<AgreedBlock>>([[block.number, Promise.resolve(block)]]);
  const readers = new Map<bigint, ProofReader>();

  const agreed = (at: bigint): Promise<AgreedBlock> => {
    const known = blocks.get(at) ?? agreeOn(book, at, network);
    blocks.set(at, known);
    return known;
  };
  const readerAt = async (at: bigint): Promise<ProofReader> => {
    const known = readers.get(at) ?? proofReader(book, await agreed(at));
    readers.set(at, known);
    return known;
  };

  /** Every usable endpoint's own answer; those that give none are left out. */
  async function plain(method: string, params: readonly unknown[]): Promise<{ witness: Witness; answer: unknown }[]> {
    const answers = await Promise.all(
      book.usable().map(async (witness) => {
        try {
          return { witness, answer: await witness.chain.request({ method, params }) };
        } catch (error) {
          if (isRevert(error)) return { witness, answer: error };
          book.demote(witness, "down", `${method}: ${reasonOf(error)}`);
          return undefined;
        }
      }),
    );
    return answers.filter((one) => one !== undefined);
  }

  /** One value of state: proven if any endpoint can, else what all endpoints say alike. */
  async function state(
    method: string,
    params: readonly unknown[],
    what: string,
    prove: () => Promise<{ value: string; proof: string[] } | undefined>,
    same: (a: string, b: string) => boolean,
  ): Promise<string> {
    const [proven, answers] = await Promise.all([prove(), witnesses.length > 1 ? plain(method, params) : []]);
    if (proven !== undefined) {
      for (const { witness, answer } of answers) {
        if (typeof answer === "string" && same(answer, proven.value)) continue;
        book.accuse(witness, { what, said: String(answer), proven: proven.value, block: block.number.toString(), proof: proven.proof });
      }
      return proven.value;
    }
    const said = answers.length > 0 ? answers : await plain(method, params);
    book.believe(`${what}: no endpoint serves proofs`);
    return agreedAnswer(said, what, same) as string;
  }

  function agreedAnswer(answers: readonly { witness: Witness; answer: unknown }[], what: string, same: (a: string, b: string) => boolean): unknown {
    const [first, ...others] = answers;
    if (first === undefined) throw new DrydockError(ERRORS.RPC_DOWN, { network, method: what, attempts: 1, reason: "no endpoint answered" });
    const text = (answer: unknown) => (answer instanceof Error ? `reverted ${String((answer as { data?: unknown }).data ?? "")}` : String(answer));
    const other = others.find(({ answer }) => !same(text(answer), text(first.answer)));
    if (other !== undefined) {
      const detail = `${first.witness.label} ${text(first.answer).slice(0, 140)}, ${other.witness.label} ${text(other.answer).slice(0, 140)}`;
      throw new DrydockError(ERRORS.NO_AGREEMENT, { network, what, detail });
    }
    if (first.answer instanceof Error) throw first.answer;
    return first.answer;
  }

  async function callAt(transaction: { to?: string; data?: string; input?: string }, at: bigint): Promise<string> {
    const params = [transaction, hex(at)];
    const { to = "", data = transaction.input ?? "0x" } = transaction;
    const what = `call of ${data.slice(0, 10)} on ${to}`;
    const slots = standardSlots(data);
    if (slots === undefined) {
      book.believe(`${what}: a call can't be proven, ${book.usable().length} endpoints answered alike`);
      return agreedAnswer(await plain("eth_call", params), what, (a, b) => a === b) as string;
    }
    const reader = await readerAt(at);
    const wanted = [...slots.namespaced, ...slots.plain];
    const [answers, words] = await Promise.all([plain("eth_call", params), Promise.all(wanted.map((slot) => reader.storage(to, slot)))]);
    if (words.some((word) => word === undefined)) {
      book.believe(`${what}: a call can't be proven, ${answers.length} endpoints answered alike`);
      return agreedAnswer(answers, what, (a, b) => a === b) as string;
    }
    const wordOf = new Map(wanted.map((slot, index) => [slot, words[index]!]));
    const judged = answers.map(({ witness, answer }) => ({
      witness,
      answer,
      judgement: typeof answer === "string" && answer.length <= 66 ? confirms(answer, slots, (slot) => wordOf.get(slot)!.word) : "unknown",
    }));
    const confirmed = judged.find(({ judgement }) => judgement === "confirmed");
    if (confirmed === undefined) {
      book.believe(`${what}: its answer is in no slot that is known, ${answers.length} endpoints answered alike`);
      return agreedAnswer(answers, what, (a, b) => a === b) as string;
    }
    for (const { witness, answer } of judged) {
      if (answer === confirmed.answer) continue;
      const { proof } = [...wordOf.values()].find(({ word }) => BigInt(word) !== 0n) ?? [...wordOf.values()][0]!;
      book.accuse(witness, { what, said: String(answer), proven: String(confirmed.answer), block: at.toString(), proof });
    }
    return confirmed.answer as string;
  }

  async function heightOf(tag: unknown): Promise<bigint> {
    if (tag === undefined || tag === "latest" || tag === "safe" || tag === "finalized" || tag === "pending") return block.number;
    if (tag === "earliest") return 0n;
    if (typeof tag === "string") return BigInt(tag);
    const { blockHash, blockNumber } = tag as { blockHash?: string; blockNumber?: string };
    if (blockNumber !== undefined) return BigInt(blockNumber);
    const answers = await plain("eth_getBlockByHash", [blockHash, false]);
    const { number } = (answers.find(({ answer }) => answer !== null)?.answer ?? {}) as { number?: string };
    const at = number === undefined ? undefined : await agreed(BigInt(number));
    if (at === undefined || at.hash !== blockHash) throw new DrydockError(ERRORS.BLOCK_UNKNOWN, { block: String(blockHash) });
    return at.number;
  }

  async function request({ method, params = [] }: { method: string; params?: readonly unknown[] }): Promise<unknown> {
    const address = String(params[0]);
    const sameNumber = (a: string, b: string) => /^0x[0-9a-f]+$/i.test(a) && BigInt(a) === BigInt(b);
    switch (method) {
      case "eth_chainId":
        return agreedAnswer(await plain(method, []), "the chain id", sameNumber);
      case "eth_blockNumber":
        return hex(block.number);
      case "eth_getBlockByNumber":
        return params[1] === true ? passOn(method, params) : (await agreed(await heightOf(params[0]))).raw;
      case "eth_getBlockByHash":
        return params[1] === true ? passOn(method, params) : (await agreed(await heightOf({ blockHash: params[0] }))).raw;
      case "eth_getStorageAt": {
        const at = await heightOf(params[2]);
        const slot = toWord(String(params[1]));
        const reader = await readerAt(at);
        const prove = async () => {
          const found = await reader.storage(address, slot);
          return found === undefined ? undefined : { value: found.word, proof: found.proof };
        };
        return state(method, [address, slot, hex(at)], `slot ${slot} of ${address}`, prove, sameNumber);
      }
      case "eth_getBalance":
      case "eth_getTransactionCount": {
        const at = await heightOf(params[1]);
        const reader = await readerAt(at);
        const field = method === "eth_getBalance" ? "balance" : "nonce";
        const prove = async () => {
          const account = await reader.account(address);
          return account === undefined ? undefined : { value: hex(account[field]), proof: account.proof };
        };
        return state(method, [address, hex(at)], `${field} of ${address}`, prove, sameNumber);
      }
      case "eth_getCode":
        return codeAt(address, await heightOf(params[1]));
      case "eth_call":
        return callAt(params[0] as { to?: string; data?: string }, await heightOf(params[1]));
      case "eth_getLogs": {
        const filter = params[0] as { toBlock?: unknown };
        const toBlock = hex(await heightOf(filter.toBlock));
        return verifiedLogs(book, { ...filter, toBlock }, agreed);
      }
      default:
        return passOn(method, params);
    }
  }

  async function codeAt(address: string, at: bigint): Promise<string> {
    const account = await (await readerAt(at)).account(address);
    const answers = await plain("eth_getCode", [address, hex(at)]);
    if (account === undefined) {
      book.believe(`code of ${address}: no endpoint serves proofs`);
      return agreedAnswer(answers, `code of ${address}`, (a, b) => a.toLowerCase() === b.toLowerCase()) as string;
    }
    let code: string | undefined;
    for (const { witness, answer } of answers) {
      const hash = typeof answer === "string" && /^0x([0-9a-fA-F]{2})*$/.test(answer) ? keccak256(answer) : "no code";
      if (hash === account.codeHash) code ??= answer as string;
      else book.accuse(witness, { what: `code of ${address}`, said: hash, proven: account.codeHash, block: at.toString(), proof: account.proof });
    }
    if (code === undefined) {
      throw new DrydockError(ERRORS.NO_AGREEMENT, { network, what: `the code of ${address}`, detail: `none has the proven hash ${account.codeHash}` });
    }
    return code;
  }

  async function passOn(method: string, params: readonly unknown[]): Promise<unknown> {
    const [first] = book.usable();
    if (first === undefined) throw new DrydockError(ERRORS.RPC_DOWN, { network, method, attempts: 0, reason: "every endpoint was put aside" });
    if (/^eth_get/.test(method)) book.believe(`${method}: taken from ${first.label}`);
    return first.chain.request({ method, params });
  }

  return { block, request, report: () => book.report(block.quorum) };
}

/** A {@link verifiedChain} that counts its HTTP requests. */
export interface VerifiedHttpChain extends VerifiedChain {
  requests(): number;
}

/** {@link verifiedChain} over HTTP endpoints, each with its own retries. */
export async function verifiedHttpChain(options: {
  urls: readonly string[];
  network: string;
  timeoutMs?: number;
  attempts?: number;
  block?: bigint;
}): Promise<VerifiedHttpChain> {
  const { urls, network, timeoutMs, attempts, block } = options;
  const labels = urls.map(redactUrl);
  const labelOf = (index: number) => (labels.indexOf(labels[index]!) === index ? labels[index]! : `${labels[index]} (${index + 1})`);
  const chains = urls.map((url) => httpChain({ urls: [url], network, timeoutMs, attempts }));
  const witnesses = chains.map((chain, index) => ({ label: labelOf(index), chain }));
  const verified = await verifiedChain({ witnesses, network, ...(block === undefined ? {} : { block }) });
  return { ...verified, requests: () => chains.reduce((sum, { stats }) => sum + stats.requests, 0) };
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
