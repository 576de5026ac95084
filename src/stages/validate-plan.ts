import { calledInitializer } from "./called-initializer.js";
import type { ChainPort } from "../chain/port.js";
import { readInitialized } from "../chain/proxy.js";
import { gate, type Finding, type Gate, type NotRun, type Policy } from "../core/finding.js";
import type { ValidateLiveParts } from "../core/schema/validate.js";
import type { SolcInput, SolcOutput } from "../core/solc.js";
import { noOldSource } from "./check-plan.js";
import type { ResolvedChange, ResolvedPlan } from "./resolve.js";
import { validatePair } from "./validate.js";

export interface ValidatePlanContext {
  chain: ChainPort;
  policy: Policy;
  /** For upgrades-core's second compilation; without it upgrades-core sees no namespaces. */
  compile?(solcVersion: string, input: SolcInput): Promise<SolcOutput>;
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
  for (const change of resolved.changes) {
    if (change.kind === "pointer") continue; // an immutable contract has no storage to carry over
    const validated = await validateChange(change, resolved.block, context);
    proxies.push(validated.proxy);
    findings.push(...validated.findings);
    notRun.push(...validated.notRun);
  }
  const checked = gate("validate", findings, notRun, context.policy);
  const parts = { verdict: checked.verdict, block: resolved.block.toString(), proxies, findings: checked.findings, notRun };
  return { gate: checked, parts };
}

async function validateChange(
  change: ResolvedChange,
  block: bigint,
  { chain, policy, compile }: ValidatePlanContext,
): Promise<{ proxy: ValidateLiveParts["proxies"][number]; findings: Finding[]; notRun: NotRun[] }> {
  const initialized = await readInitialized(chain, change.proxy, block);
  const reinitialized = reinitializerFindings(change, initialized.version);
  const base = {
    proxy: change.proxy,
    contract: change.contract,
    initialized: { version: initialized.version.toString(), location: initialized.location },
    immutables: [],
  };
  const { oldBuild } = change;
  if (oldBuild === undefined) {
    const notRun = [{ check: `storage layout of ${change.name}`, reason: noOldSource(change) }];
    const opinion = { ok: null, kinds: [], reason: "the live source is not known", differences: [] };
    const { verdict } = gate("validate", reinitialized, notRun, policy);
    const current = { implementation: change.oldImplementation, source: "current" as const, compared: false, detail: noOldSource(change) };
    return {
      proxy: { ...base, verdict, oldCode: null, changes: [], reference: { openzeppelin: opinion }, abi: [], history: [current] },
      findings: reinitialized,
      notRun,
    };
  }
  const pair = await validatePair(oldBuild.built, change.built, compile === undefined ? { secondOpinion: false } : { compile });
  const findings = [...pair.findings, ...reinitialized];
  const { verdict } = gate("validate", findings, pair.notRun, policy);
  const current = { implementation: change.oldImplementation, source: "current" as const, compared: true, detail: oldBuild.match.detail };
  return {
    proxy: {
      ...base,
      verdict,
      oldCode: { verdict: oldBuild.match.verdict, detail: oldBuild.match.detail },
      changes: pair.changes,
      reference: pair.reference,
      abi: pair.abi,
      ...(pair.code === undefined ? {} : { code: pair.code }),
      history: [current],
    },
    findings,
    notRun: pair.notRun,
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
