import type { ForkLog } from "../fork/fork.js";
import { eventWith } from "../fragments.js";
import type { ContractNames } from "./names.js";

/** An event in words, `perpExchange.Traded(0, 0x…, 5)`; topics and words of data where no ABI knows it. */
export function describeLog({ address, topics, data }: ForkLog, names: ContractNames): string {
  const where = names.of(address) ?? address;
  for (const iface of names.interfacesFor(address)) {
    const event = eventWith(iface, topics[0] ?? "");
    if (event === undefined) continue;
    try {
      return `${where}.${event.name}(${iface.decodeEventLog(event, data, topics).toArray().map(String).join(", ")})`;
    } catch {
      // Same topic, other indexed parameters: not this event.
    }
  }
  const words = data.slice(2).match(/.{64}/g) ?? [];
  return `${where} ${[...topics, ...words.map((word) => readable(`0x${word}`))].join(" ")}`;
}

/** A word as a number where it looks like one, signed or not, so that tolerances apply; else as it is. */
function readable(word: string): string {
  const value = BigInt.asIntN(256, BigInt(word));
  return value < 1n << 128n && value > -(1n << 128n) ? String(value) : word;
}
