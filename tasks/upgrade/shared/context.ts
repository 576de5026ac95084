import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { HttpNetworkConfig } from "hardhat/types/config";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { compile } from "../../../src/build/compile.js";
import { locateCompiler } from "../../../src/build/locate-compiler.js";
import { findLiveBuild, type LiveBuild } from "../../../src/build/live-build.js";
import { useNpmCompilers } from "../../../src/build/npm-compilers.js";
import { buildContract, type Project } from "../../../src/build/project.js";
import type { ChainPort } from "../../../src/chain/port.js";
import { httpChain } from "../../../src/chain/rpc/http-chain.js";
import type { VerifiedHttpChain } from "../../../src/chain/verified/verified-chain.js";
import { blockNumber, chainId } from "../../../src/chain/reads.js";
import { parseBaseline } from "../../../src/core/checks/baseline.js";
import type { Baseline } from "../../../src/core/schema/check-baseline.js";
import type { BuiltContract, SolcInput, SolcOutput } from "../../../src/core/solc.js";
import { DrydockError, ERRORS } from "../../../src/errors/drydock-error.js";
import { checkGenesis, readNameBook, type NameBook } from "../../../src/stages/names.js";
import { resolvePlan, type ResolvedPlan } from "../../../src/stages/resolve.js";
import type { LoadedPlan } from "./load-plan.js";

/** The network that `--network` chose, over HTTP, with the names of its chain. */
export interface OpenNetwork {
  name: string;
  urls: string[];
  /** `l1`, `op` or `generic`. */
  chainType: string;
  chain: ChainPort;
  chainId: bigint;
  names: NameBook;
}

/** The network that `--network` names. @throws DrydockError NETWORK_NOT_HTTP. */
export function httpNetworkOf(hre: HardhatRuntimeEnvironment): { name: string; config: HttpNetworkConfig } {
  const name = hre.globalOptions.network ?? "default";
  const config = hre.config.networks[name];
  if (config?.type === "http") return { name, config };
  const others = Object.entries(hre.config.networks).filter(([, { type }]) => type === "http");
  const known = others.length === 0 ? "the Hardhat config has none" : `the Hardhat config has ${others.map(([other]) => other).join(", ")}`;
  throw new DrydockError(ERRORS.NETWORK_NOT_HTTP, { network: name, known });
}

/** @throws DrydockError NETWORK_NOT_HTTP, RPC_DOWN, GENESIS_MISMATCH. */
export async function openNetwork(hre: HardhatRuntimeEnvironment): Promise<OpenNetwork> {
  const { name, config } = httpNetworkOf(hre);
  const further = hre.config.drydock.endpoints[name] ?? [];
  const urls = await Promise.all([config.url, ...further].map((url) => url.getUrl()));
  const chain = httpChain({ urls, network: name, ...hre.config.drydock.rpc });
  const id = await chainId(chain);
  const { names, deployments } = await readNameBook(hre.config.paths.root, id);
  await checkGenesis(chain, deployments);
  return { name, urls, chainType: config.chainType ?? "generic", chain, chainId: id, names };
}

/**
 * The network read through several endpoints, none of which is believed: undefined where only one is configured. Stands on
 * the newest block that all of them have finalized.
 *
 * @throws DrydockError NO_QUORUM, HEADER_NOT_KNOWN, ENDPOINTS_DISAGREE.
 */
export async function openVerified(hre: HardhatRuntimeEnvironment, { urls, name }: OpenNetwork): Promise<VerifiedHttpChain | undefined> {
  if (urls.length < 2) return undefined;
  const { verifiedHttpChain } = await import("../../../src/chain/verified/verified-chain.js");
  return verifiedHttpChain({ urls, network: name, ...hre.config.drydock.rpc });
}

/** Resolves a loaded plan at the network's head. */
export async function resolveAtHead(
  hre: HardhatRuntimeEnvironment,
  network: OpenNetwork,
  plan: LoadedPlan,
): Promise<ResolvedPlan> {
  return resolveAt(hre, network, plan, await blockNumber(network.chain));
}

/** Resolves a loaded plan at `block`. */
export function resolveAt(
  hre: HardhatRuntimeEnvironment,
  network: Pick<OpenNetwork, "chain" | "name" | "names">,
  plan: LoadedPlan,
  block: bigint,
): Promise<ResolvedPlan> {
  const build = builder(hre);
  return resolvePlan(plan.definition, {
    chain: network.chain,
    network: network.name,
    block,
    names: network.names,
    build,
    findLive: liveBuildFinder(hre, build),
  });
}

/** Finds the builds that live code comes from, among what this project has at hand. */
export function liveBuildFinder(
  hre: HardhatRuntimeEnvironment,
  build: (contract: string) => Promise<BuiltContract>,
): (liveCode: string, reference: string | undefined) => Promise<LiveBuild | undefined> {
  const project = { ...projectOf(hre), artifactsFolder: hre.config.paths.artifacts };
  return (liveCode, reference) =>
    findLiveBuild(liveCode, project, reference === undefined ? undefined : () => build(reference));
}

/** The Hardhat project as the build room needs it; from here on Hardhat downloads no compiler. */
export function projectOf(hre: HardhatRuntimeEnvironment): Project {
  useNpmCompilers(hre);
  const profile = hre.config.drydock.buildProfile;
  const compilers = (hre.config.solidity.profiles[profile]?.compilers ?? []).map(({ version, path }) => ({
    version,
    ...(path === undefined ? {} : { path }),
  }));
  return {
    root: hre.config.paths.root,
    solidity: hre.solidity,
    profile,
    compilers,
    cacheFolder: join(hre.config.paths.cache, "drydock", "solc"),
  };
}

/** Where solhint's answers about sources are kept. */
export function lintCacheOf({ config }: HardhatRuntimeEnvironment): string {
  return join(config.paths.cache, "drydock", "solhint");
}

/** Builds contracts of the project, each once. */
export function builder(hre: HardhatRuntimeEnvironment): (contract: string) => Promise<BuiltContract> {
  const project = projectOf(hre);
  const built = new Map<string, Promise<BuiltContract>>();
  return (contract) => {
    const known = built.get(contract) ?? buildContract(project, contract);
    built.set(contract, known);
    return known;
  };
}

/** Compiles once more for upgrades-core's second opinion, with the compiler that made the first compilation. */
export function namespacedCompiler(hre: HardhatRuntimeEnvironment): (solcVersion: string, input: SolcInput) => Promise<SolcOutput> {
  const { root, compilers, cacheFolder } = projectOf(hre);
  return async (solcVersion, input) => {
    const version = solcVersion.split("+")[0] ?? "";
    const compiler = await locateCompiler(version, root, compilers);
    if (compiler === undefined) throw new DrydockError(ERRORS.COMPILER_UNAVAILABLE, { version });
    return (await compile(compiler, input, "upgrades-core's namespaced sources", { cacheFolder, keepProcess: true })).output;
  };
}

/** The baseline of accepted findings; without the file there is none. @throws DrydockError BASELINE_MALFORMED. */
export async function readBaseline(path: string): Promise<Baseline | undefined> {
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  return exists ? parseBaseline(path, await readFile(path, "utf8")) : undefined;
}
