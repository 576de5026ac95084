import { Interface } from "ethers";
import { addressIn, codeHash, getStorage } from "../../chain/reads.js";
import { IMPLEMENTATION_SLOT, ZOS_IMPLEMENTATION_SLOT } from "../../core/proxy/slots.js";
import type { PlanChange } from "../../core/schema/plan.js";
import { RELAYER } from "../fork/accounts.js";
import type { Fork } from "../fork/fork.js";
import { blocked, type RouteContext } from "./context.js";

const BEACON = new Interface(["function implementation() view returns (address)"]);

/** What runs behind a change now; for a pointer, undefined: nobody but its holder knows where it is kept. */
async function implementationOf(fork: Fork, { proxy, kind }: PlanChange): Promise<string | null | undefined> {
  switch (kind) {
    case "pointer":
      return undefined;
    case "beacon": {
      const outcome = await fork.call({ from: RELAYER, to: proxy, data: BEACON.encodeFunctionData("implementation") });
      return outcome.succeeded ? addressIn(outcome.data.slice(0, 66)) : null;
    }
    default:
      return (
        addressIn(await getStorage(fork.port, proxy, IMPLEMENTATION_SLOT)) ??
        addressIn(await getStorage(fork.port, proxy, ZOS_IMPLEMENTATION_SLOT))
      );
  }
}

/** Before the route: every proxy runs what the plan says it runs. */
export async function checkBefore(context: RouteContext): Promise<void> {
  for (const change of context.plan.changes) {
    const implementation = await implementationOf(context.fork, change);
    if (implementation !== undefined && implementation !== change.oldImplementation) {
      context.findings.push(
        blocked(
          "rehearsal/old-implementation",
          "the proxy does not run what the plan replaces",
          `the plan replaces ${change.oldImplementation}, but at this block ${change.proxy} runs ${implementation}`,
          { address: change.proxy },
          "resolve the plan again at a newer block; somebody upgraded in between",
        ),
      );
    }
    await checkCode(context, change, change.oldImplementation, change.oldCodeHash, "old");
  }
}

/** After the route: every proxy runs the planned implementation, and its code is the planned code. */
export async function checkAfter(context: RouteContext): Promise<void> {
  const before = context.findings.length;
  for (const change of context.plan.changes) {
    const implementation = await implementationOf(context.fork, change);
    const isThere = implementation === undefined ? pointerMoved(context, change) : implementation === change.newImplementation;
    if (!isThere) {
      context.findings.push(
        blocked(
          "rehearsal/new-implementation",
          "the upgrade does not put the planned implementation in place",
          `after the execution ${change.proxy} runs ${implementation ?? "something else"}, not ${change.newImplementation}`,
          { address: change.proxy },
          "compare the plan's calls with its changes",
        ),
      );
    }
    await checkCode(context, change, change.newImplementation, change.newCodeHash, "new");
  }
  const failed = context.findings.length > before;
  context.steps.push({
    id: "post-checks",
    verdict: failed ? "blocked" : "pass",
    detail: failed
      ? "the implementations are not the planned ones"
      : `${context.plan.changes.length} implementation(s) in place with the planned code`,
  });
}

/** A pointer moved when some word of its holder, or of what the batch touched, now ends in the new address. */
function pointerMoved({ journal }: RouteContext, { proxy, newImplementation }: PlanChange): boolean {
  const wanted = newImplementation.slice(2).toLowerCase();
  const words = [...(journal.diff.get(proxy)?.storage.values() ?? [])];
  return words.some(({ before, after }) => after.includes(wanted) && !before.includes(wanted));
}

async function checkCode(
  context: RouteContext,
  change: PlanChange,
  address: string,
  planned: string,
  which: "old" | "new",
): Promise<void> {
  const actual = await codeHash(context.fork.port, address);
  if (actual === planned) return;
  context.findings.push(
    blocked(
      `rehearsal/${which}-code`,
      `the ${which} implementation's code is not the planned code`,
      `${address} has the code hash ${actual}, the plan of ${change.proxy} says ${planned}`,
      { address },
      "rebuild the implementation from the reviewed source and resolve the plan again",
    ),
  );
}
