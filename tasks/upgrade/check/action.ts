import { isAbsolute, matchesGlob, relative } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { buildSources } from "../../../src/build/analysis.js";
import type { Compilation } from "../../../src/build/compile.js";
import type { Baseline } from "../../../src/core/schema/check-baseline.js";
import { gate } from "../../../src/core/finding.js";
import { flatFinding } from "../../../src/core/schema/check.js";
import { DrydockError, ERRORS } from "../../../src/errors/drydock-error.js";
import { findingsText, notRunText } from "../../../src/report/findings-text.js";
import { checkSources, type CheckResult } from "../../../src/stages/check.js";
import { shareOut, type Foreign } from "../../../src/stages/check-foreign.js";
import { mergeChecks } from "../../../src/stages/check-merge.js";
import { checkPlan } from "../../../src/stages/check-plan.js";
import { lintCacheOf, openNetwork, projectOf, resolveAtHead } from "../shared/context.js";
import { loadPlan } from "../shared/load-plan.js";
import { runVerb } from "../shared/run-verb.js";
import { acceptanceOf, baselineOf, foreignFindings, type CheckArguments } from "./arguments.js";
import { writeSarif } from "../shared/write-output.js";
import { acceptPresent } from "./outputs.js";

type Checked = Pick<CheckResult, "findings" | "suppressed" | "notRun" | "off" | "acceptable">;

/** What both kinds of check take from the configuration and the arguments. */
interface Settings {
  today: string;
  baseline: Baseline | undefined;
  foreign: Foreign;
}

export default (args: CheckArguments, hre: HardhatRuntimeEnvironment): Promise<void> =>
  runVerb("check", args, async () => {
    if ((args.plan === undefined) === (args.contracts === undefined)) {
      const detail = "give either a plan or --contracts PATTERN";
      throw new DrydockError(ERRORS.ARGUMENT, { detail, verb: "check" });
    }
    const acceptance = acceptanceOf(args);
    const { policy, check } = hre.config.drydock;
    const baseline = await baselineOf(args, check.baseline);
    const foreign = await foreignFindings(args, hre);
    const settings: Settings = { today: new Date().toISOString().slice(0, 10), baseline, foreign };
    const checked = args.contracts === undefined ? await ofPlan(hre, args.plan, settings) : await ofPattern(hre, args.contracts, settings);
    const done = gate("check", checked.findings, checked.notRun, policy);
    const { verdict, findings, notRun } = done;
    const suppressed = checked.suppressed.map(({ finding, by, reason, source }) => ({ ...flatFinding(finding), by, reason, source }));
    if (args.sarif !== undefined) await writeSarif("check", args.sarif, done, checked.suppressed);
    const accepted =
      acceptance && (await acceptPresent(args.writeBaseline ?? check.baseline, { ...settings, findings, acceptable: checked.acceptable, policy }, acceptance));
    return {
      verdict,
      scope: args.contracts === undefined ? "plan" : "sources",
      findings: findings.map((finding) => ({ ...finding, ...flatFinding(finding) })),
      notRun,
      parts: { suppressed, off: checked.off, ...(accepted && { baseline: accepted.answer }) },
      text: [
        findingsText(findings) || "no findings",
        suppressed.length === 0 ? "" : `suppressed\n${suppressed.map(({ rule, reason, source }) => `  · ${rule} at ${source}: ${reason}`).join("\n")}`,
        checked.off.length === 0 ? "" : `switched off by the configuration: ${checked.off.join(", ")}`,
        notRunText("not run", notRun),
        accepted?.text ?? "",
        `verdict: ${verdict}`,
      ]
        .filter((part) => part !== "")
        .join("\n\n"),
    };
  });

async function ofPlan(hre: HardhatRuntimeEnvironment, path: string | undefined, { today, baseline, foreign }: Settings): Promise<Checked> {
  const plan = await loadPlan(path, "check");
  const network = await openNetwork(hre);
  const resolved = await resolveAtHead(hre, network, plan);
  const { gate: checked, suppressed, off, acceptable } = await checkPlan(resolved, {
    chain: network.chain,
    names: network.names,
    chainType: network.chainType,
    policy: hre.config.drydock.policy,
    rules: hre.config.drydock.check.rules,
    lintCacheFolder: lintCacheOf(hre),
    foreign,
    today,
    ...(baseline === undefined ? {} : { baseline }),
  });
  return { findings: checked.findings, notRun: checked.notRun, suppressed, off, acceptable };
}

/** What is checked when no source of the pattern can be built: they are linted, and named as not run. */
const NOTHING_BUILT: Pick<Compilation, "input" | "output"> = {
  input: { language: "Solidity", sources: {}, settings: { outputSelection: {} } },
  output: { sources: {}, contracts: {} },
};

async function ofPattern(hre: HardhatRuntimeEnvironment, pattern: string, { today, baseline, foreign }: Settings): Promise<Checked> {
  const project = projectOf(hre);
  const files = (await hre.solidity.getRootFilePaths()).filter(
    (file) => isAbsolute(file) && matchesGlob(relative(project.root, file), pattern),
  );
  if (files.length === 0) {
    throw new DrydockError(ERRORS.ARGUMENT, { detail: `no source of this project matches ${pattern}`, verb: "check" });
  }
  const wanted = new Set(files.map((file) => `project/${relative(project.root, file)}`));
  const { builds, unbuilt } = await buildSources(project, files);
  // A source may hold types only; that nothing at all matches is an error further on.
  const withContracts = builds.filter(({ output }) => Object.entries(output.sources).some(([file, { ast }]) => wanted.has(file) && holdsContract(ast)));
  const compilations = withContracts.length > 0 ? withContracts : builds.length > 0 ? builds.slice(0, 1) : [NOTHING_BUILT];
  const shares = shareOut(foreign.findings, compilations.map(({ input }) => input));
  const results: CheckResult[] = [];
  for (const [index, { input, output }] of compilations.entries()) {
    const result = await checkSources({
      input,
      output,
      contracts: ({ file }) => wanted.has(file),
      policy: hre.config.drydock.policy,
      rules: hre.config.drydock.check.rules,
      findings: shares[index] ?? [],
      lintCacheFolder: lintCacheOf(hre),
      today,
      ...(index === 0 ? { unbuilt, notRun: foreign.notRun } : {}),
      ...(baseline === undefined ? {} : { baseline }),
    });
    results.push(result);
  }
  return mergeChecks(results);
}

function holdsContract(ast: unknown): boolean {
  return ((ast as { nodes?: { nodeType: string }[] }).nodes ?? []).some(({ nodeType }) => nodeType === "ContractDefinition");
}
