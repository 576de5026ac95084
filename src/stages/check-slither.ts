import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { findingsFromSarif } from "../core/checks/sarif-import.js";
import type { Finding } from "../core/finding.js";
import { DrydockError, ERRORS, reasonOf } from "../errors/drydock-error.js";

/** What slither says about itself in its own JSON format. */
const statusSchema = z.object({ success: z.boolean(), error: z.string().nullish() });

/** What one run of slither left behind. */
interface Outcome {
  /** Its SARIF and its JSON report; undefined where it wrote none. */
  sarif: string | undefined;
  json: string | undefined;
  /** Everything that it printed. */
  said: string;
}

/**
 * Runs the `slither` of the PATH over the project as Hardhat has built it, dependencies left out, and reads its SARIF report.
 * Its exit status says nothing (it is not zero when there are findings), and a slither that breaks off writes a report
 * without results; so its own account of success decides, and an empty report counts only if contracts were analyzed.
 *
 * @param root the project's folder. @param uriOf maps slither's paths to source names of the compiler.
 * @param prepare makes the build; called once it is known that there is a slither.
 * @throws DrydockError SLITHER_FAILED, SARIF_MALFORMED
 */
export async function runSlither(
  root: string,
  uriOf?: (uri: string) => string,
  prepare: () => Promise<unknown> = () => Promise.resolve(),
): Promise<Finding[]> {
  await execute(["--version"], root);
  await prepare();
  const folder = await mkdtemp(join(tmpdir(), "drydock-slither-"));
  const report = { sarif: join(folder, "slither.sarif"), json: join(folder, "slither.json") };
  try {
    const said = await execute(["--ignore-compile", "--exclude-dependencies", "--sarif", report.sarif, "--json", report.json, "."], root);
    const [sarif, json] = await Promise.all([report.sarif, report.json].map((path) => readFile(path, "utf8").catch(() => undefined)));
    return findingsOf({ sarif, json, said }, uriOf);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function findingsOf({ sarif, json, said }: Outcome, uriOf?: (uri: string) => string): Finding[] {
  const fail = (detail: string): never => {
    throw new DrydockError(ERRORS.SLITHER_FAILED, { detail });
  };
  const lastLine = said.trim().split("\n").at(-1)?.trim();
  if (sarif === undefined || json === undefined) return fail(lastLine || "it wrote no report");
  const status = statusSchema.safeParse(parsed(json));
  if (!status.success) return fail("its report does not say whether it succeeded");
  if (!status.data.success) return fail(status.data.error?.trim().split("\n").at(-1) || lastLine || "it broke off");
  const findings = findingsFromSarif("slither's report", sarif, uriOf);
  if (findings.length === 0 && !/analyzed \([1-9]\d* contracts?\b/.test(said)) return fail("it analyzed no contract");
  return findings;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function execute(args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile("slither", [...args], { cwd, timeout: 600_000, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      const isMissing = error !== null && "code" in error && typeof error.code === "string";
      if (isMissing) reject(new DrydockError(ERRORS.SLITHER_FAILED, { detail: `there is no slither that can be started on the PATH (${reasonOf(error)})` }));
      else resolve(`${stdout}\n${stderr}`);
    });
  });
}
