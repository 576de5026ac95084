import { Interface } from "ethers";
import { contractOf } from "../build/init-code.js";
import type { ChainPort } from "../chain/port.js";
import { stripMetadata } from "../core/bytecode/metadata.js";
import type { FindingKey } from "../core/checks/baseline.js";
import type { RuleSettings } from "../core/checks/registry.js";
import type { UpgradeCall } from "../core/checks/rule.js";
import type { Suppressed } from "../core/checks/suppressions.js";
import { gate, type Finding, type Gate, type NotRun, type Policy } from "../core/finding.js";
import type { Baseline } from "../core/schema/check-baseline.js";
import type { Trust } from "../core/schema/trust.js";
import { planAuthority } from "./authority.js";
import { checkSources, type CheckResult } from "./check.js";
import { shareOut, type Foreign } from "./check-foreign.js";
import { startLinting } from "./check-linting.js";
import { mergeChecks } from "./check-merge.js";
import { singleKeyFindings } from "./check-privileged.js";
import type { NameBook } from "./names.js";
import type { ResolvedChange, ResolvedPlan } from "./resolve.js";

export interface CheckPlanContext {
  chain: ChainPort;
  names: NameBook;
  /** `op` makes the rules for layer 2 apply. */
  chainType: string;
  policy: Policy;
  baseline?: Baseline;
  /** ISO date for the baseline's expiry. */
  today?: string;
  trust?: Trust;
  /** The project's settings of single rules. A review has none: its policy is the signer's own. */
  rules?: RuleSettings;
  /** Findings of other tools about the project's sources. */
  foreign?: Foreign;
  /** Where solhint's answers about the same bytes are kept; they are asked for anew without. */
  lintCacheFolder?: string;
  /** False in a review, where comments in the sources are the proposer's statements. */
  commentsSilence?: boolean;
}

export interface PlanCheck {
  gate: Gate;
  suppressed: Suppressed[];
  off: string[];
  /** Keys of the findings that block and that a baseline could accept. */
  acceptable: FindingKey[];
}

/**
 * The check gate of a plan: every rule over each new implementation beside what runs now, and the chain-state rules
 * about who can change the code (P9 to P16) for every proxy of the plan.
 */
export async function checkPlan(resolved: ResolvedPlan, context: CheckPlanContext): Promise<PlanCheck> {
  const linting = startLinting(resolved.changes.map(({ built }) => built.input), context.lintCacheFolder);
  const authority = await checkAuthority(resolved, context);
  const results: CheckResult[] = [];
  const keys: Finding[] = [];
  const missing: NotRun[] = [];
  const foreign = shareOut(context.foreign?.findings ?? [], resolved.changes.map(({ built }) => built.input));
  for (const [index, change] of resolved.changes.entries()) {
    const result = await checkSources({
      input: change.built.input,
      output: change.built.output,
      implementations: change.kind === "pointer" ? [] : [{ file: change.built.file, name: change.built.name }],
      previous: previousOf(change),
      isLayer2: context.chainType === "op",
      policy: context.policy,
      ...(linting === undefined ? {} : { linting }),
      findings: foreign[index] ?? [],
      ...(context.rules === undefined ? {} : { rules: context.rules }),
      ...(context.lintCacheFolder === undefined ? {} : { lintCacheFolder: context.lintCacheFolder }),
      ...(context.commentsSilence === undefined ? {} : { commentsSilence: context.commentsSilence }),
      ...(context.baseline === undefined ? {} : { baseline: context.baseline }),
      ...(context.today === undefined ? {} : { today: context.today }),
    });
    const call = initializerCall(change);
    if (call !== null) keys.push(...(await singleKeyFindings(change, call, context.chain, resolved.block)));
    if (change.oldBuild === undefined) {
      missing.push({ check: `rules that compare ${change.contract} with what runs now`, reason: noOldSource(change) });
    }
    results.push(result);
  }
  const merged = mergeChecks(results);
  const notRun = [...authority.notRun, ...(context.foreign?.notRun ?? []), ...missing, ...merged.notRun];
  const checked = gate("check", [...authority.findings, ...keys, ...merged.findings], notRun, context.policy);
  return { gate: checked, suppressed: merged.suppressed, off: merged.off, acceptable: merged.acceptable };
}

/** Why the rules that need the live source could not run, and what to do about it. */
export function noOldSource({ name, oldImplementation, oldCode, built, reference }: ResolvedChange): string {
  const [live, here] = [stripMetadata(oldCode).solc, built.solcVersion.split("+")[0] ?? ""];
  const compiler = live === undefined || live === here ? "" : `, which solc ${live} compiled (this project builds with ${here})`;
  const remedy =
    reference === undefined
      ? "name its contract as `reference` in the plan"
      : `the plan's reference ${reference} builds other code: build it with the compiler and settings that made the live code`;
  return `no build at hand matches the code of ${name}'s live implementation ${oldImplementation}${compiler}; ${remedy}, or put the build-info that made it into the artifacts' build-info folder`;
}

function previousOf(change: ResolvedChange) {
  const { oldBuild, built } = change;
  if (oldBuild === undefined) return [];
  const { input, output, file, name } = oldBuild.built;
  return [
    {
      input,
      output,
      contract: { file, name },
      next: { file: built.file, name: built.name },
      upgradeCall: initializerCall(change),
    },
  ];
}

/** What the upgrade calls on the new implementation; null for nothing. */
function initializerCall({ built, initializer }: ResolvedChange): UpgradeCall | null {
  const abi = new Interface(contractOf(built).abi);
  const parsed = initializer === "0x" ? null : abi.parseTransaction({ data: initializer });
  return parsed === null ? null : { signature: parsed.signature, args: parsed.args.map(String) };
}

/** The authority rules, for the plan's proxies and route. */
async function checkAuthority(resolved: ResolvedPlan, context: CheckPlanContext): Promise<Pick<Gate, "findings" | "notRun">> {
  const labels = Object.fromEntries(context.names.entries.map(([name, address]) => [address, name]));
  const { findings, notRun } = await planAuthority({
    chain: context.chain,
    plan: resolved.core,
    block: resolved.block,
    labels,
    policy: context.policy,
    // `propose` deploys after this gate; the review has a code gate of its own.
    beforeDeployment: true,
    ...(context.trust === undefined ? {} : { trust: context.trust }),
  });
  return { findings, notRun };
}
