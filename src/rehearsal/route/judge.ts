import { id as hashOf } from "ethers";
import type { NegativeRun } from "../../core/schema/rehearsal.js";
import type { CallFrame, ForkTransaction } from "../fork/fork.js";
import { blocked, type RouteContext } from "./context.js";
import { describeRevert, failureAt, parseRevert, revertOf } from "./reverts.js";

export const PROPOSER_ROLE = hashOf("PROPOSER_ROLE");
export const EXECUTOR_ROLE = hashOf("EXECUTOR_ROLE");

/** Sends `transaction`, looks at its call tree, and undoes it; undefined when it went through. */
export async function attemptToFail(context: RouteContext, transaction: ForkTransaction, timestamp: bigint): Promise<CallFrame | undefined> {
  return context.fork.attempt(async () => {
    const sent = await context.fork.send(transaction, timestamp);
    const tree = await context.fork.callTree(sent.hash);
    return sent.succeeded && failureAt(tree, context.plan.timelock) === undefined ? undefined : tree;
  });
}

/** Judges a negative run: it has to have failed, and for the reason that `accepts` knows. */
export function judge(
  context: RouteContext,
  id: string,
  expected: string,
  revert: { data: string; reason: string } | undefined,
  accepts: (data: string) => boolean,
): void {
  const actual = revert?.reason ?? "it succeeded";
  const passed = revert !== undefined && accepts(revert.data);
  const run: NegativeRun = { id, verdict: passed ? "pass" : "blocked", expected, actual };
  context.negatives.push(run);
  if (passed) return;
  context.findings.push(
    blocked(
      `rehearsal/negative/${id}`,
      revert === undefined ? `${NAMES[id] ?? id} was not refused` : `${NAMES[id] ?? id} failed for another reason`,
      `expected ${expected}, got ${actual}`,
      { address: context.plan.timelock },
      revert === undefined
        ? "the route does not protect what it should; find out why before anything is signed"
        : "the refusal does not come from where it should; read the revert and the contracts on the route",
    ),
  );
}

const NAMES: Readonly<Record<string, string>> = {
  early: "executing one second before the delay has passed",
  "one-signature-short": "executing with one signature too few",
  "wrong-salt": "executing with another salt",
  "wrong-predecessor": "executing with another predecessor",
  "stranger-upgrade": "an upgrade by a stranger",
  "stranger-schedule": "scheduling by a stranger",
  "stranger-execute": "executing by a stranger",
  replay: "executing a second time",
  "before-predecessor": "executing before the predecessor",
  "missing-role-schedule": "scheduling without the proposer role",
  "missing-role-execute": "executing without the executor role",
  guard: "executing while a guard of the Safe refuses",
  "stranger-module": "executing through the Safe by a stranger who is no module",
};

/** Whether revert data says that `account` lacks `role`, in the words of OpenZeppelin 4 or 5. */
export function missingRole(account: string, role: string): (data: string) => boolean {
  return (data) => {
    const parsed = parseRevert(data);
    if (parsed?.name === "AccessControlUnauthorizedAccount") return BigInt(parsed.args[0] as string) === BigInt(account) && parsed.args[1] === role;
    const text = parsed?.name === "Error" ? String(parsed.args[0]).toLowerCase() : "";
    return text.includes(account.toLowerCase()) && text.includes(role) && text.includes("is missing role");
  };
}

/** The revert of the timelock's own frame when it failed inside, else of the whole transaction. */
export function revertInside(context: RouteContext, tree: CallFrame | undefined): { data: string; reason: string } | undefined {
  if (tree === undefined) return undefined;
  const frame = failureAt(tree, context.plan.timelock);
  if (frame === undefined) return revertOf(tree);
  return { data: frame.output ?? "0x", reason: describeRevert(frame.output ?? "0x", [], frame.error) };
}
