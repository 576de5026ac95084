import { readFile } from "node:fs/promises";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { buildAtRef } from "../../../src/build/git-source.js";
import type { LayoutChange } from "../../../src/core/layout/index.js";
import { DrydockError, ERRORS } from "../../../src/errors/drydock-error.js";
import { layoutSvg } from "../../../src/report/layout-svg.js";
import { layoutText } from "../../../src/report/layout-text.js";
import { parseManifest, validateManifest, validatePair } from "../../../src/stages/validate.js";
import { validatePlan } from "../../../src/stages/validate-plan.js";
import { writeOutput, writeSarif } from "../shared/write-output.js";
import { fromHere, required } from "../shared/arguments.js";
import { builder, liveBuildFinder, namespacedCompiler, openNetwork, projectOf, resolveAtHead } from "../shared/context.js";
import { loadPlan } from "../shared/load-plan.js";
import { runVerb, type VerbResult } from "../shared/run-verb.js";

interface ValidateArguments {
  json: boolean;
  plan: string | undefined;
  from: string | undefined;
  fromRef: string | undefined;
  to: string | undefined;
  manifest: string | undefined;
  noReference: boolean;
  sarif: string | undefined;
  svg: string | undefined;
}

/** A verb's result with the changes that a picture can be drawn of. */
interface Validated extends VerbResult {
  pictured: LayoutChange[];
}

export default (args: ValidateArguments, hre: HardhatRuntimeEnvironment): Promise<void> =>
  runVerb("validate", args, async () => {
    const given = [args.plan, args.manifest, args.from ?? args.fromRef ?? args.to].filter((value) => value !== undefined);
    if (given.length !== 1) {
      const detail = "give one of: a plan; --from A --to B; --manifest FILE";
      throw new DrydockError(ERRORS.ARGUMENT, { detail, verb: "validate" });
    }
    const { pictured, ...result } = await (args.manifest !== undefined ? ofManifest(fromHere(args.manifest)) : args.plan === undefined ? ofPair(args, hre) : ofPlan(args, hre));
    if (args.sarif !== undefined) await writeSarif("validate", args.sarif, { findings: [...result.findings], notRun: [...result.notRun] }, []);
    if (args.svg !== undefined) await writeOutput("validate", "--svg", args.svg, layoutSvg(pictured, `storage layout: ${result.verdict}`) ?? UNCHANGED);
    return result;
  });

/** The picture of an upgrade that changes no slot. */
const UNCHANGED = `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="40"><text x="8" y="24" font-family="monospace">no slot changes</text></svg>\n`;

async function ofPlan(args: ValidateArguments, hre: HardhatRuntimeEnvironment): Promise<Validated> {
  const plan = await loadPlan(args.plan, "validate");
  const network = await openNetwork(hre);
  const resolved = await resolveAtHead(hre, network, plan);
  const { parts } = await validatePlan(resolved, {
    chain: network.chain,
    policy: hre.config.drydock.policy,
    ...(args.noReference ? {} : { compile: namespacedCompiler(hre) }),
    findLive: liveBuildFinder(hre, builder(hre)),
  });
  const { verdict, findings, notRun, ...rest } = parts;
  return { pictured: parts.proxies.flatMap(({ changes }) => changes), verdict, scope: "live", findings, notRun, parts: rest, text: layoutText(parts.proxies.map((proxy) => ({ title: `${proxy.proxy} → ${proxy.contract}`, ...proxy })), parts) };
}

async function ofPair(args: ValidateArguments, hre: HardhatRuntimeEnvironment): Promise<Validated> {
  const build = builder(hre);
  const today = await build(args.from ?? (args.fromRef === undefined ? required(args.from, "--from", "validate") : required(args.to, "--to", "validate")));
  const from = args.fromRef === undefined ? today : await buildAtRef(today, args.fromRef, projectOf(hre));
  const to = await build(required(args.to, "--to", "validate"));
  const parts = await validatePair(from, to, args.noReference ? { secondOpinion: false } : { compile: namespacedCompiler(hre) });
  const { verdict, findings, notRun, ...rest } = parts;
  return { pictured: parts.changes, verdict, scope: "sources", findings, notRun, parts: rest, text: layoutText([{ title: `${parts.from} → ${parts.to}`, ...parts }], parts) };
}

async function ofManifest(path: string): Promise<Validated> {
  const text = await readFile(path, "utf8").catch(() => {
    throw new DrydockError(ERRORS.FILE_NOT_FOUND, { path, what: "the manifest" });
  });
  const { verdict, findings, notRun, ...rest } = validateManifest(parseManifest(text, path));
  return {
    pictured: rest.pairs.flatMap(({ changes }) => changes),
    verdict,
    scope: "manifest",
    findings,
    notRun,
    parts: rest,
    text: layoutText(rest.pairs.map((pair) => ({ title: `${pair.contract}: ${pair.from} → ${pair.to}`, ...pair })), { verdict, findings, notRun }),
  };
}
