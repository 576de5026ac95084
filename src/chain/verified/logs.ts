import { receiptsRoot, type ReceiptFields } from "../../core/proofs/receipts.js";
import { reasonOf } from "../../errors/drydock-error.js";
import type { ChainPort } from "../port.js";
import { getBlock } from "../reads.js";
import type { AgreedBlock } from "./agreement.js";
import type { Witness, WitnessBook } from "./witnesses.js";

interface RawLog {
  address: string;
  topics: string[];
  data: string;
  blockNumber: string;
  transactionHash: string;
  logIndex: string;
}

/**
 * The logs that at least one endpoint gives and that stand in the chain. A log that not all give is looked up in the
 * block's receipts, whose trie must have the root in the agreed header: who dropped it, or made it up, is named.
 *
 * @throws what the last endpoint answered, when none gives logs for this range.
 */
export async function verifiedLogs(
  book: WitnessBook,
  filter: unknown,
  agreed: (height: bigint) => Promise<AgreedBlock>,
): Promise<unknown[]> {
  const answers: { witness: Witness; logs: Map<string, RawLog> }[] = [];
  let failure: unknown;
  await Promise.all(
    book.usable().map(async (witness) => {
      try {
        const logs = (await witness.chain.request({ method: "eth_getLogs", params: [filter] })) as RawLog[];
        answers.push({ witness, logs: new Map(logs.map((log) => [keyOf(log), log])) });
      } catch (error) {
        failure = error;
      }
    }),
  );
  if (answers.length === 0) throw failure;
  if (answers.length < 2) book.believe("event logs are complete: only one endpoint gave them");
  const union = new Map(answers.flatMap(({ logs }) => [...logs]));
  for (const [key, log] of union) {
    const without = answers.filter(({ logs }) => !logs.has(key));
    if (without.length === 0) continue;
    const block = await agreed(BigInt(log.blockNumber));
    const name = `log ${Number(log.logIndex)} of block ${block.number} (transaction ${log.transactionHash})`;
    const real = await inReceipts(book, block, key);
    if (real === undefined) {
      book.believe(`${name}, which ${without.map(({ witness }) => witness.label).join(", ")} did not give and no receipts prove`);
      continue;
    }
    const liars = real ? without : answers.filter(({ logs }) => logs.has(key));
    const lie = { what: name, said: real ? "no such log" : "a log", proven: real ? "the log" : "no such log", block: block.number.toString(), proof: [block.receiptsRoot] };
    for (const { witness } of liars) book.accuse(witness, lie);
    if (!real) union.delete(key);
  }
  return [...union.values()].sort((a, b) => Number(a.blockNumber) - Number(b.blockNumber) || Number(a.logIndex) - Number(b.logIndex));
}

/** Whether a block's receipts hold the log; undefined where no endpoint gives receipts that hash to the header's root. */
async function inReceipts(book: WitnessBook, block: AgreedBlock, key: string): Promise<boolean | undefined> {
  for (const { chain } of book.usable()) {
    try {
      const receipts = await receiptsOf(chain, block.number);
      if ((await receiptsRoot(receipts)) !== block.receiptsRoot) continue;
      return receipts.some(({ logs }) => logs.some((log) => keyOf(log as RawLog) === key));
    } catch (error) {
      // The next endpoint may have them; that this one has not is no lie.
      void reasonOf(error);
    }
  }
  return undefined;
}

async function receiptsOf(chain: ChainPort, height: bigint): Promise<ReceiptFields[]> {
  const { raw } = await getBlock(chain, height);
  const hashes = Array.isArray(raw.transactions) ? raw.transactions : [];
  return Promise.all(
    hashes.map(async (hash: unknown) => (await chain.request({ method: "eth_getTransactionReceipt", params: [hash] })) as ReceiptFields),
  );
}

function keyOf({ address, topics, data, blockNumber, transactionHash, logIndex }: RawLog): string {
  return [Number(blockNumber), Number(logIndex), transactionHash, address, data, ...topics].join(" ").toLowerCase();
}
