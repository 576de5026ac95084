import { access } from "node:fs/promises";
import type { Project } from "../build/project.js";
import { openBundle, type OpenBundle } from "../bundle/open.js";
import type { ChainPort } from "../chain/port.js";
import { readSafe } from "../chain/safe.js";
import { readOperation } from "../chain/timelock.js";
import { verdictOf, type Finding, type Gate } from "../core/finding.js";
import { DrydockError, ERRORS } from "../errors/drydock-error.js";
import type { ResolvedPlan } from "../stages/resolve.js";
import { chooseAccount, type Accounts, type Patience } from "./account.js";
import { deployImplementations } from "./deploy.js";
import type { FormerBuild } from "./former-builds.js";
import { sealProposal } from "./seal-proposal.js";

/** One gate with what it leaves for the bundle. */
export interface GateRun {
  gate: Gate;
  suppressed?: readonly (Finding & { reason: string })[];
  /** Files to seal: `rehearsal.json`, `expectations.json`, … */
  files?: ReadonlyMap<string, string | Uint8Array>;
  /** Builds of earlier implementations that the gate rests on. */
  formerBuilds?: readonly FormerBuild[];
}

export interface ProposeOptions {
  /** Where the bundle goes. */
  folder: string;
  /** Name and version of this tool. */
  tool: string;
  project: Project;
  accounts: Accounts;
  /** Who pays for the deployments; the first configured account if left out. */
  account?: string;
  /** Safe nonce; the Safe's current one if left out. */
  nonce?: bigint;
  /** Propose again although a bundle of the same plan stands there. */
  again: boolean;
  patience?: Patience;
}

export type ProposeOutcome =
  | { kind: "blocked"; gates: Gate[] }
  | { kind: "standing"; gates: Gate[]; bundle: OpenBundle }
  | { kind: "sealed"; gates: Gate[]; bundle: OpenBundle; deployed: string[] };

/**
 * Proposes a resolved plan: runs the gates, deploys what is not deployed yet, seals the bundle. Nothing is sent and
 * nothing is written unless every gate passes. Proposing the same plan again finds the standing bundle and changes
 * nothing, as long as its nonce can still be used.
 *
 * @param runGates the gates, in order; called only when there is something to propose.
 * @throws DrydockError OPERATION_EXISTS if the timelock has done this operation, or waits for it.
 */
export async function propose(
  chain: ChainPort,
  resolved: ResolvedPlan,
  runGates: () => Promise<GateRun[]>,
  options: ProposeOptions,
): Promise<ProposeOutcome> {
  const standing = await standingBundle(chain, resolved, options);
  if (standing !== undefined) return { kind: "standing", gates: standing.findings.gates, bundle: standing };
  const { state } = await readOperation(chain, resolved.timelock.address, resolved.operationId);
  if (state !== "unset") {
    const words = { waiting: "scheduled", ready: "scheduled and ready", done: "executed" }[state];
    throw new DrydockError(ERRORS.OPERATION_EXISTS, { operation: resolved.operationId, state: words });
  }
  const runs = await runGates();
  const gates = runs.map(({ gate }) => gate);
  if (verdictOf(gates) !== "pass") return { kind: "blocked", gates };

  const sender = { accounts: options.accounts, from: chooseAccount(options.accounts, options.account) };
  const patience = options.patience === undefined ? {} : { patience: options.patience };
  const deployed = await deployImplementations(chain, resolved.changes, { ...sender, ...patience });
  const sealed = await sealProposal(
    chain,
    resolved,
    {
      gates,
      suppressed: runs.flatMap(({ suppressed = [] }) => suppressed),
      files: new Map(runs.flatMap(({ files = new Map<string, string>() }) => [...files])),
      formerBuilds: runs.flatMap(({ formerBuilds = [] }) => formerBuilds),
      oldBuilds: resolved.changes.map(({ oldBuild }) => oldBuild?.built),
    },
    { folder: options.folder, tool: options.tool, project: options.project, ...(options.nonce === undefined ? {} : { nonce: options.nonce }) },
  );
  return { kind: "sealed", gates, bundle: await openBundle(sealed.folder), deployed };
}

/** The bundle of this very plan that stands in the folder, if its nonce can still be used. */
async function standingBundle(
  chain: ChainPort,
  resolved: ResolvedPlan,
  { folder, nonce, again }: ProposeOptions,
): Promise<OpenBundle | undefined> {
  const exists = await access(folder).then(
    () => true,
    () => false,
  );
  if (!exists || again) return undefined;
  const bundle = await openBundle(folder);
  const { nonce: current } = await readSafe(chain, resolved.safe.address);
  const own = BigInt(bundle.transactions.schedule.transaction.nonce);
  const isUsable = own >= current && (nonce === undefined || nonce === own);
  return bundle.planHash === resolved.hash && isUsable ? bundle : undefined;
}
