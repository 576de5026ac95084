import { getBytes, hexlify } from "ethers";
import { toWord } from "../../chain/reads.js";

/** More constants than this are not tried. */
const LIMIT = 4_000;

/** Words that may be keys of mappings: constants in `code`, at either end of a word, and the words of `data`. */
export function candidateKeys(code: string, data: readonly string[]): string[] {
  const keys = new Set<string>();
  for (const bytes of data) {
    for (let at = bytes.length - 64; at >= 2; at -= 64) keys.add(`0x${bytes.slice(at, at + 64)}`);
  }
  const runtime = getBytes(code);
  for (let at = 0; at < runtime.length && keys.size < LIMIT; at++) {
    const length = (runtime[at] ?? 0) - 0x5f;
    if (length < 1 || length > 32) continue;
    const constant = hexlify(runtime.slice(at + 1, at + 1 + length));
    keys.add(toWord(constant));
    keys.add(constant.padEnd(66, "0"));
    at += length;
    // PUSH constant, PUSH1 shift, SHL: how the optimizer writes a word with zeros at its end.
    const [push, shift, opcode] = [runtime[at + 1], runtime[at + 2], runtime[at + 3]];
    if (push === 0x60 && opcode === 0x1b && shift !== undefined) {
      keys.add(toWord(BigInt.asUintN(256, BigInt(constant) << BigInt(shift))));
    }
  }
  return [...keys];
}
