import type { ForkLog } from "../fork/fork.js";
import type { ContractNames } from "./names.js";

/** An event in words, `perpExchange.Traded(0, 0x…, 5)`; topics and data as they are where no ABI knows it. */
export function describeLog({ address, topics, data }: ForkLog, names: ContractNames): string {
  const where = names.of(address) ?? address;
  for (const iface of names.interfacesFor(address)) {
    try {
      const parsed = iface.parseLog({ topics, data });
      if (parsed !== null) return `${where}.${parsed.name}(${parsed.args.toArray().map(String).join(", ")})`;
    } catch {
      // Same topic, other indexed parameters: not this event.
    }
  }
  return `${where} ${topics.join(" ")} ${data}`;
}
