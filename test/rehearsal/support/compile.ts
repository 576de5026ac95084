import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "../../../src/build/compile.js";
import { locateCompiler } from "../../../src/build/locate-compiler.js";
import type { SolcContract, SolcInput } from "../../../src/core/solc.js";

const require = createRequire(import.meta.url);
const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const IMPORT = /^\s*import\s+(?:[^"']*\sfrom\s+)?["']([^"']+)["']/gm;

/** Every contract in `files` (paths from the repository's root, or npm paths) and in what they import. */
export async function compileFiles(files: readonly string[]): Promise<Record<string, SolcContract>> {
  const sources: SolcInput["sources"] = {};
  const add = (name: string): void => {
    if (name in sources) return;
    const path = name.startsWith("@") ? require.resolve(name) : join(ROOT, name);
    const content = readFileSync(path, "utf8");
    sources[name] = { content };
    for (const [, target] of content.matchAll(IMPORT)) {
      if (target !== undefined) add(target.startsWith(".") ? posix.join(dirname(name), target) : target);
    }
  };
  files.forEach(add);
  const input: SolcInput = {
    language: "Solidity",
    sources,
    settings: {
      evmVersion: "cancun",
      optimizer: { enabled: true, runs: 200 },
      outputSelection: { "*": { "*": ["abi", "storageLayout", "evm.bytecode.object", "evm.deployedBytecode"] } },
    },
  };
  const compiler = await locateCompiler("0.8.28", ROOT);
  if (compiler === undefined) throw new Error("solc 0.8.28 is not installed");
  const { output } = await compile(compiler, input, files.join(", "), { cacheFolder: join(tmpdir(), "drydock-test-solc") });
  return Object.assign({}, ...Object.values(output.contracts ?? {})) as Record<string, SolcContract>;
}
