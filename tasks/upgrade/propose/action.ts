import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { openBundle } from "../../../src/bundle/open.js";
import { canonicalJson } from "../../../src/core/canonical-json.js";
import { verdictOf } from "../../../src/core/finding.js";
import { formerBuilds, remembering } from "../../../src/lifecycle/former-builds.js";
import { propose, type GateRun, type ProposeOutcome } from "../../../src/lifecycle/propose.js";
import { renonce } from "../../../src/lifecycle/renonce.js";
import { proposeText } from "../../../src/lifecycle/render.js";
import { writeReports } from "../../../src/lifecycle/reports.js";
import { DrydockError, ERRORS } from "../../../src/errors/drydock-error.js";
import { byAddress } from "../../../src/rehearsal/expectations/by-address.js";
import { rehearsalInputOf } from "../../../src/rehearsal/for-plan.js";
import { openUpstream, rehearse } from "../../../src/rehearsal/rehearse.js";
import { recordReviewReads } from "../../../src/review/bundle/record-reads.js";
import { checkPlan } from "../../../src/stages/check-plan.js";
import type { ResolvedPlan } from "../../../src/stages/resolve.js";
import { validatePlan } from "../../../src/stages/validate-plan.js";
import { fromHere } from "../shared/arguments.js";
import { openAccounts } from "../shared/bundle.js";
import { builder, lintCacheOf, liveBuildFinder, namespacedCompiler, openNetwork, projectOf, readBaseline, resolveAtHead, type OpenNetwork } from "../shared/context.js";
import { loadPlan, type LoadedPlan } from "../shared/load-plan.js";
import { progress } from "../shared/progress.js";
import { rehearsalContext } from "../shared/rehearsal-context.js";
import { runVerb, type VerbResult } from "../shared/run-verb.js";
import { toolVersion } from "../shared/tool-version.js";

interface ProposeArguments {
  json: boolean;
  plan: string | undefined;
  out: string | undefined;
  account: string | undefined;
  nonce: string | undefined;
  renonce: boolean;
  again: boolean;
}

export default (args: ProposeArguments, hre: HardhatRuntimeEnvironment): Promise<void> =>
  runVerb("propose", args, async () => {
    const nonce = nonceOf(args.nonce);
    const plan = await loadPlan(args.plan, "propose");
    const folder = args.out === undefined ? join(hre.config.drydock.proposals, basename(dirname(plan.path))) : fromHere(args.out);
    const network = await openNetwork(hre);
    if (args.renonce) return renonced(folder, network, nonce);
    const resolved = await resolveAtHead(hre, network, plan);
    const outcome = await propose(network.chain, resolved, () => runGates(hre, network, plan, resolved), {
      folder,
      tool: await toolVersion(),
      project: projectOf(hre),
      accounts: await openAccounts(hre, network),
      again: args.again,
      ...(nonce === undefined ? {} : { nonce }),
      ...(args.account === undefined ? {} : { account: args.account }),
    });
    if (outcome.kind === "sealed") await writeReports(outcome.bundle, resolved);
    return answer(outcome, resolved);
  });

/** The gates of a proposal, cheapest first, so that a blocked one is known before the long ones are worth reading. */
async function runGates(
  hre: HardhatRuntimeEnvironment,
  network: OpenNetwork,
  plan: LoadedPlan,
  resolved: ResolvedPlan,
): Promise<GateRun[]> {
  const { policy } = hre.config.drydock;
  const say = progress();
  say("validate: storage layout against the live implementation");
  const { findLive, found } = remembering(liveBuildFinder(hre, builder(hre)));
  const validated = await validatePlan(resolved, { chain: network.chain, policy, compile: namespacedCompiler(hre), findLive });
  say("check: sources and authority");
  const baseline = await readBaseline(hre.config.drydock.check.baseline);
  const checked = await checkPlan(resolved, {
    chain: network.chain,
    names: network.names,
    chainType: network.chainType,
    policy,
    rules: hre.config.drydock.check.rules,
    lintCacheFolder: lintCacheOf(hre),
    today: new Date().toISOString().slice(0, 10),
    ...(baseline === undefined ? {} : { baseline }),
  });
  say("rehearse: the exact bytes on a fork");
  const context = await rehearsalContext(hre, network, plan);
  const cassette = join(hre.config.paths.cache, "drydock", "cassettes", `${resolved.hash}.json`);
  const recording = { ...context, chainId: BigInt(resolved.core.chainId), cassette: { mode: "record" as const, path: cassette }, onProgress: say };
  const upstream = await openUpstream(recording);
  const input = rehearsalInputOf(resolved, { ...context, opened: upstream, onProgress: say });
  const rehearsed = await rehearse(input);
  await recordReviewReads(upstream.port, resolved, { names: network.names, chainType: network.chainType, network: network.name });
  await upstream.finish();
  const expectations = context.expectations ?? { schema: "drydock/expectations@1", storage: [], accounts: [], events: [], differences: [] };
  return [
    { gate: validated.gate, formerBuilds: await formerBuilds(network.chain, resolved.block, validated.parts.proxies, found) },
    { gate: checked.gate, suppressed: checked.suppressed.map(({ finding, reason }) => ({ ...finding, reason })) },
    {
      gate: rehearsed.gate,
      files: new Map<string, string | Uint8Array>([
        ["rehearsal.json", canonicalJson(rehearsed.report)],
        ["expectations.json", canonicalJson(byAddress(expectations, input.known ?? [], resolved.core))],
        ["cassette.json", await readFile(cassette)],
      ]),
    },
  ];
}

async function renonced(folder: string, network: OpenNetwork, nonce: bigint | undefined): Promise<VerbResult> {
  const bundle = await openBundle(folder);
  const sealed = await renonce(network.chain, bundle, nonce);
  return {
    verdict: "pass",
    scope: "renonce",
    findings: [],
    notRun: [],
    parts: { bundle: folder, planHash: bundle.planHash, ...sealed },
    text: `${bundle.manifest.title}: sealed again for nonce ${sealed.nonce}, same plan hash.\n  safeTxHash     ${sealed.safeTxHash}\n  evidence root  ${sealed.evidenceRoot}`,
  };
}

function answer(outcome: ProposeOutcome, resolved: ResolvedPlan): VerbResult {
  const findings = outcome.gates.flatMap((gate) => gate.findings);
  const notRun = outcome.gates.flatMap((gate) => gate.notRun);
  const sealed = outcome.kind === "blocked" ? undefined : outcome.bundle;
  return {
    verdict: verdictOf(outcome.gates),
    scope: "full",
    findings,
    notRun,
    parts: {
      outcome: outcome.kind,
      planHash: resolved.hash,
      operationId: resolved.operationId,
      gates: outcome.gates.map(({ stage, verdict }) => ({ stage, verdict })),
      ...(sealed === undefined
        ? {}
        : {
            bundle: sealed.folder,
            evidenceRoot: sealed.evidenceRoot,
            ...sealed.transactions.schedule,
            deployed: outcome.kind === "sealed" ? outcome.deployed : [],
          }),
    },
    text: proposeText(outcome, resolved),
  };
}

function nonceOf(given: string | undefined): bigint | undefined {
  if (given === undefined) return undefined;
  if (!/^\d+$/.test(given)) {
    throw new DrydockError(ERRORS.ARGUMENT, { detail: `--nonce must be a whole number, not "${given}"`, verb: "propose" });
  }
  return BigInt(given);
}
