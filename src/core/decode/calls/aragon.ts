import { getAddress, hexlify } from "ethers";
import type { ByteRange, DecodeWarning } from "../types.js";
import type { CallReader, InnerCall } from "./types.js";
import { arg, bytesOf } from "./values.js";

/** Aragon's CallsScript: this id, then for each call the target (20 bytes), the length (4) and the data. */
const CALLS_SCRIPT = "0x00000001";
const HEADER = 24;

/** `forward(bytes)` and `newVote(bytes,…)` of Aragon apps (aragonOS 4, `CallsScript`): calls by the app or its agent. */
export const readCallsScript: CallReader = (outer, args, data) => {
  const value = arg(args, 0);
  const script = bytesOf(value);
  if (script.length === 0) return { calls: [] };
  const base = script.byteOffset - data.byteOffset;
  const unread = (start: number, detail: string): { warnings: DecodeWarning[]; unexplained: ByteRange[] } => ({
    warnings: [{ code: "truncated", at: base + start, detail }],
    unexplained: [{ start: base + start, end: base + script.length }],
  });
  if (script.length < 4 || hexlify(script.subarray(0, 4)) !== CALLS_SCRIPT)
    return { calls: [], ...unread(0, "the script is not one of calls") };
  const calls: InnerCall[] = [];
  let at = 4;
  while (at < script.length) {
    const length = at + HEADER > script.length ? Infinity : Number(BigInt(hexlify(script.subarray(at + 20, at + HEADER))));
    if (at + HEADER + length > script.length)
      return { calls, ...unread(at, `${script.length - at} bytes at the end of the script are no whole call`) };
    const to = getAddress(hexlify(script.subarray(at, at + 20)));
    const inner = script.subarray(at + HEADER, at + HEADER + length);
    // Whoever runs the script in the end is not in these bytes: a vote, or the agent behind it.
    calls.push({ relation: "deferred", from: outer.context, to, value: 0n, operation: 0, data: inner });
    at += HEADER + length;
  }
  return { calls, explained: [{ value, text: `${calls.length} calls of a script` }] };
};
