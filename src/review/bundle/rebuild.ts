import { join } from "node:path";
import { concat, getCreate2Address, keccak256 } from "ethers";
import { compile } from "../../build/compile.js";
import { contractOf, SINGLETON_FACTORY } from "../../build/init-code.js";
import { locateCompiler } from "../../build/locate-compiler.js";
import { aboutBuild } from "./finding.js";
import type { Finding, NotRun } from "../../core/finding.js";
import type { BundleBuild } from "../../core/schema/bundle.js";
import type { BuiltContract, SolcInput } from "../../core/solc.js";
import { DrydockError, ERRORS } from "../../errors/drydock-error.js";
import type { ReviewContext } from "./context.js";

/** A build of the bundle, compiled again from its sources by the signer's own compiler. */
export interface Rebuilt {
  build: BundleBuild;
  built: BuiltContract;
  initCode: string;
  /** The CREATE2 address that this init code goes to. */
  address: string;
  initCodeHash: string;
}

export interface RebuildResult {
  rebuilt: Rebuilt[];
  findings: Finding[];
  notRun: NotRun[];
}

/** Settings that change code. Any other name is refused: it could ask the compiler for something else. */
const SETTINGS: ReadonlySet<string> = new Set([
  "optimizer",
  "viaIR",
  "evmVersion",
  "remappings",
  "metadata",
  "libraries",
  "debug",
  "outputSelection",
]);
const OUTPUT = {
  "*": { "*": ["abi", "evm.bytecode", "evm.deployedBytecode", "evm.methodIdentifiers", "storageLayout"], "": ["ast"] },
};

/**
 * Compiles every build of the bundle with the compiler of the signer's install, whose hash the tool's own table must
 * know. What can't be compiled is never believed.
 */
export async function rebuildSources(context: ReviewContext): Promise<RebuildResult> {
  const result: RebuildResult = { rebuilt: [], findings: [], notRun: [] };
  const queue = [...context.bundle.builds];
  const outcomes = new Map<BundleBuild, Rebuilt | Finding | NotRun>();
  const work = async (): Promise<void> => {
    for (let build = queue.shift(); build; build = queue.shift()) outcomes.set(build, await rebuildOrTell(context, build));
  };
  // Two compilers at a time: each takes a processor and hundreds of megabytes.
  await Promise.all([work(), work()]);
  for (const build of context.bundle.builds) {
    const outcome = outcomes.get(build);
    if (!outcome) continue;
    if ("rule" in outcome) result.findings.push(outcome);
    else if ("check" in outcome) result.notRun.push(outcome);
    else result.rebuilt.push(outcome);
  }
  return result;
}

async function rebuildOrTell(context: ReviewContext, build: BundleBuild): Promise<Rebuilt | Finding | NotRun> {
  try {
    return await rebuild(context, build);
  } catch (error) {
    if (!DrydockError.is(error, ERRORS.COMPILE_FAILED)) throw error;
    return aboutBuild(build, "source-does-not-compile", "the bundle's source does not compile", error.what);
  }
}

async function rebuild(context: ReviewContext, build: BundleBuild): Promise<Rebuilt | Finding | NotRun> {
  const { version } = build.compiler;
  const odd = Object.keys(build.input.settings).filter((name) => !SETTINGS.has(name));
  if (odd.length > 0)
    return aboutBuild(
      build,
      "compiler-settings",
      "the bundle asks the compiler for more than code",
      `unknown settings: ${odd.join(", ")}`,
    );
  const compiler = await locateCompiler(version, context.root, context.compilers);
  const check = `source of ${build.contract.name}`;
  if (!compiler)
    return {
      check,
      reason: `solc ${version} is not installed here: npm install --save-exact --save-dev solc-${version}@npm:solc@${version}`,
    };
  if (compiler.origin !== "official")
    return {
      check,
      reason: `the soljson of solc ${version} here is not one that this tool knows (${compiler.origin})`,
    };
  const input: SolcInput = { ...build.input, settings: { ...build.input.settings, outputSelection: OUTPUT } };
  const what = `${build.contract.file}:${build.contract.name}`;
  const { solcVersion, output } = await compile(
    compiler,
    input,
    what,
    context.cacheFolder === undefined ? {} : { cacheFolder: join(context.cacheFolder, "solc") },
  );
  const built: BuiltContract = { solcVersion, input, output, file: build.contract.file, name: build.contract.name };
  const code = output.contracts?.[built.file]?.[built.name] && contractOf(built).evm?.bytecode?.object;
  if (!code || code.includes("__$"))
    return aboutBuild(build, "no-such-contract", "the bundle's source has no such contract with code of its own", what);
  const initCode = concat([`0x${code}`, build.constructorArguments]);
  const initCodeHash = keccak256(initCode);
  return {
    build,
    built,
    initCode,
    initCodeHash,
    address: getCreate2Address(SINGLETON_FACTORY, build.salt, initCodeHash),
  };
}
