import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { Baseline } from "../../../src/core/schema/check-baseline.js";
import { DrydockError, ERRORS } from "../../../src/errors/drydock-error.js";
import type { Acceptance } from "../../../src/stages/check-baseline.js";
import { importSarif, slitherFindings, type Foreign } from "../../../src/stages/check-foreign.js";
import { fromHere, required } from "../shared/arguments.js";
import { readBaseline } from "../shared/context.js";

export interface CheckArguments {
  json: boolean;
  plan: string | undefined;
  contracts: string | undefined;
  sarif: string | undefined;
  import: string | undefined;
  withSlither: boolean;
  baseline: string | undefined;
  writeBaseline: string | undefined;
  reason: string | undefined;
  author: string | undefined;
}

/**
 * Who accepts the present findings, and why; undefined without --write-baseline.
 *
 * @throws DrydockError ARGUMENT if one of the two is missing or blank, or is given for nothing.
 */
export function acceptanceOf({ writeBaseline, reason, author }: CheckArguments): Acceptance | undefined {
  if (writeBaseline === undefined) {
    if (reason === undefined && author === undefined) return undefined;
    throw new DrydockError(ERRORS.ARGUMENT, { detail: "--reason and --author belong to --write-baseline", verb: "check" });
  }
  const acceptance = { reason: reason?.trim() ?? "", author: author?.trim() ?? "" };
  if (writeBaseline.trim() === "" || acceptance.reason === "" || acceptance.author === "") {
    const detail = "--write-baseline needs a file name, --reason TEXT and --author NAME, because an entry without them counts for nothing";
    throw new DrydockError(ERRORS.ARGUMENT, { detail, verb: "check" });
  }
  return acceptance;
}

/**
 * The baseline in use: the file of --baseline, which must be there, else the configured one, which need not.
 *
 * @throws DrydockError FILE_NOT_FOUND, BASELINE_MALFORMED.
 */
export async function baselineOf({ baseline }: CheckArguments, configured: string): Promise<Baseline | undefined> {
  if (baseline === undefined) return readBaseline(configured);
  const path = fromHere(required(baseline, "--baseline FILE", "check"));
  const found = await readBaseline(path);
  if (found === undefined) throw new DrydockError(ERRORS.FILE_NOT_FOUND, { path, what: "the baseline" });
  return found;
}

/**
 * What other tools say: their logs named by --import, and slither with --with-slither.
 *
 * @throws DrydockError ARGUMENT, FILE_NOT_FOUND, SARIF_MALFORMED.
 */
export async function foreignFindings(args: CheckArguments, hre: HardhatRuntimeEnvironment): Promise<Foreign> {
  const { root } = hre.config.paths;
  const paths = args.import?.split(",").map((path) => path.trim()) ?? [];
  if (paths.includes("")) {
    throw new DrydockError(ERRORS.ARGUMENT, { detail: "--import needs file names, separated by commas", verb: "check" });
  }
  const imported = await importSarif(paths, process.cwd(), root);
  if (!args.withSlither) return imported;
  const slither = await slitherFindings(root, () => hre.tasks.getTask("build").run({ quiet: true }));
  return { findings: [...imported.findings, ...slither.findings], notRun: [...imported.notRun, ...slither.notRun] };
}
