import type { ChainPort } from "../chain/port.js";
import { tryReadTimelock } from "../chain/timelock.js";
import type { NameBook } from "./names.js";

/** The addresses of the name book that are TimelockControllers: whose pending operations concern this project. */
export async function tryReadTimelocks(chain: ChainPort, names: NameBook): Promise<string[]> {
  const states = await Promise.all(names.entries.map(([, address]) => tryReadTimelock(chain, address)));
  return states.flatMap((state) => (state === undefined ? [] : [state.address]));
}
