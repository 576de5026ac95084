import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findingsFromSarif } from "../core/checks/sarif-import.js";
import type { Finding } from "../core/finding.js";
import { DrydockError, ERRORS, reasonOf } from "../errors/drydock-error.js";

/**
 * Runs the `slither` of the PATH over the project as Hardhat has built it, and reads its SARIF report. Slither ends with
 * a status of its own when it has findings, so that only a missing report is a failure.
 *
 * @param root the project's folder. @param uriOf maps slither's paths to source names of the compiler.
 * @throws DrydockError SLITHER_FAILED, SARIF_MALFORMED
 */
export async function runSlither(root: string, uriOf?: (uri: string) => string): Promise<Finding[]> {
  const folder = await mkdtemp(join(tmpdir(), "drydock-slither-"));
  const report = join(folder, "slither.sarif");
  try {
    const said = await execute(["--ignore-compile", "--sarif", report, "."], root);
    const content = await readFile(report, "utf8").catch(() => undefined);
    if (content === undefined) throw new DrydockError(ERRORS.SLITHER_FAILED, { detail: said.trim().split("\n").at(-1) ?? "no report" });
    return findingsFromSarif(report, content, uriOf);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function execute(args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile("slither", [...args], { cwd, timeout: 600_000, maxBuffer: 64 << 20 }, (error, _, stderr) => {
      const missing = error !== null && "code" in error && error.code === "ENOENT";
      if (missing) reject(new DrydockError(ERRORS.SLITHER_FAILED, { detail: `there is no slither on the PATH (${reasonOf(error)})` }));
      else resolve(stderr);
    });
  });
}
