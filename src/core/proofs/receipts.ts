import { createMPT } from "@ethereumjs/mpt";
import { concat, encodeRlp, getBytes, hexlify, stripZerosLeft, toBeHex } from "ethers";

/** The fields of a JSON-RPC receipt that stand in the receipts trie. */
export interface ReceiptFields {
  type?: string | null;
  status?: string | null;
  /** Before Byzantium, instead of a status. */
  root?: string | null;
  cumulativeGasUsed: string;
  logsBloom: string;
  logs: readonly { address: string; topics: readonly string[]; data: string }[];
}

/** The root of the trie over a block's receipts, in the order of its transactions (EIP-2718 envelopes included). */
export async function receiptsRoot(receipts: readonly ReceiptFields[]): Promise<string> {
  const trie = await createMPT();
  for (const [index, receipt] of receipts.entries()) {
    await trie.put(getBytes(encodeRlp(integer(BigInt(index)))), getBytes(encodeReceipt(receipt)));
  }
  return hexlify(trie.root());
}

function encodeReceipt({ type, status, root, cumulativeGasUsed, logsBloom, logs }: ReceiptFields): string {
  const outcome = typeof status === "string" ? integer(BigInt(status)) : (root ?? "0x");
  const body = encodeRlp([
    outcome,
    integer(BigInt(cumulativeGasUsed)),
    logsBloom,
    logs.map(({ address, topics, data }) => [address, [...topics], data]),
  ]);
  const kind = typeof type === "string" ? BigInt(type) : 0n;
  return kind === 0n ? body : concat([toBeHex(kind, 1), body]);
}

function integer(value: bigint): string {
  return value === 0n ? "0x" : stripZerosLeft(toBeHex(value));
}
