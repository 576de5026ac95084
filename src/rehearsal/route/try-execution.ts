import type { RouteContext } from "./context.js";
import { RouteJournal } from "./journal.js";
import { sendStep, type PreparedStep } from "./safe-step.js";

/** How the execution would go now. */
export interface TriedExecution {
  /** Why it fails, or undefined. */
  reason: string | undefined;
  /** `address slot` of every word that it changes. */
  changed: string[];
}

/** Executes as the route will, without a trace in its journal; the caller undoes it on the fork. */
export async function executeApart(context: RouteContext, prepared: PreparedStep | undefined): Promise<TriedExecution> {
  const { fork } = context;
  const apart = { ...context, journal: new RouteJournal(fork, context.journal.blockTime), steps: [], findings: [] };
  const { reason } = await sendStep(apart, "execute", prepared, fork.now);
  const changed = [...apart.journal.diff].flatMap(([address, { storage }]) => [...storage.keys()].map((slot) => `${address} ${slot}`));
  return { reason, changed };
}
