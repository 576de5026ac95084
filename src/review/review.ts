import { readsFindings } from "../core/proofs/reads-findings.js";
import { allInOrder } from "../core/all-in-order.js";
import { gate, sortFindings, verdictOf, type Finding, type Gate, type NotRun, type Verdict } from "../core/finding.js";
import { operationIdOf } from "../core/plan/route.js";
import { signersDigest } from "../core/safe/digest.js";
import { visible } from "../core/visible.js";
import { compareClaims, type ClaimedGate } from "./bundle/claims.js";
import { reviewCode } from "./bundle/code.js";
import type { ReviewContext } from "./bundle/context.js";
import { sourceDiffs, type SourceDiff } from "./bundle/old-source.js";
import { rebuildSources, type Rebuilt } from "./bundle/rebuild.js";
import { resolveBundle } from "./bundle/resolved.js";
import type { RerunInput, RerunOutcome, RerunStage } from "./bundle/stages.js";
import type { Rehearsal } from "../core/schema/rehearsal.js";
import type { ValidateLiveParts } from "../core/schema/validate.js";
import { reviewTransaction, type TransactionReview } from "./bundle/transaction.js";
import { RERUN_STAGES } from "./bundle/rerun.js";
import { DrydockError } from "../errors/drydock-error.js";
import type { ReviewScope } from "./safe-tx.js";

/** What `review BUNDLE` finds out. */
export interface BundleReview {
  verdict: Verdict;
  scope: ReviewScope;
  title: string;
  planHash: string;
  evidenceRoot: string;
  operationId: string;
  /** Eight groups of five digits that two signers read to each other. */
  digest: string;
  gates: Gate[];
  findings: Finding[];
  notRun: NotRun[];
  /** What the scope leaves out. */
  notChecked: NotRun[];
  transaction: TransactionReview;
  sources: SourceDiff[];
  /** What the proposer said beside what was recomputed. */
  claims: ClaimedGate[];
  /** Findings that the author took out, with the reason given: statements, which change nothing here. */
  suppressed: readonly (Finding & { reason: string })[];
  /** Findings that the signer's own baseline accepts, with the reason that stands there. */
  accepted: readonly (Finding & { reason: string })[];
  /** The reviewer's own rehearsal; absent offline. */
  rehearsal?: Rehearsal;
  /** The reviewer's own comparison of the storage; absent offline. */
  layout?: ValidateLiveParts["proxies"];
}

/**
 * Reviews a bundle from nothing: the transaction made anew from the plan, the sources rebuilt, the stages run again with
 * the signer's own endpoint and trust file. Offline, the verdict rests on the gates that need no chain, and says so. Of a
 * cancellation the transaction alone is judged: an upgrade that turned out to be bad has to be taken back all the same.
 *
 * @throws DrydockError CHAIN_ID_MISMATCH, RPC_DOWN, SAFE_VERSION.
 */
export async function reviewBundle(
  context: ReviewContext,
  stages: readonly RerunStage[] = RERUN_STAGES,
): Promise<BundleReview> {
  const { bundle, step, chain, trust } = context;
  const scope: ReviewScope = chain?.cassette ? "cassette" : chain ? "full" : "offline";
  const { transaction, sources, rerun, own } = step === "cancel" ? await reviewCancellation(context) : await reviewUpgrade(context, stages);
  const compared = step === "cancel" ? { claims: [], findings: [] } : compareClaims(bundle.findings, own);
  const reads = chain?.readsReport === undefined ? [] : [gate("reads", readsFindings(chain.readsReport()), [], trust?.policy)];
  const gates = [...own, gate("claims", compared.findings, [], trust?.policy), ...reads, ...chainGate(chain)];
  const verdict = verdictOf(gates);
  const { safeTxHash } = transaction.hashes;
  return {
    verdict,
    scope,
    title: visible(bundle.manifest.title),
    planHash: bundle.planHash,
    evidenceRoot: bundle.evidenceRoot,
    operationId: operationIdOf(bundle.plan),
    digest: signersDigest({
      planHash: bundle.planHash,
      evidenceRoot: bundle.evidenceRoot,
      safeTxHash,
      verdict,
      scope: `${scope} ${step}`,
    }),
    gates,
    findings: sortFindings(gates.flatMap(({ findings }) => findings)),
    notRun: gates.flatMap(({ notRun }) => notRun),
    notChecked: [...transaction.unchecked, ...(scope === "full" || step === "cancel" ? [] : [CODE_ON_CHAIN]), ...rerun.notChecked],
    transaction,
    sources,
    claims: compared.claims,
    suppressed: rerun.suppressed ?? bundle.findings.suppressed,
    accepted: rerun.accepted ?? [],
    ...(rerun.rehearsal ? { rehearsal: rerun.rehearsal } : {}),
    ...(rerun.layout ? { layout: rerun.layout } : {}),
  };
}

interface Reviewed {
  transaction: TransactionReview;
  sources: SourceDiff[];
  rerun: Rerun;
  /** Every gate that was passed or not, in the order in which they are shown. */
  own: Gate[];
}

async function reviewUpgrade(context: ReviewContext, stages: readonly RerunStage[]): Promise<Reviewed> {
  const rebuild = await rebuildSources(context);
  const [code, transaction, sources] = await Promise.all([
    reviewCode(context, rebuild),
    reviewTransaction(context, rebuild.rebuilt),
    sourceDiffs(context, rebuild.rebuilt),
  ]);
  const rerun = await rerunStages(context, rebuild.rebuilt, stages);
  return { transaction, sources, rerun, own: [transaction.gate, code, ...rerun.gates] };
}

async function reviewCancellation(context: ReviewContext): Promise<Reviewed> {
  const transaction = await reviewTransaction(context, []);
  const reason = "a cancellation takes the upgrade back, whatever the upgrade is worth";
  const notChecked = ["code", ...RERUN_STAGES.map(({ stage }) => stage)].map((check) => ({ check, reason }));
  return { transaction, sources: [], rerun: { gates: [], notChecked }, own: [transaction.gate] };
}

interface Rerun {
  gates: Gate[];
  notChecked: NotRun[];
  suppressed?: readonly (Finding & { reason: string })[];
  accepted?: readonly (Finding & { reason: string })[];
  rehearsal?: Rehearsal;
  layout?: ValidateLiveParts["proxies"];
}

const CODE_ON_CHAIN: NotRun = {
  check: "code on chain",
  reason: "that the planned code, the running code and the called contracts are what the proposal says; only the chain can tell",
};

/** What stands on a cassette is consistent with the proposer's data at best: it never passes. */
function chainGate(chain: ReviewContext["chain"]): Gate[] {
  if (!chain?.cassette) return [];
  const { number, hash } = chain.cassette.block;
  const reason = `layout, checks and rehearsal were rerun on what the proposer recorded of block ${number} (${hash}), which may not be the chain: review again with an endpoint of your own`;
  return [gate("chain", [], [{ check: "the chain itself", reason }])];
}

async function rerunStages(context: ReviewContext, rebuilt: readonly Rebuilt[], stages: readonly RerunStage[]): Promise<Rerun> {
  const possible = stages.filter(({ needsChain }) => !needsChain || context.chain);
  const result: Rerun = { gates: [], notChecked: [] };
  for (const { stage } of stages.filter((one) => !possible.includes(one))) {
    result.notChecked.push({ check: stage, reason: "it needs the chain, and this review is offline" });
  }
  const outcomes = await (context.chain?.cassette ? onCassette(context, rebuilt, possible) : atOnce(context, rebuilt, possible));
  for (const { gate: own, suppressed, accepted, rehearsal, layout } of outcomes) {
    result.gates.push(own);
    if (suppressed) result.suppressed = suppressed;
    if (accepted) result.accepted = accepted;
    if (rehearsal) result.rehearsal = rehearsal;
    if (layout) result.layout = layout;
  }
  return result;
}

/** No stage needs another's outcome: what one of them waits for, the others use. */
async function atOnce(context: ReviewContext, rebuilt: readonly Rebuilt[], stages: readonly RerunStage[]): Promise<RerunOutcome[]> {
  if (stages.length === 0) return [];
  const resolved = await resolveBundle(context, rebuilt);
  return allInOrder(stages.map(({ run }) => run({ context, rebuilt, resolved })));
}

/** One after the other, because the cassette can't tell which of several asked for what it does not hold. */
async function onCassette(context: ReviewContext, rebuilt: readonly Rebuilt[], stages: readonly RerunStage[]): Promise<RerunOutcome[]> {
  const input: RerunInput = { context, rebuilt };
  const outcomes: RerunOutcome[] = [];
  for (const { stage, run } of stages) {
    try {
      input.resolved ??= await resolveBundle(context, rebuilt);
      outcomes.push(await run(input));
    } catch (error) {
      if (!DrydockError.is(error)) throw error;
      outcomes.push({ gate: gate(stage, [], [{ check: stage, reason: `the bundle's cassette does not hold what it needs: ${error.what}` }]) });
    }
  }
  return outcomes;
}
