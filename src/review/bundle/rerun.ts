import { randomUUID } from "node:crypto";
import { compile } from "../../build/compile.js";
import { matchBuilt, type LiveBuild } from "../../build/live-build.js";
import { locateCompiler } from "../../build/locate-compiler.js";
import { DEFAULT_POLICY, gate, type Gate, type NotRun } from "../../core/finding.js";
import { expectationsSchema, type Expectations } from "../../core/schema/expectations.js";
import type { SolcInput, SolcOutput } from "../../core/solc.js";
import { DrydockError, ERRORS, reasonOf } from "../../errors/drydock-error.js";
import { nameBook } from "../../stages/names.js";
import type { ReviewContext } from "./context.js";
import { declaredAuthority } from "./declared-authority.js";
import { rememberRehearsal } from "./rehearsal-memory.js";
import type { RerunInput, RerunStage } from "./stages.js";

/** The stages that a review runs again, in the order of the line. Each is loaded when it is needed. */
export const RERUN_STAGES: readonly RerunStage[] = [
  {
    stage: "validate",
    needsChain: true,
    async run({ context, resolved, rebuilt }) {
      if (!resolved || !context.chain) return unresolved("validate");
      const { validatePlan } = await import("../../stages/validate-plan.js");
      const { gate: own, parts } = await validatePlan(resolved, {
        chain: context.chain.port,
        policy: policyOf(context),
        compile: compilerOf(context),
        findLive: async (code) => formerBuild(code, rebuilt),
      });
      return { gate: own, layout: parts.proxies };
    },
  },
  {
    stage: "check",
    needsChain: true,
    async run({ context, resolved }) {
      if (!resolved || !context.chain) return unresolved("check");
      const { checkPlan } = await import("../../stages/check-plan.js");
      const { gate: own, suppressed } = await checkPlan(resolved, {
        chain: context.chain.port,
        names: context.names ?? nameBook("", {}),
        chainType: context.chain.chainType,
        policy: policyOf(context),
        commentsSilence: false,
        ...(context.cacheFolder === undefined ? {} : { lintCacheFolder: `${context.cacheFolder}/solhint` }),
        ...(context.trust ? { trust: context.trust } : {}),
        ...(context.baseline ? { baseline: context.baseline } : {}),
        ...(context.today ? { today: context.today } : {}),
      });
      const listed = (by: "comment" | "baseline") => suppressed.filter((one) => one.by === by).map(({ finding, reason }) => ({ ...finding, reason }));
      return { gate: own, suppressed: listed("comment"), accepted: listed("baseline") };
    },
  },
  { stage: "rehearse", needsChain: true, run: rerunRehearsal },
];

async function rerunRehearsal({ context, resolved }: RerunInput) {
  const { chain, bundle, cacheFolder } = context;
  if (!resolved || !chain || cacheFolder === undefined) return unresolved("rehearse");
  const [{ rehearse }, { rehearsalInputOf }] = await Promise.all([import("../../rehearsal/rehearse.js"), import("../../rehearsal/for-plan.js")]);
  const expectations = expectationsOf(context);
  try {
    const run = async () => {
      const { report: fresh, gate: own } = await rehearse(
        rehearsalInputOf(resolved, {
          upstream: { urls: chain.urls, network: chain.network },
          chainType: chain.chainType,
          cacheDir: cacheFolder,
          names: context.names ?? nameBook("", {}),
          // The reviewer's own: a proposer who knows the seed could prepare for it. A cassette holds the proposer's only.
          ...(chain.cassette ? { opened: chain.cassette.upstream } : { seed: randomUUID() }),
          ...(expectations ? { expectations } : {}),
          ...(context.adapter ? { adapter: context.adapter } : {}),
          ...(context.onProgress ? { onProgress: context.onProgress } : {}),
        }),
      );
      return { report: fresh, findings: own.findings, notRun: own.notRun };
    };
    const { report, findings: seen, notRun } = await (chain.cassette ? run() : rememberRehearsal(context, chain.port, run));
    const findings = [...seen, ...declaredAuthority(report, bundle.plan, context.trust?.agreed)];
    return { gate: gate("rehearse", findings, notRun, policyOf(context)), rehearsal: report };
  } catch (error) {
    if (!DrydockError.is(error)) throw error;
    return { gate: gate("rehearse", [], [{ check: "rehearsal", reason: reasonOf(error) }]) };
  }
}

/**
 * The author's expectations: statements about what the upgrade shall change, sealed as data. That rights change may be
 * declared to the author's own rehearsal, never to the reviewer's.
 */
function expectationsOf({ bundle }: ReviewContext): Expectations | undefined {
  if (!bundle.file("expectations.json")) return undefined;
  const parsed = expectationsSchema.safeParse(bundle.json("expectations.json"));
  if (!parsed.success) return undefined;
  const { authority: _authority, ...expectations } = parsed.data;
  return expectations;
}

/** An earlier implementation's source counts only if it was rebuilt here into the code that stands on the chain. */
function formerBuild(code: string, rebuilt: RerunInput["rebuilt"]): LiveBuild | undefined {
  for (const { built } of rebuilt) {
    const match = matchBuilt(code, built);
    if (match.verdict === "match") return { built, match, origin: "history" };
  }
  return undefined;
}

function policyOf({ trust }: ReviewContext) {
  return trust?.policy ?? DEFAULT_POLICY;
}

function compilerOf({ root, compilers, cacheFolder }: ReviewContext): (solcVersion: string, input: SolcInput) => Promise<SolcOutput> {
  return async (solcVersion, input) => {
    const version = solcVersion.split("+")[0] ?? "";
    const compiler = await locateCompiler(version, root, compilers);
    if (!compiler) throw new DrydockError(ERRORS.COMPILER_UNAVAILABLE, { version });
    const options = cacheFolder === undefined ? {} : { cacheFolder: `${cacheFolder}/solc` };
    return (await compile(compiler, input, "upgrades-core's namespaced sources", options)).output;
  };
}

function unresolved(stage: string): { gate: Gate } {
  const notRun: NotRun[] = [{ check: stage, reason: "the plan could not be resolved from the bundle's sources; the code gate says why" }];
  return { gate: gate(stage, [], notRun) };
}
