import type { ContractView } from "./ast/contract-view.js";
import { factsOf } from "./flow/facts.js";
import { contains, storageIn, type Term } from "./flow/term.js";
import { entriesOf, type Trace } from "./flow/trace.js";

const NAME = /paus|halt|frozen|freeze|stopped|shutdown|emergency/i;

/** Keys of the switches whose being off a run demands: `require(!paused)`. */
export function pausesAsked(trace: Trace): Set<string> {
  const keys = new Set<string>();
  const look = (holds: Term): void => {
    for (const key of storageIn(holds)) {
      if (NAME.test(key) && demandsOff(holds, key)) keys.add(key);
    }
  };
  for (const { holds, kind } of entriesOf(trace.exit)) if (kind === "check") look(holds);
  for (const effect of trace.effects) if (effect.kind === "check" && entriesOf(effect.path).every(({ kind }) => kind === "check")) look(effect.holds);
  return keys;
}

function demandsOff(holds: Term, key: string): boolean {
  return contains(holds, (term) => {
    if (term.op === "not") return storageIn(term.of).has(key);
    if (term.op !== "binary") return false;
    const isOff = [term.left, term.right].some((side) => side.op === "literal" && (side.text === "false" || side.text === "0"));
    return (term.operator === "==" && isOff && storageIn(term).has(key)) || (term.operator === "!=" && !isOff && storageIn(term).has(key));
  });
}

/** Switches that some function turns on and off. */
export function pauseSwitches(view: ContractView): Set<string> {
  return new Set([...factsOf(view).writes.keys()].filter((key) => NAME.test(key)));
}
