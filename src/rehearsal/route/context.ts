import { Interface } from "ethers";
import type { ChainPort } from "../../chain/port.js";
import type { Finding, NotRun } from "../../core/finding.js";
import type { OwnerSignature } from "../../core/safe/signatures.js";
import { operationOf } from "../../core/plan/route.js";
import type { PlanCore } from "../../core/schema/plan.js";
import type { NegativeRun, RehearsalStart, RehearsalStep } from "../../core/schema/rehearsal.js";
import { operationId, TIMELOCK_INTERFACE, type TimelockOperation } from "../../core/timelock/operation.js";
import { DrydockError, ERRORS } from "../../errors/drydock-error.js";
import { RELAYER } from "../fork/accounts.js";
import type { Fork } from "../fork/fork.js";
import type { RehearsalInput } from "../types.js";
import type { RouteJournal } from "./journal.js";

/** What the parts of the route share. */
export interface RouteContext {
  input: RehearsalInput;
  plan: PlanCore;
  operation: TimelockOperation;
  operationId: string;
  fork: Fork;
  /** The fork with the real chain's logs. */
  chain: ChainPort;
  /** Block that the fork stands on. */
  pinned: bigint;
  journal: RouteJournal;
  /** Block after which everything counts as the upgrade's own: the pinned one, or that of the last predecessor. */
  baseBlock: bigint;
  steps: RehearsalStep[];
  negatives: NegativeRun[];
  findings: Finding[];
  notRun: NotRun[];
  progress(line: string): void;
}

export function routeContext(
  input: RehearsalInput,
  { fork, chain, pinned, journal }: Pick<RouteContext, "fork" | "chain" | "pinned" | "journal">,
): RouteContext {
  const operation = operationOf(input.plan);
  return {
    input,
    plan: input.plan,
    operation,
    operationId: operationId(operation),
    fork,
    chain,
    pinned,
    journal,
    baseBlock: pinned,
    steps: [],
    negatives: [],
    findings: [],
    notRun: [],
    progress: (line) => input.onProgress?.(line),
  };
}

/** The context for something that is tried and undone: its steps, findings and journal leave no trace in the real one. */
export function detached(context: RouteContext, journal: RouteJournal): RouteContext {
  return { ...context, journal, steps: [], negatives: [], findings: [], notRun: [] };
}

/** Every ABI that the rehearsal knows, for reverts. */
export function knownInterfaces({ input }: RouteContext): Interface[] {
  const abis = (input.known ?? []).flatMap(({ abi, oldAbi }) => [abi, oldAbi]);
  return [...abis, input.errors].flatMap((one) => (one === undefined ? [] : [new Interface(one as never[])]));
}

/** The real signatures for a step, if there are any. */
export function signaturesFor({ input }: RouteContext, step: "schedule" | "execute"): readonly OwnerSignature[] {
  return input.signatures?.[step] ?? [];
}

/** The timelock's timestamp of the operation: 0 unknown, 1 done, else its eta in seconds. */
export async function operationTimestamp({ fork, plan, operationId }: RouteContext, id = operationId): Promise<bigint> {
  const data = TIMELOCK_INTERFACE.encodeFunctionData("getTimestamp", [id]);
  const outcome = await fork.call({ from: RELAYER, to: plan.timelock, data });
  if (!outcome.succeeded || outcome.data.length !== 66) {
    throw new DrydockError(ERRORS.REHEARSAL_IMPOSSIBLE, { detail: `the timelock ${plan.timelock} does not answer getTimestamp` });
  }
  return BigInt(outcome.data);
}

/**
 * Where the proposal stands on the fork.
 *
 * @throws DrydockError OPERATION_EXISTS when the operation is done.
 */
export async function startOf(context: RouteContext): Promise<RehearsalStart> {
  const timestamp = await operationTimestamp(context);
  if (timestamp === 1n) throw new DrydockError(ERRORS.OPERATION_EXISTS, { operation: context.operationId, state: "done" });
  if (timestamp === 0n) return "fresh";
  return timestamp <= context.fork.now ? "ready" : "scheduled";
}

export function blocked(rule: string, title: string, detail: string, where: Finding["where"], remedy: string): Finding {
  return { rule, severity: "critical", confidence: "high", title, detail, where, remedy };
}
