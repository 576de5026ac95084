import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { keccak256 } from "ethers";
import { matchRuntimeCode, type CodeMatch } from "../core/bytecode/match.js";
import { buildSchema, type BundleBuild } from "../core/schema/bundle.js";
import type { BuiltContract, SolcInput, SolcOutput } from "../core/solc.js";
import { readDocument } from "../files/read-document.js";
import { mayHoldCode, readCompilation } from "./compilation-cache.js";
import { compile, type Compilation } from "./compile.js";
import { contractOf } from "./init-code.js";
import { locateCompiler } from "./locate-compiler.js";
import type { Project } from "./project.js";

/** A build whose runtime code is the code that was asked for, metadata and immutables set aside. */
export interface LiveBuild {
  built: BuiltContract;
  match: CodeMatch;
  /** Where the build was found. */
  origin: "reference" | "cache" | "build-info" | "history";
}

/** What layouts, checks and reports read of each contract. */
const WHOLE_OUTPUT = ["abi", "storageLayout", "transientStorageLayout", "evm.bytecode", "evm.deployedBytecode", "evm.methodIdentifiers", "metadata"];

/** Folder below the project that keeps the sources of what was once executed, by code hash. */
export const HISTORY_FOLDER = "upgrades/history";

/**
 * Finds the build that live code comes from: the plan's reference, compilations and build-infos at hand, then
 * `upgrades/history/<codeHash>/`. A build counts only if its code matches; names and file dates count for nothing.
 *
 * @param reference builds the contract that the plan names, if it names one.
 * @returns undefined if nothing at hand matches; then what depends on the old source is not-run.
 */
export async function findLiveBuild(
  liveCode: string,
  project: Pick<Project, "root" | "cacheFolder" | "compilers"> & { artifactsFolder: string },
  reference?: () => Promise<BuiltContract>,
): Promise<LiveBuild | undefined> {
  if (reference !== undefined) {
    const built = await reference();
    const match = matchBuilt(liveCode, built);
    if (match.verdict === "match") return { built, match, origin: "reference" };
  }
  for (const compilation of await historyOf(keccak256(liveCode), project)) {
    const found = findIn(liveCode, compilation);
    if (found !== undefined) return { ...found, origin: "history" };
  }
  for await (const { compilation, origin } of compilationsAtHand(liveCode, project)) {
    const found = findIn(liveCode, compilation);
    if (found !== undefined) return { ...(await withAst(liveCode, found, project)), origin };
  }
  return undefined;
}

/**
 * A build-info that was written without AST says too little about storage: it is compiled again with what is missing. The
 * build as it was found, where no compiler of its version is here.
 */
async function withAst(liveCode: string, found: Omit<LiveBuild, "origin">, project: Pick<Project, "root" | "compilers" | "cacheFolder">): Promise<Omit<LiveBuild, "origin">> {
  const { input, output, solcVersion, file, name } = found.built;
  if (output.sources?.[file]?.ast !== undefined) return found;
  const compiler = await locateCompiler(solcVersion.split("+")[0] ?? "", project.root, project.compilers);
  if (compiler === undefined) return found;
  const whole: SolcInput = { ...input, settings: { ...input.settings, outputSelection: { "*": { "*": WHOLE_OUTPUT, "": ["ast"] } } } };
  return findIn(liveCode, await compile(compiler, whole, name, { cacheFolder: project.cacheFolder, keepProcess: true })) ?? found;
}

/** Compares one contract of a build with code on chain. */
export function matchBuilt(liveCode: string, built: BuiltContract): CodeMatch {
  const deployed = contractOf(built).evm?.deployedBytecode;
  return matchRuntimeCode(liveCode, {
    deployedBytecode: deployed?.object ?? "",
    ...(deployed?.immutableReferences === undefined ? {} : { immutableReferences: deployed.immutableReferences }),
    ...(deployed?.linkReferences === undefined ? {} : { linkReferences: deployed.linkReferences }),
  });
}

function findIn(liveCode: string, { solcVersion, input, output }: Compilation): Omit<LiveBuild, "origin"> | undefined {
  for (const [file, contracts] of Object.entries(output.contracts ?? {})) {
    for (const [name, contract] of Object.entries(contracts)) {
      if ((contract.evm?.deployedBytecode?.object ?? "") === "") continue;
      const built = { solcVersion, input, output, file, name };
      const match = matchBuilt(liveCode, built);
      if (match.verdict === "match") return { built, match };
    }
  }
  return undefined;
}

/** All build-infos, and of the cache what may hold the code. */
async function* compilationsAtHand(
  liveCode: string,
  project: { cacheFolder: string; artifactsFolder: string },
): AsyncGenerator<{ compilation: Compilation; origin: "cache" | "build-info" }> {
  for (const name of await jsonFiles(project.cacheFolder)) {
    const path = join(project.cacheFolder, name);
    const compilation = (await mayHoldCode(path, liveCode)) ? await readCompilation(path) : undefined;
    if (compilation !== undefined) yield { compilation, origin: "cache" };
  }
  const buildInfos = join(project.artifactsFolder, "build-info");
  for (const name of (await jsonFiles(buildInfos)).filter((file) => !file.endsWith(".output.json"))) {
    // Hardhat 3 writes the output beside the input, Hardhat 2 and Foundry write both into one file.
    const info = await parse<{ solcLongVersion?: string; input?: SolcInput; output?: SolcOutput }>(join(buildInfos, name));
    const output = info?.output ?? (await parse<{ output: SolcOutput }>(join(buildInfos, name.replace(/\.json$/, ".output.json"))))?.output;
    if (info?.input === undefined || output === undefined) continue;
    yield { compilation: { solcVersion: info.solcLongVersion ?? "", input: info.input, output: { ...output, sources: output.sources ?? {} } }, origin: "build-info" };
  }
}

async function historyOf(codeHash: string, project: Pick<Project, "root" | "compilers" | "cacheFolder">): Promise<Compilation[]> {
  const folder = join(project.root, HISTORY_FOLDER, codeHash);
  const compilations: Compilation[] = [];
  for (const name of await jsonFiles(folder)) {
    const build = await readDocument(join(folder, name), buildSchema, "build in the upgrade history");
    const compilation = await rebuild(build, project);
    if (compilation !== undefined) compilations.push(compilation);
  }
  return compilations;
}

/** Compiles a recorded build again; undefined if this machine has no compiler of its version. */
export async function rebuild(
  build: BundleBuild,
  { root, compilers, cacheFolder }: Pick<Project, "root" | "compilers"> & { cacheFolder?: string },
): Promise<Compilation | undefined> {
  const compiler = await locateCompiler(build.compiler.version, root, compilers);
  if (compiler === undefined) return undefined;
  return compile(compiler, build.input as SolcInput, build.contract.name, cacheFolder === undefined ? {} : { cacheFolder });
}

async function jsonFiles(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".json")).sort();
}

async function parse<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as T;
  } catch {
    return undefined; // a file that is being written, or none of ours
  }
}
