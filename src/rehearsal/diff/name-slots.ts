import { getCode } from "../../chain/reads.js";
import type { RouteContext } from "../route/context.js";
import { candidateKeys } from "./candidate-keys.js";
import type { SlotNamer } from "./compare.js";
import { isWellKnownSlot, wellKnownParts, type ContractNames } from "./names.js";
import type { Preimages } from "./preimages.js";
import { LayoutNamer } from "./slot-namer.js";

/**
 * Names the slots of the route's diff: by what every proxy may have, then by the contract's own layouts. Only when a slot
 * is left without a name, the transactions are traced for the keys that they hashed, and only then keys are guessed.
 */
export async function slotNamer({ journal, fork, plan }: RouteContext, names: ContractNames): Promise<SlotNamer> {
  const namers = new Map<string, LayoutNamer>();
  let preimages: Preimages | undefined;
  for (const [address, { storage }] of journal.diff) {
    const layouts = names.contract(address)?.layouts;
    const wanted = [...storage.keys()].filter((slot) => !isWellKnownSlot(slot));
    if (layouts === undefined || wanted.length === 0) continue;
    let namer = new LayoutNamer(layouts, new Map(), wanted);
    const isIncomplete = (): boolean => wanted.some((slot) => namer.name(slot, "0x0", "0x1") === undefined);
    if (isIncomplete()) {
      preimages ??= await journal.preimages();
      namer = new LayoutNamer(layouts, preimages, wanted);
    }
    if (isIncomplete()) {
      const change = plan.changes.find(({ proxy, kind }) => proxy === address && kind !== "pointer");
      const code = await getCode(fork.port, change?.newImplementation ?? address);
      const words = [...plan.calls.map(({ data }) => data), ...journal.logs.flatMap(({ topics, data }) => [data, ...topics])];
      namer = new LayoutNamer(layouts, preimages ?? new Map(), wanted, candidateKeys(code, words));
    }
    namers.set(address, namer);
  }
  return (address, slot, before, after) => wellKnownParts(slot, before, after) ?? namers.get(address)?.name(slot, before, after);
}
