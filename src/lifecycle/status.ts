import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { openBundle, type OpenBundle } from "../bundle/open.js";
import { readSignatures } from "../bundle/signatures.js";
import type { ChainPort } from "../chain/port.js";
import { getLogs } from "../chain/logs.js";
import { readPendingOperations, type PendingOperation } from "../chain/timelock-operations.js";
import { operationIdOf, safeTransactionOf, STEPS, type Step } from "../core/plan/route.js";
import { safeHashes } from "../core/safe/hashes.js";
import { TIMELOCK_INTERFACE } from "../core/timelock/operation.js";
import { reasonOf } from "../errors/drydock-error.js";
import { readProposalState, type ProposalState } from "./proposal-state.js";

/** Where one proposal stands, in one word. */
export type Progress =
  | "collecting signatures"
  | "ready to schedule"
  | "waiting for the delay"
  | "ready to execute"
  | "executed"
  | "drifted"
  | "cancelled"
  | "stale nonce";

export interface ProposalStatus {
  bundle: string;
  title: string;
  planHash: string;
  evidenceRoot: string;
  operationId: string;
  progress: Progress;
  /** Why it drifted, or what is next. */
  detail: string;
  /** Earliest execution in seconds, 0 when not scheduled. */
  readyAt: bigint;
  signatures: { step: Step; nonce: string; owners: string[]; threshold: number; current: boolean }[];
  state: ProposalState;
}

/** A timelock operation that no bundle at hand explains: somebody else's, or an attacker's. */
export interface UnexplainedOperation extends PendingOperation {
  timelock: string;
}

export interface Status {
  proposals: ProposalStatus[];
  /** Bundles that could not be opened, with the reason. */
  broken: { bundle: string; reason: string }[];
  unexplained: UnexplainedOperation[];
}

/** The bundles of this chain in a folder of proposals; other chains' bundles are left out, broken ones are named. */
export async function openBundles(folder: string, chainId: bigint): Promise<{ bundles: OpenBundle[]; broken: Status["broken"] }> {
  const bundles: OpenBundle[] = [];
  const broken: Status["broken"] = [];
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const { name } of entries.filter((entry) => entry.isDirectory() && !/\.(tmp|old)$/.test(entry.name))) {
    const bundle = join(folder, name);
    try {
      const opened = await openBundle(bundle);
      if (BigInt(opened.plan.chainId) === chainId) bundles.push(opened);
    } catch (error) {
      broken.push({ bundle, reason: reasonOf(error) });
    }
  }
  return { bundles, broken };
}

/** Where every proposal stands, and every pending operation of `timelocks` that none of them explains. */
export async function readStatus(
  chain: ChainPort,
  bundles: readonly OpenBundle[],
  timelocks: readonly string[],
  broken: Status["broken"] = [],
): Promise<Status> {
  const proposals: ProposalStatus[] = [];
  for (const bundle of bundles) proposals.push(await proposalStatus(chain, bundle));
  const explained = new Set(bundles.map(({ plan }) => operationIdOf(plan)));
  const unexplained: UnexplainedOperation[] = [];
  for (const timelock of new Set([...timelocks, ...bundles.map(({ plan }) => plan.timelock)])) {
    for (const operation of await readPendingOperations(chain, timelock)) {
      if (!explained.has(operation.id)) unexplained.push({ timelock, ...operation });
    }
  }
  return { proposals, broken, unexplained };
}

async function proposalStatus(chain: ChainPort, bundle: OpenBundle): Promise<ProposalStatus> {
  const { plan } = bundle;
  const state = await readProposalState(chain, plan);
  const signatures: ProposalStatus["signatures"] = [];
  for (const step of STEPS) {
    const collected = await readSignatures(bundle.folder, step);
    if (collected === undefined) continue;
    const tx = safeTransactionOf(plan, step, BigInt(collected.nonce));
    const { safeTxHash } = safeHashes({ chainId: BigInt(plan.chainId), safe: plan.safe, version: state.safe.version, tx });
    signatures.push({
      step,
      nonce: collected.nonce,
      owners: collected.signatures.map(({ owner }) => owner),
      threshold: state.safe.threshold,
      current: safeTxHash === collected.safeTxHash && BigInt(collected.nonce) >= state.safe.nonce,
    });
  }
  return {
    bundle: bundle.folder,
    title: bundle.manifest.title,
    planHash: bundle.planHash,
    evidenceRoot: bundle.evidenceRoot,
    operationId: state.operationId,
    ...progressOf(bundle, state, signatures, await wasCancelled(chain, bundle, state)),
    readyAt: state.operation === "done" ? 0n : state.readyAt,
    signatures,
    state,
  };
}

/** Whether the schedule went through and was taken back: the nonce that it needs is used, and the timelock says `Cancelled`. */
async function wasCancelled(chain: ChainPort, { plan, transactions }: OpenBundle, { operation, operationId, safe }: ProposalState): Promise<boolean> {
  if (operation !== "unset" || BigInt(transactions.schedule.transaction.nonce) >= safe.nonce) return false;
  const topics = [TIMELOCK_INTERFACE.getEvent("Cancelled")?.topicHash ?? "", operationId];
  return (await getLogs(chain, { address: plan.timelock, topics, fromBlock: 0n, toBlock: "latest" })).length > 0;
}

function progressOf(
  bundle: OpenBundle,
  state: ProposalState,
  signatures: ProposalStatus["signatures"],
  isCancelled: boolean,
): { progress: Progress; detail: string } {
  const changed = state.changes.find(({ isOld, isNew }) => (state.operation === "done" ? !isNew : !isOld));
  if (changed !== undefined) {
    const detail = `${changed.proxy} runs ${changed.implementation ?? "nothing"}, which is not what the plan expects`;
    return { progress: "drifted", detail };
  }
  switch (state.operation) {
    case "done":
      return { progress: "executed", detail: "every proxy runs the planned code" };
    case "ready":
      return { progress: "ready to execute", detail: "sign and send the step execute" };
    case "waiting":
      return { progress: "waiting for the delay", detail: `executable in ${state.readyAt - state.timestamp} s (chain time)` };
    case "unset": {
      const nonce = BigInt(bundle.transactions.schedule.transaction.nonce);
      if (isCancelled) return { progress: "cancelled", detail: "nothing is pending; run propose --renonce to schedule it once more" };
      if (nonce < state.safe.nonce) {
        return { progress: "stale nonce", detail: `the Safe is at nonce ${state.safe.nonce}; run propose --renonce` };
      }
      const signed = signatures.find(({ step, current }) => step === "schedule" && current)?.owners.length ?? 0;
      return signed >= state.safe.threshold
        ? { progress: "ready to schedule", detail: "send the step schedule" }
        : { progress: "collecting signatures", detail: `${signed} of ${state.safe.threshold} owners signed` };
    }
  }
}
