import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { canonicalJson } from "../core/canonical-json.js";
import type { SolcInput, SolcOutput } from "../core/solc.js";
import { DrydockError, ERRORS } from "../errors/drydock-error.js";
import { writeAtomically } from "../files/write-atomically.js";
import type { LocatedCompiler } from "./locate-compiler.js";
import { runSolc, type SolcLimits } from "./solc-process.js";

/** One finished compilation, as the cache keeps it. */
export interface Compilation {
  /** `0.8.28+commit.7893614a` */
  solcVersion: string;
  input: SolcInput;
  output: SolcOutput;
}

/**
 * Compiles `input`, or takes the result of an earlier compilation of the same bytes by the same compiler from
 * `cacheFolder`. The key covers the compiler's own hash, so that a different soljson never answers for this one.
 *
 * @param what names the contract in the error.
 * @throws DrydockError COMPILE_FAILED with the compiler's first error.
 */
export async function compile(
  compiler: LocatedCompiler,
  input: SolcInput,
  what: string,
  options: { cacheFolder?: string; limits?: SolcLimits } = {},
): Promise<Compilation> {
  const key = createHash("sha256").update(`${compiler.sha256}:${canonicalJson(input)}`).digest("hex");
  const cached = options.cacheFolder === undefined ? undefined : join(options.cacheFolder, `${key}.json`);
  if (cached !== undefined) {
    const earlier = await readFile(cached, "utf8").catch(() => undefined);
    if (earlier !== undefined) return JSON.parse(earlier) as Compilation;
  }
  const fail = (detail: string): never => {
    throw new DrydockError(ERRORS.COMPILE_FAILED, { contract: what, version: compiler.version, detail });
  };
  const { longVersion, output } = await runSolc(compiler.path, input, options.limits).catch((error: Error) =>
    fail(error.message),
  );
  const error = output.errors?.find(({ severity }) => severity === "error");
  if (error !== undefined) fail((error.formattedMessage ?? error.message).trim().split("\n").slice(0, 3).join(" "));
  const compilation = { solcVersion: longVersion.replace(/\.Emscripten.*$/, ""), input, output };
  if (cached !== undefined) await writeAtomically(cached, JSON.stringify(compilation));
  return compilation;
}
