import { readFile } from "node:fs/promises";
import { isAbsolute, join, relative } from "node:path";
import { findingsFromSarif, notRunFromSarif, plainPath } from "../core/checks/sarif-import.js";
import type { Finding, NotRun } from "../core/finding.js";
import type { SolcInput } from "../core/solc.js";
import { DrydockError, ERRORS, reasonOf } from "../errors/drydock-error.js";
import { runSlither } from "./check-slither.js";
import { sourceNameOf } from "./source-name.js";

/** What other tools found, and which of them did not get to the end. */
export interface Foreign {
  findings: Finding[];
  notRun: NotRun[];
}

/**
 * Reads other tools' SARIF 2.1.0 logs.
 *
 * @param paths as the user gave them, relative to `here`. @param root the project's folder, to which places are relative.
 * @throws DrydockError FILE_NOT_FOUND, SARIF_MALFORMED.
 */
export async function importSarif(paths: readonly string[], here: string, root: string): Promise<Foreign> {
  const foreign: Foreign = { findings: [], notRun: [] };
  for (const path of paths) {
    const content = await readFile(isAbsolute(path) ? path : join(here, path), "utf8").catch(() => undefined);
    if (content === undefined) throw new DrydockError(ERRORS.FILE_NOT_FOUND, { path, what: "a SARIF log to import" });
    foreign.findings.push(...findingsFromSarif(path, content, pathIn(root)));
    foreign.notRun.push(...notRunFromSarif(path, content));
  }
  return foreign;
}

/**
 * What slither finds in the project. A slither that is missing, or that can't run, is a check that was not run.
 *
 * @param build makes Hardhat's build, which slither reads.
 * @throws DrydockError SARIF_MALFORMED
 */
export async function slitherFindings(root: string, build: () => Promise<unknown>): Promise<Foreign> {
  const prepare = () =>
    build().catch((error: unknown) => {
      throw new DrydockError(ERRORS.SLITHER_FAILED, { detail: `the project does not build (${reasonOf(error)})` });
    });
  try {
    return { findings: await runSlither(root, pathIn(root), prepare), notRun: [] };
  } catch (error) {
    if (!DrydockError.is(error, ERRORS.SLITHER_FAILED)) throw error;
    return { findings: [], notRun: [{ check: "slither", reason: error.what }] };
  }
}

/**
 * Deals other tools' findings out to the compilations that they are about, so that the comments in their files apply, and
 * each counts once. One that no compilation holds goes to the first.
 */
export function shareOut(findings: readonly Finding[], inputs: readonly Pick<SolcInput, "sources">[]): Finding[][] {
  const shares: Finding[][] = inputs.map(() => []);
  for (const finding of findings) {
    const file = finding.where.file ?? "";
    const index = inputs.findIndex(
      ({ sources }) => file in sources || sourceNameOf(file, (name) => name in sources, () => Object.keys(sources)) !== undefined,
    );
    shares[Math.max(index, 0)]?.push(finding);
  }
  return shares;
}

/** Paths below the project's folder are shown relative to it, whichever way the tool wrote them. */
function pathIn(root: string): (uri: string) => string {
  return (uri) => {
    const path = plainPath(uri);
    const inside = isAbsolute(path) ? relative(root, path) : path;
    return inside.startsWith("..") ? path : inside;
  };
}
