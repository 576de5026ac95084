import type { ContractView } from "./ast/contract-view.js";
import { factsOf } from "./flow/facts.js";
import type { Term } from "./flow/term.js";

/** Whether some entry point ends in a delegatecall or a selfdestruct: whoever owns the bare code can then destroy it. */
export function canRunForeignCode(view: ContractView): boolean {
  return factsOf(view).mutating.some(({ effects }) =>
    effects.some(
      (effect) => effect.kind === "selfdestruct" || (effect.kind === "call" && effect.callKind === "delegatecall" && !isSelf(effect.call.target)),
    ),
  );
}

/** A multicall delegates to its own code. */
function isSelf(target: Term | undefined): boolean {
  return target?.op === "environment" && target.name === "this";
}
