import { join } from "node:path";
import type { SolcInput, SolcOutput } from "../core/solc.js";
import { DrydockError, ERRORS } from "../errors/drydock-error.js";
import { compilationKey, readCompilation, writeCompilation } from "./compilation-cache.js";
import type { LocatedCompiler } from "./locate-compiler.js";
import { runSolc, type RunOptions } from "./run-solc.js";

/** One finished compilation, as the cache keeps it. */
export interface Compilation {
  /** `0.8.28+commit.7893614a` */
  solcVersion: string;
  input: SolcInput;
  output: SolcOutput;
}

export interface CompileOptions extends RunOptions {
  cacheFolder?: string;
}

/** What the compiler refuses, and where. */
export interface Refusal {
  /** Source name; undefined for what is about no single file. */
  file?: string;
  detail: string;
}

/**
 * Compiles `input`, or takes the result of an earlier compilation of the same bytes by the same compiler from
 * `cacheFolder`; see {@link compilationKey}.
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
  // A process that compiled other sources before never answers for one that may not have.
  const key = compilationKey(compiler.sha256, input, options.keepProcess === true ? "kept " : "");
  const cached = options.cacheFolder === undefined ? undefined : join(options.cacheFolder, `${key}.json`);
  const earlier = cached === undefined ? undefined : await readCompilation(cached);
  if (earlier !== undefined) return earlier;
  const fail = (detail: string): never => {
    throw new DrydockError(ERRORS.COMPILE_FAILED, { contract: what, version: compiler.version, detail });
  };
  const { longVersion, output } = await runSolc(compiler.path, input, options).catch((error: Error) =>
    fail(error.message),
  );
  const [first, ...others] = (output.errors ?? []).filter(({ severity }) => severity === "error").map(refusalOf);
  if (first !== undefined) return { refused: [first, ...others] };
  const compilation = { solcVersion: longVersion.replace(/\.Emscripten.*$/, ""), input, output };
  if (cached !== undefined) await writeCompilation(cached, compilation);
  return compilation;
}

function refusalOf({ formattedMessage, message, sourceLocation }: NonNullable<SolcOutput["errors"]>[number]): Refusal {
  // solc's own layout: the complaint, `--> file:line:column:`, then the source with a ruler.
  const [complaint = message, place] = (formattedMessage ?? message).trim().split("\n").map((line) => line.trim());
  const at = /^--> (.+?):?$/.exec(place ?? "")?.[1];
  const detail = complaint.replace(/\.$/, "") + (at === undefined ? "" : ` (${at})`);
  return sourceLocation?.file === undefined ? { detail } : { file: sourceLocation.file, detail };
}
