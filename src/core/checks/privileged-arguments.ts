import type { ContractView } from "./ast/contract-view.js";
import { factsOf } from "./flow/facts.js";
import { collect, overlaps, storageName, type Term } from "./flow/term.js";
import { trustedState } from "./privileges.js";
import type { UpgradeCall } from "./rule.js";
import { calledFunction } from "./upgrade-path.js";

type Parameter = Extract<Term, { op: "parameter" }>;

/** An address that the upgrade's own call puts into state which decides who may call. */
export interface PrivilegedArgument {
  /** Position among the call's arguments. */
  index: number;
  parameter: string;
  /** `AccessControlStorage._roles.hasRole`, `owner`. */
  state: string;
}

/** Address parameters of the called function that become an owner, a member of a role, or the like. */
export function privilegedArguments(view: ContractView, call: UpgradeCall): PrivilegedArgument[] {
  const fn = calledFunction(view, call);
  if (fn === undefined) return [];
  const trusted = [...trustedState(factsOf(view)).keys()];
  const found = new Map<string, PrivilegedArgument>();
  for (const effect of view.traceOf(fn).effects) {
    if (effect.kind !== "write") continue;
    const name = storageName(effect.storage);
    if (!trusted.some((one) => overlaps(one, name))) continue;
    for (const term of [...effect.storage.indexes, effect.value]) {
      for (const { index, name: parameter, declaration } of collect(term, isParameter)) {
        if (!/^address/.test(declaration.typeDescriptions.typeString ?? "")) continue;
        found.set(`${index} ${name}`, { index, parameter, state: name.replace(/^ns:/, "") });
      }
    }
  }
  return [...found.values()];
}

function isParameter(term: Term): term is Parameter {
  return term.op === "parameter";
}
