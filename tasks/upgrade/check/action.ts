import { isAbsolute, matchesGlob, relative } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { buildSources } from "../../../src/build/project.js";
import type { Baseline } from "../../../src/core/schema/check-baseline.js";
import type { Suppressed } from "../../../src/core/checks/suppressions.js";
import { gate, type Finding, type NotRun } from "../../../src/core/finding.js";
import { flatFinding } from "../../../src/core/schema/check.js";
import { DrydockError, ERRORS } from "../../../src/errors/drydock-error.js";
import { findingsText, notRunText } from "../../../src/report/findings-text.js";
import { checkSources } from "../../../src/stages/check.js";
import { checkPlan } from "../../../src/stages/check-plan.js";
import { openNetwork, projectOf, readBaseline, resolveAtHead } from "../shared/context.js";
import { loadPlan } from "../shared/load-plan.js";
import { runVerb } from "../shared/run-verb.js";

interface CheckArguments {
  json: boolean;
  plan: string | undefined;
  contracts: string | undefined;
}

interface Checked {
  findings: Finding[];
  suppressed: Suppressed[];
  notRun: NotRun[];
  off: string[];
}

export default (args: CheckArguments, hre: HardhatRuntimeEnvironment): Promise<void> =>
  runVerb("check", args, async () => {
    if ((args.plan === undefined) === (args.contracts === undefined)) {
      const detail = "give either a plan or --contracts PATTERN";
      throw new DrydockError(ERRORS.ARGUMENT, { detail, verb: "check" });
    }
    const baseline = await readBaseline(hre.config.drydock.check.baseline);
    const checked =
      args.contracts === undefined ? await ofPlan(hre, args.plan, baseline) : await ofPattern(hre, args.contracts, baseline);
    const { verdict, findings, notRun } = gate("check", checked.findings, checked.notRun, hre.config.drydock.policy);
    const suppressed = checked.suppressed.map(({ finding, by, reason, source }) => ({ ...flatFinding(finding), by, reason, source }));
    return {
      verdict,
      scope: args.contracts === undefined ? "plan" : "sources",
      findings: findings.map((finding) => ({ ...finding, ...flatFinding(finding) })),
      notRun,
      parts: { suppressed, off: checked.off },
      text: [
        findingsText(findings) || "no findings",
        suppressed.length === 0 ? "" : `suppressed\n${suppressed.map(({ rule, reason, source }) => `  · ${rule} at ${source}: ${reason}`).join("\n")}`,
        notRunText("not run", notRun),
        `verdict: ${verdict}`,
      ]
        .filter((part) => part !== "")
        .join("\n\n"),
    };
  });

async function ofPlan(hre: HardhatRuntimeEnvironment, path: string | undefined, baseline: Baseline | undefined): Promise<Checked> {
  const plan = await loadPlan(path, "check");
  const network = await openNetwork(hre);
  const resolved = await resolveAtHead(hre, network, plan);
  const { gate: checked, suppressed, off } = await checkPlan(resolved, {
    chain: network.chain,
    names: network.names,
    chainType: network.chainType,
    policy: hre.config.drydock.policy,
    today: new Date().toISOString().slice(0, 10),
    ...(baseline === undefined ? {} : { baseline }),
  });
  return { findings: checked.findings, notRun: checked.notRun, suppressed, off };
}

async function ofPattern(hre: HardhatRuntimeEnvironment, pattern: string, baseline: Baseline | undefined): Promise<Checked> {
  const project = projectOf(hre);
  const files = (await hre.solidity.getRootFilePaths()).filter(
    (file) => isAbsolute(file) && matchesGlob(relative(project.root, file), pattern),
  );
  if (files.length === 0) {
    throw new DrydockError(ERRORS.ARGUMENT, { detail: `no source of this project matches ${pattern}`, verb: "check" });
  }
  const wanted = new Set(files.map((file) => `project/${relative(project.root, file)}`));
  const { builds, unbuilt } = await buildSources(project, files);
  const all: Checked = { findings: [], suppressed: [], notRun: [], off: [] };
  for (const [index, { input, output }] of builds.entries()) {
    const result = await checkSources({
      input,
      output,
      contracts: ({ file }) => wanted.has(file),
      policy: hre.config.drydock.policy,
      today: new Date().toISOString().slice(0, 10),
      ...(index === 0 ? { unbuilt } : {}),
      ...(baseline === undefined ? {} : { baseline }),
    });
    all.findings.push(...result.findings);
    all.suppressed.push(...result.suppressed);
    all.notRun.push(...result.notRun);
    all.off = result.off;
  }
  return all;
}
