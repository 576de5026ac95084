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

export interface CompileOptions {
  cacheFolder?: string;
  limits?: SolcLimits;
}

/** What the compiler refuses, and where. */
export interface Refusal {
  /** Source name; undefined for what is about no single file. */
  file?: string;
  detail: string;
}

/**
 * Compiles `input`, or takes the result of an earlier compilation of the same bytes by the same compiler from
 * `cacheFolder`. The key covers the compiler's own hash, so that a different soljson never answers for this one.
 *
 * @param what names the contract in the error.
 * @throws DrydockError COMPILE_FAILED with the compiler's first error.
 */
export async function compile(compiler: LocatedCompiler, input: SolcInput, what: string, options: CompileOptions = {}): Promise<Compilation> {
  const result = await tryCompile(compiler, input, what, options);
  if ("output" in result) return result;
  throw new DrydockError(ERRORS.COMPILE_FAILED, { contract: what, version: compiler.version, detail: result.refused[0].detail });
}

/**
 * Like {@link compile}, but gives what the compiler refuses as a value, at least one entry.
 *
 * @throws DrydockError COMPILE_FAILED if the compiler itself breaks off.
 */
export async function tryCompile(
  compiler: LocatedCompiler,
  input: SolcInput,
  what: string,
  options: CompileOptions = {},
): Promise<Compilation | { refused: readonly [Refusal, ...Refusal[]] }> {
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
  const [first, ...others] = (output.errors ?? []).filter(({ severity }) => severity === "error").map(refusalOf);
  if (first !== undefined) return { refused: [first, ...others] };
  const compilation = { solcVersion: longVersion.replace(/\.Emscripten.*$/, ""), input, output };
  if (cached !== undefined) await writeAtomically(cached, JSON.stringify(compilation));
  return compilation;
}

function refusalOf({ formattedMessage, message, sourceLocation }: NonNullable<SolcOutput["errors"]>[number]): Refusal {
  // solc's own layout: the complaint, `--> file:line:column:`, then the source with a ruler.
  const [complaint = message, place] = (formattedMessage ?? message).trim().split("\n").map((line) => line.trim());
  const at = /^--> (.+?):?$/.exec(place ?? "")?.[1];
  const detail = complaint.replace(/\.$/, "") + (at === undefined ? "" : ` (${at})`);
  return sourceLocation?.file === undefined ? { detail } : { file: sourceLocation.file, detail };
}
