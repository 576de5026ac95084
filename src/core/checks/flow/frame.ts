import type { ContractDefinition, FunctionDefinition } from "solidity-ast";
import type { Term } from "./term.js";
import type { PathEntry } from "./trace.js";

type Ending = "falls-through" | "returns" | "reverts";

/** One inlined function or modifier body. */
export interface Frame {
  fn: FunctionDefinition;
  owner: ContractDefinition | undefined;
  returned: { values: readonly Term[]; path: PathEntry | undefined }[];
  /** Runs what `_` stands for; only inside a modifier. */
  placeholder?: () => void;
  start: PathEntry | undefined;
  ending: Ending;
}

/** Read through a function: what happened in between is not visible to the type checker. */
export function endingOf(frame: Frame): Ending {
  return frame.ending;
}
