import { readFile } from "node:fs/promises";
import { isAbsolute, join, relative } from "node:path";
import type { SolidityBuildSystem } from "hardhat/types/solidity";
import type { BuiltContract, SolcInput } from "../core/solc.js";
import { DrydockError, ERRORS } from "../errors/drydock-error.js";
import { compile } from "./compile.js";
import { locateCompiler } from "./locate-compiler.js";
import { planJobs } from "./npm-compilers.js";

/** What of a Hardhat project is needed to build one of its contracts for a chain. */
export interface Project {
  /** Absolute path of the project. */
  root: string;
  solidity: SolidityBuildSystem;
  /** Build profile whose settings make what goes on chain. */
  profile: string;
  /** Compilers of that profile, as the Hardhat config names them. */
  compilers: readonly { version: string; path?: string }[];
  /** Folder that keeps finished compilations. */
  cacheFolder: string;
}

/** What Drydock reads of a compilation; bytecode only for the contract's own file, which is most of the time saved. */
const EVERY_FILE = ["abi", "storageLayout", "transientStorageLayout"];
const OWN_FILE = [...EVERY_FILE, "evm.bytecode", "evm.deployedBytecode", "evm.methodIdentifiers", "metadata"];

/**
 * Builds one contract from one compiler job over its import closure, with the settings of the project's profile.
 *
 * @param contract a name, or `path/File.sol:Name`, also of a dependency (`@openzeppelin/contracts/…/File.sol:Name`).
 * @throws DrydockError CONTRACT_NOT_FOUND, CONTRACT_AMBIGUOUS, COMPILE_FAILED, COMPILER_UNAVAILABLE.
 */
export async function buildContract(project: Project, contract: string): Promise<BuiltContract> {
  const { rootFile, name } = await locateContract(project, contract);
  const options = { buildProfile: project.profile, isolated: true, force: true, quiet: true };
  const jobs = await planJobs(() => project.solidity.getCompilationJobs([rootFile], options));
  if (!jobs.success) {
    throw new DrydockError(ERRORS.COMPILE_FAILED, { contract, version: "", detail: jobs.formattedReason });
  }
  const job = jobs.indexedIndividualJobs.get(rootFile) ?? jobs.compilationJobsPerFile.get(rootFile);
  const resolved = job === undefined ? undefined : [...job.dependencyGraph.getRoots().values()][0];
  if (job === undefined || resolved === undefined) throw notFound(contract, "");
  const file = resolved.inputSourceName;
  const plain = (await job.getSolcInput()) as SolcInput;
  const input: SolcInput = {
    ...plain,
    settings: {
      ...plain.settings,
      outputSelection: { "*": { "*": EVERY_FILE, "": ["ast"] }, [file]: { "*": OWN_FILE } },
    },
  };
  const version = job.solcConfig.version;
  const compiler = await locateCompiler(version, project.root, project.compilers);
  if (compiler === undefined) throw new DrydockError(ERRORS.COMPILER_UNAVAILABLE, { version });
  const compilation = await compile(compiler, input, contract, { cacheFolder: project.cacheFolder, keepProcess: true });
  if (compilation.output.contracts?.[file]?.[name] === undefined) throw notFound(contract, ` (it is not in ${file})`);
  return { ...compilation, file, name };
}

async function locateContract(project: Project, contract: string): Promise<{ rootFile: string; name: string }> {
  const colon = contract.lastIndexOf(":");
  if (colon > 0) {
    const path = contract.slice(0, colon);
    const isDependency = path.startsWith("npm:") || (!path.startsWith(".") && !(await exists(join(project.root, path))));
    const rootFile = isDependency ? (path.startsWith("npm:") ? path : `npm:${path}`) : join(project.root, path);
    return { rootFile, name: contract.slice(colon + 1) };
  }
  const declares = new RegExp(String.raw`^\s*(?:abstract\s+)?(?:contract|library)\s+${escape(contract)}\b`, "m");
  const files = (await project.solidity.getRootFilePaths()).filter(isAbsolute);
  const hits: string[] = [];
  for (const file of files) {
    if (declares.test(withoutComments(await readFile(file, "utf8")))) hits.push(file);
  }
  const [only] = hits;
  if (only === undefined) throw notFound(contract, hint(project, files, contract));
  if (hits.length > 1) {
    const candidates = hits.map((file) => `${relative(project.root, file)}:${contract}`).join(", ");
    throw new DrydockError(ERRORS.CONTRACT_AMBIGUOUS, { contract, candidates });
  }
  return { rootFile: only, name: contract };
}

function notFound(contract: string, hint: string): DrydockError {
  return new DrydockError(ERRORS.CONTRACT_NOT_FOUND, { contract, hint });
}

/** A file whose name differs from the contract's by letter case or a few letters is the likeliest slip. */
function hint(project: Project, files: readonly string[], contract: string): string {
  const wanted = contract.toLowerCase();
  const near = files.filter((file) => {
    const name = (file.split("/").pop() ?? "").replace(/\.sol$/, "").toLowerCase();
    return name === wanted || name.startsWith(wanted.slice(0, 6)) || wanted.startsWith(name);
  });
  return near.length === 0 ? "" : `; near: ${near.slice(0, 5).map((file) => relative(project.root, file)).join(", ")}`;
}

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/\/\/.*$/gm, "");
}

function escape(name: string): string {
  return name.replace(/[^\w$]/g, "").replace(/\$/g, "\\$");
}

async function exists(path: string): Promise<boolean> {
  return (await readFile(path).catch(() => undefined)) !== undefined;
}
