import { ZeroHash } from "ethers";
import { timelockCallOf } from "../../core/plan/route.js";
import { blocked, knownInterfaces, operationTimestamp, type RouteContext } from "./context.js";
import { attemptToFail, judge, revertInside } from "./judge.js";
import { executorOf, shortId, type OtherOperation } from "./pending.js";
import { failureInWords, parseRevert } from "./reverts.js";

/**
 * The operations that have to be executed before the plan's own, first to last; none where its predecessor is done or it
 * has none. Undefined, with a finding, when one of them can never be executed, or with a not-run entry, when how is not
 * known.
 */
export async function predecessorsOf(context: RouteContext, others: readonly OtherOperation[] | undefined): Promise<OtherOperation[] | undefined> {
  const chain: OtherOperation[] = [];
  for (let id = context.plan.predecessor; id !== ZeroHash; ) {
    const timestamp = await operationTimestamp(context, id);
    if (timestamp === 1n) return chain;
    if (timestamp === 0n) return refuse(context, id, chain);
    const operation = others?.find((other) => other.id === id);
    if (operation?.execute === undefined) {
      const reason = `the predecessor ${id} is pending, and its calls could not be found in the timelock's events`;
      context.notRun.push({ check: "predecessor", reason });
      context.steps.push({ id: "predecessor", verdict: "not-run", detail: reason });
      return undefined;
    }
    chain.unshift(operation);
    id = operation.predecessor;
  }
  return chain;
}

function refuse(context: RouteContext, id: string, chain: readonly OtherOperation[]): undefined {
  const of = chain.length === 0 ? "the plan's predecessor" : `the predecessor of ${shortId(chain[0]!.id)}, which has to be executed before the plan,`;
  const detail = `${of} ${id} is unknown to the timelock: nobody scheduled it, or it was cancelled, so that this operation could be scheduled and never executed`;
  context.steps.push({ id: "predecessor", verdict: "blocked", detail });
  context.findings.push(
    blocked("rehearsal/predecessor", "the predecessor does not exist", detail, { address: context.plan.timelock }, "correct `predecessor` in the plan, or schedule the predecessor first"),
  );
  return undefined;
}

/** Executes the predecessors on the fork, each at the earliest now. Answers whether all of them went through. */
export async function playPredecessors(context: RouteContext, chain: readonly OtherOperation[]): Promise<boolean> {
  if (chain.length === 0) return true;
  const { fork, plan } = context;
  await runBeforePredecessor(context, chain.at(-1)!.id);
  const from = await executorOf(context);
  if (from === undefined) {
    context.notRun.push({ check: "predecessor", reason: "nobody on this route holds the executor role, so that the predecessor can't be played" });
    return false;
  }
  for (const { id, execute, calls } of chain) {
    const sent = await fork.send({ from, ...execute! }, fork.now);
    const reason = sent.succeeded ? undefined : failureInWords(await fork.callTree(sent.hash), knownInterfaces(context));
    context.steps.push({
      id: "predecessor",
      verdict: reason === undefined ? "pass" : "blocked",
      detail: reason === undefined ? `${id}, ${calls.length} call(s), executed first` : `${id} can't be executed: ${reason}`,
      timestamp: String(sent.timestamp),
      gasUsed: String(sent.gasUsed),
    });
    if (reason !== undefined) {
      context.findings.push(
        blocked("rehearsal/predecessor", "the predecessor can't be executed", `${id}: ${reason}`, { address: plan.timelock }, "as long as it fails, this upgrade can't be executed: cancel both, or find out why it fails"),
      );
      return false;
    }
  }
  context.baseBlock = BigInt(String(await fork.request("eth_blockNumber")));
  return true;
}

/** Ready, but its predecessor is not executed yet: the timelock has to refuse. */
async function runBeforePredecessor(context: RouteContext, predecessor: string): Promise<void> {
  const { fork, plan, input, operation } = context;
  const transaction = { from: input.executor ?? plan.safe, ...timelockCallOf(plan, "execute", operation) };
  const tree = await attemptToFail(context, transaction, fork.now);
  judge(context, "before-predecessor", `TimelockUnexecutedPredecessor(${predecessor})`, revertInside(context, tree), (data) => {
    const parsed = parseRevert(data);
    if (parsed?.name === "TimelockUnexecutedPredecessor") return parsed.args[0] === predecessor;
    return parsed?.name === "Error" && parsed.args[0] === "TimelockController: missing dependency";
  });
}
