import { keccak256 } from "ethers";
import type { Fork } from "../fork/fork.js";

interface StructLog {
  op: string;
  stack?: string[];
  memory?: string[];
}

/** What was hashed by hash, as far as it can name a storage slot: keys of mappings and of dynamic arrays. */
export type Preimages = ReadonlyMap<string, string>;

/** Longest key of a mapping that is still worth remembering, in bytes. */
const LONGEST = 512;

/** The preimages of every KECCAK256 that `hash` executed. */
export async function preimagesOf(fork: Fork, hash: string): Promise<Map<string, string>> {
  const { structLogs } = (await fork.request("debug_traceTransaction", [
    hash,
    { enableMemory: true, disableStorage: true, enableReturnData: false },
  ])) as { structLogs: StructLog[] };
  const found = new Map<string, string>();
  for (const { op, stack, memory } of structLogs) {
    if ((op !== "KECCAK256" && op !== "SHA3") || stack === undefined || memory === undefined) continue;
    const [offset, size] = [stack.at(-1), stack.at(-2)].map((word) => Number(BigInt(hex(word ?? "0"))));
    if (offset === undefined || size === undefined || size < 32 || size > LONGEST) continue;
    const bytes = memory.map((word) => word.replace(/^0x/, "")).join("");
    const preimage = `0x${bytes.slice(2 * offset, 2 * (offset + size)).padEnd(2 * size, "0")}`;
    found.set(keccak256(preimage), preimage);
  }
  return found;
}

function hex(word: string): string {
  return word.startsWith("0x") ? word : `0x${word}`;
}
