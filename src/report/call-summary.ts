import { formatEther } from "ethers";
import type { DecodedCall } from "../core/decode/types.js";
import { visible } from "../core/visible.js";
import { named } from "./named.js";

/** Fewer calls than this are read as they are. */
const MIN_CALLS = 5;
/** Kinds of calls that are listed; the rest is counted. */
const MAX_KINDS = 40;

interface Kind {
  call: DecodedCall;
  count: number;
  value: bigint;
  /** Sum and largest of the amounts, where the last argument is one. */
  amount: bigint;
  largest: { amount: bigint; call: DecodedCall };
}

/**
 * The calls of a large batch by kind, rarest first, with sums and the largest amount, so that one payment among three
 * hundred can't hide. Empty for a few calls.
 */
export function callSummary(root: DecodedCall, names: Readonly<Record<string, string>> = {}): string[] {
  const kinds = new Map<string, Kind>();
  let total = 0;
  const stack = [root];
  for (let call = stack.pop(); call; call = stack.pop()) {
    stack.push(...call.calls);
    if (call.calls.length > 0) continue;
    total++;
    const key = [call.function ?? call.selector ?? (call.size === 0 ? "ether" : "unknown"), call.size === 0 ? "" : call.to, call.operation, call.relation].join(" ");
    const amount = amountOf(call);
    const kind = kinds.get(key) ?? { call, count: 0, value: 0n, amount: 0n, largest: { amount, call } };
    kind.count++;
    kind.value += BigInt(call.value);
    kind.amount += amount;
    if (amount > kind.largest.amount) kind.largest = { amount, call };
    kinds.set(key, kind);
  }
  if (total < MIN_CALLS) return [];
  const sorted = [...kinds.values()].sort((a, b) => a.count - b.count);
  return [
    ...sorted.slice(0, MAX_KINDS).map((kind) => lineOf(kind, names)),
    ...(sorted.length > MAX_KINDS ? [`and ${sorted.length - MAX_KINDS} more kinds of calls`] : []),
  ];
}

function lineOf({ call, count, value, amount, largest }: Kind, names: Readonly<Record<string, string>>): string {
  const what = call.size === 0 ? "plain ether" : `${visible(call.function ?? call.selector ?? "unknown bytes")} on ${named(call.to, names)}`;
  const how = `${call.operation === 1 ? " by DELEGATECALL" : ""}${call.relation === "deferred" ? ", later" : ""}`;
  const ether = value === 0n ? "" : `, ${formatEther(value)} ETH in all`;
  const most = largest.call.args[0]?.value;
  const sum =
    amount === 0n || call.size === 0
      ? ""
      : `, ${amount} in all${count > 1 ? `, the most in call ${largest.call.path}: ${largest.amount}${most === undefined ? "" : ` (${named(most, names)})`}` : ""}`;
  return `${count} × ${what}${how}${ether}${sum}`;
}

/** What a call moves: its amount argument, else its ether. */
function amountOf({ args, value, size }: DecodedCall): bigint {
  if (size === 0) return BigInt(value);
  const amount = args.find(({ name, type }) => type.startsWith("uint") && /^_?(amount|value|assets|wad)$/i.test(name));
  return BigInt(amount?.value ?? 0);
}
