import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import type { CompilationJob } from "hardhat/types/solidity";
import type { SolcInput } from "../core/solc.js";
import { DrydockError, ERRORS } from "../errors/drydock-error.js";
import { tryCompile, type Compilation, type Refusal } from "./compile.js";
import { locateCompiler } from "./locate-compiler.js";
import { planJobs } from "./npm-compilers.js";
import type { Project } from "./project.js";

const OUTPUT = { "*": { "*": ["abi", "storageLayout", "transientStorageLayout"], "": ["ast"] } };

/** A source that can't be built here, and why. */
export interface UnbuiltSource {
  /** Relative to the project. */
  file: string;
  content: string;
  reason: string;
}

/**
 * Compiles the project's sources at `files` (absolute paths) for analysis: AST, ABI and storage layouts, no bytecode. What
 * can't be built, because no configured compiler is installed or the compiler refuses it, is left out with the reason; the
 * others are built without it.
 *
 * @throws DrydockError COMPILE_FAILED if a compiler refuses something and nothing else can be built.
 */
export async function buildSources(project: Project, files: readonly string[]): Promise<{ builds: Compilation[]; unbuilt: UnbuiltSource[] }> {
  const unbuilt: UnbuiltSource[] = [];
  const leaveOut = async (file: string, reason: string) => {
    unbuilt.push({ file: relative(project.root, file), content: await readFile(file, "utf8"), reason });
  };
  const builds: Compilation[] = [];
  let left = [...files];
  let refused: DrydockError | undefined;
  while (left.length > 0) {
    const jobs = await jobsFor(project, left, false);
    if (!jobs.success) {
      const { rootFilePath, formattedReason } = jobs;
      if (!left.includes(rootFilePath)) throw new DrydockError(ERRORS.COMPILE_FAILED, { contract: rootFilePath, version: "", detail: formattedReason });
      await leaveOut(rootFilePath, formattedReason);
      left = left.filter((file) => file !== rootFilePath);
      continue;
    }
    const outcomes = [];
    for (const job of new Set(jobs.compilationJobsPerFile.values())) outcomes.push(await outcomeOf(project, job));
    const again: string[] = [];
    for (const { roots, version, compilation, missing, refusals = [] } of outcomes) {
      if (compilation !== undefined) builds.push(compilation);
      if (missing !== undefined) for (const root of roots) await leaveOut(root, missing);
      const [first] = refusals;
      if (first === undefined) continue;
      const contract = first.file?.replace(/^project\//, "") ?? "the project";
      refused ??= new DrydockError(ERRORS.COMPILE_FAILED, { contract, version, detail: first.detail });
      const affected = await affectedBy(project, roots, refusals);
      for (const [root, reason] of affected) await leaveOut(root, reason);
      again.push(...roots.filter((root) => !affected.has(root)));
    }
    left = again;
  }
  if (builds.length === 0 && refused !== undefined) throw refused;
  return { builds, unbuilt };
}

interface Outcome {
  /** Absolute paths. */
  roots: string[];
  version: string;
  compilation?: Compilation;
  /** Why there is no compiler for it. */
  missing?: string;
  refusals?: readonly Refusal[];
}

async function outcomeOf(project: Project, job: CompilationJob): Promise<Outcome> {
  const names = [...job.dependencyGraph.getRoots().keys()];
  const roots = names.map((name) => join(project.root, name));
  const { version } = job.solcConfig;
  const compiler = await locateCompiler(version, project.root, project.compilers);
  if (compiler === undefined) return { roots, version, missing: new DrydockError(ERRORS.COMPILER_UNAVAILABLE, { version }).what };
  const plain = (await job.getSolcInput()) as SolcInput;
  const input = { ...plain, settings: { ...plain.settings, outputSelection: OUTPUT } };
  const result = await tryCompile(compiler, input, names.slice(0, 3).join(", "), { cacheFolder: project.cacheFolder, keepProcess: true });
  return "output" in result ? { roots, version, compilation: result } : { roots, version, refusals: result.refused };
}

/** The roots that are, or import, a file which the compiler refuses; all of them if it names none. */
async function affectedBy(project: Project, roots: readonly string[], refusals: readonly Refusal[]): Promise<Map<string, string>> {
  const affected = new Map<string, string>();
  const [first] = refusals;
  const jobs = await jobsFor(project, roots, true);
  for (const root of roots) {
    const job = jobs.success ? jobs.compilationJobsPerFile.get(root) : undefined;
    const sources = job === undefined ? {} : ((await job.getSolcInput()) as SolcInput).sources;
    const own = refusals.find(({ file }) => file !== undefined && file in sources);
    if (own !== undefined) affected.set(root, own.detail);
  }
  if (affected.size === 0 && first !== undefined) for (const root of roots) affected.set(root, first.detail);
  return affected;
}

function jobsFor(project: Project, roots: readonly string[], isolated: boolean) {
  const options = { buildProfile: project.profile, isolated, force: true, quiet: true };
  return planJobs(() => project.solidity.getCompilationJobs([...roots], options));
}
