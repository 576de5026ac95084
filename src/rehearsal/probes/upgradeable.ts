import type { PlanCall, PlanCore } from "../../core/schema/plan.js";
import { UPGRADE_INTERFACE } from "../../core/plan/upgrade-calls.js";
import { STRANGER } from "../fork/accounts.js";
import type { Fork } from "../fork/fork.js";
import { revertOf } from "../route/reverts.js";

/** The upgrade calls of a plan once more, to the same implementation and without an initializer. */
function upgradesAgain(plan: PlanCore): { target: string; data: string }[] {
  return plan.calls.flatMap(({ target, data }: PlanCall) => {
    const parsed = UPGRADE_INTERFACE.parseTransaction({ data });
    if (parsed === null) return [];
    const args = [...parsed.args];
    // upgradeAndCall of a ProxyAdmin before version 5 calls also without data; its sibling `upgrade` does not.
    const hasData = parsed.fragment.inputs.at(-1)?.type === "bytes";
    if (hasData) args[args.length - 1] = "0x";
    return [{ target, data: UPGRADE_INTERFACE.encodeFunctionData(parsed.fragment, args) }];
  });
}

export interface UpgradeAgain {
  tried: number;
  /** Where the timelock can't upgrade any more, and why. */
  stuck: string[];
  /** What a stranger may upgrade. */
  open: string[];
}

/** After the upgrade: the timelock has to be able to upgrade again, and nobody else. */
export async function upgradeAgain(fork: Fork, plan: PlanCore): Promise<UpgradeAgain> {
  const result: UpgradeAgain = { tried: 0, stuck: [], open: [] };
  for (const { target, data } of upgradesAgain(plan)) {
    result.tried++;
    const outcome = (from: string): Promise<string | undefined> =>
      fork.attempt(async () => {
        const sent = await fork.send({ from, to: target, data }, fork.now);
        return sent.succeeded ? undefined : revertOf(await fork.callTree(sent.hash)).reason;
      });
    const refused = await outcome(plan.timelock);
    if (refused !== undefined) result.stuck.push(`${target}: ${refused}`);
    if ((await outcome(STRANGER)) === undefined) result.open.push(target);
  }
  return result;
}
