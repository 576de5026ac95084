import { calledInitializer } from "./called-initializer.js";
import type { LiveBuild } from "../build/live-build.js";
import type { ChainPort } from "../chain/port.js";
import { readInitialized } from "../chain/proxy.js";
import { getCode } from "../chain/reads.js";
import { allInOrder } from "../core/all-in-order.js";
import { gate, type Finding, type Gate, type NotRun, type Policy } from "../core/finding.js";
import type { OpenZeppelinManifest } from "../core/schema/openzeppelin-manifest.js";
import type { ValidateLiveParts } from "../core/schema/validate.js";
import type { SolcInput, SolcOutput } from "../core/solc.js";
import { noOldSource } from "./check-plan.js";
import type { ResolvedChange, ResolvedPlan } from "./resolve.js";
import { layoutOf, validatePair } from "./validate.js";
import { compareHistory } from "./validate/history.js";
import { immutableFindings } from "./validate/immutables.js";
import { withLiveValues } from "./validate/live-values.js";
import { proxySelectorFindings, proxyStorageFindings, removedSelectorFindings } from "./validate/proxy-conflicts.js";

export interface ValidatePlanContext {
  chain: ChainPort;
  policy: Policy;
  /** For upgrades-core's second compilation; without it upgrades-core sees no namespaces. */
  compile?(solcVersion: string, input: SolcInput): Promise<SolcOutput>;
  /** Finds the builds of earlier implementations; without it (and without a manifest) the history is not-run. */
  findLive?(liveCode: string, reference: string | undefined): Promise<LiveBuild | undefined>;
  /** Stored layouts of implementations that no build is at hand for. */
  manifest?: OpenZeppelinManifest;
}

/** The validate gate of a plan with its parts of the JSON answer. */
export interface PlanValidation {
  gate: Gate;
  parts: ValidateLiveParts;
}

/**
 * Validates every proxy of a plan: the layout of the build whose code is the live code against the new one, and the live
 * `_initialized` value against the reinitializer that the upgrade calls.
 */
export async function validatePlan(resolved: ResolvedPlan, context: ValidatePlanContext): Promise<PlanValidation> {
  const proxies: ValidateLiveParts["proxies"] = [];
  const findings: Finding[] = [];
  const notRun: NotRun[] = [];
  // An immutable contract has no storage to carry over.
  const changes = resolved.changes.filter(({ kind }) => kind !== "pointer");
  for (const validated of await allInOrder(changes.map((change) => validateChange(change, resolved, context)))) {
    proxies.push(validated.proxy);
    findings.push(...validated.findings);
    notRun.push(...validated.notRun);
  }
  const checked = gate("validate", findings, notRun, context.policy);
  const parts = { verdict: checked.verdict, block: resolved.block.toString(), proxies, findings: checked.findings, notRun };
  return { gate: checked, parts };
}

interface ValidatedChange {
  proxy: ValidateLiveParts["proxies"][number];
  findings: Finding[];
  notRun: NotRun[];
}

async function validateChange(change: ResolvedChange, resolved: ResolvedPlan, context: ValidatePlanContext): Promise<ValidatedChange> {
  const { chain, policy } = context;
  const { block } = resolved;
  const initialized = await readInitialized(chain, change.proxy, block);
  const next = layoutOf(change.built);
  const proxyCode = await getCode(chain, change.proxy, block);
  const abi = change.built.output.contracts?.[change.built.file]?.[change.built.name]?.abi ?? [];
  const own = [
    ...reinitializerFindings(change, initialized.version),
    ...(change.kind === "beacon" ? [] : proxyStorageFindings(proxyCode, change.proxy, next)),
    ...(change.kind === "beacon" ? [] : proxySelectorFindings(proxyCode, { address: change.proxy, kind: change.kind }, abi, next.contract)),
  ];
  const base = {
    proxy: change.proxy,
    contract: change.contract,
    initialized: { version: initialized.version.toString(), location: initialized.location },
  };
  const { oldBuild } = change;
  if (oldBuild === undefined) {
    const notRun = [{ check: `storage layout of ${change.name}`, reason: noOldSource(change) }];
    const opinion = { ok: null, kinds: [], reason: "the live source is not known", differences: [] };
    const current = { implementation: change.oldImplementation, source: "current" as const, compared: false, detail: noOldSource(change) };
    return {
      proxy: { ...base, verdict: gate("validate", own, notRun, policy).verdict, oldCode: null, changes: [], reference: { openzeppelin: opinion }, abi: [], history: [current], immutables: [] },
      findings: own,
      notRun,
    };
  }
  return compareWithLive(change, oldBuild, { ...base, own, resolved }, context);
}

async function compareWithLive(
  change: ResolvedChange,
  oldBuild: LiveBuild,
  { own, resolved, ...base }: Pick<ValidatedChange["proxy"], "proxy" | "contract" | "initialized"> & { own: Finding[]; resolved: ResolvedPlan },
  { chain, policy, compile, findLive, manifest }: ValidatePlanContext,
): Promise<ValidatedChange> {
  const { block } = resolved;
  const [previous, next] = [layoutOf(oldBuild.built), layoutOf(change.built)];
  const history = await compareHistory(
    { proxy: change.proxy, current: change.oldImplementation, previous, next },
    { chain, block, ...(findLive === undefined ? {} : { findBuild: (code) => findLive(code, undefined) }), ...(manifest === undefined ? {} : { manifest }) },
  );
  const pair = await validatePair(oldBuild.built, change.built, {
    ...(compile === undefined ? { secondOpinion: false } : { compile }),
    // A beacon holds no storage of its proxies, and it does not know them.
    ...(change.kind === "beacon" ? {} : { live: (changes) => withLiveValues(changes, { chain, proxy: change.proxy, block, restored: history.restored }) }),
  });
  const immutables = immutableFindings(
    { address: change.oldImplementation, code: change.oldCode, built: oldBuild.built, layout: previous },
    { address: change.newImplementation, code: change.newCode, built: change.built, layout: next },
  );
  const removed = pair.abi.flatMap(({ kind, change: what, signature, selector }) => (kind === "function" && what === "removed" && selector !== undefined ? [{ signature, selector }] : []));
  const others = resolved.changes.filter((other) => other !== change).map((other) => ({ name: other.name, address: other.newImplementation, code: other.newCode }));
  const findings = [...pair.findings, ...own, ...history.findings, ...immutables.findings, ...removedSelectorFindings(removed, others, next.contract)];
  const notRun = [...pair.notRun, ...history.notRun];
  return {
    proxy: {
      ...base,
      verdict: gate("validate", findings, notRun, policy).verdict,
      oldCode: { verdict: oldBuild.match.verdict, detail: oldBuild.match.detail },
      changes: pair.changes,
      reference: pair.reference,
      abi: pair.abi,
      ...(pair.code === undefined ? {} : { code: pair.code }),
      history: history.history,
      immutables: immutables.immutables,
    },
    findings,
    notRun,
  };
}

/** I10: a reinitializer whose version the live contract has passed never runs; one that leaves a gap skips a version for ever. */
function reinitializerFindings(change: ResolvedChange, live: bigint): Finding[] {
  const called = calledInitializer(change);
  if (called?.version === undefined) return [];
  const { version, signature } = called;
  const base = {
    rule: "I10",
    confidence: "high" as const,
    where: { contract: change.contract, function: signature, address: change.proxy },
  };
  if (version <= live) {
    return [
      {
        ...base,
        severity: "high",
        title: "The reinitializer's version is used up",
        detail: `${signature} is reinitializer(${version}), but the live contract is at version ${live}: the upgrade reverts`,
        remedy: `use reinitializer(${live + 1n})`,
      },
    ];
  }
  if (version > live + 1n) {
    return [
      {
        ...base,
        severity: "high",
        title: "The reinitializer leaves a version gap",
        detail: `${signature} is reinitializer(${version}), the live contract is at version ${live}: initializers of the versions between can never run`,
        remedy: `use reinitializer(${live + 1n}), or call the initializers between in the same upgrade`,
      },
    ];
  }
  return [];
}
