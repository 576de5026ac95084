import { createRequire } from "node:module";
import type { SolcInput, SolcOutput, SolcSettings } from "../../src/core/solc.js";

const require = createRequire(import.meta.url);
type Compiler = { compile(input: string): string; version(): string };
const compilers = new Map<string, Compiler>();

export const OUTPUT_SELECTION = {
  "*": {
    "*": ["abi", "storageLayout", "transientStorageLayout", "evm.bytecode", "evm.deployedBytecode", "evm.methodIdentifiers"],
    "": ["ast"],
  },
};

/** solc from npm, in this process: `0.8.28`, `0.8.37`, `0.7.6`, `0.6.12`. */
export function solc(version = "0.8.28"): Compiler {
  const known = compilers.get(version);
  if (known !== undefined) return known;
  const wrap = require(`solc-${version}/wrapper`) as (soljson: unknown) => Compiler;
  const made = wrap(require(`solc-${version}/soljson.js`));
  compilers.set(version, made);
  return made;
}

/** Compiles sources by name. Throws with the compiler's own words when one has an error. */
export function compileSources(
  sources: Record<string, string>,
  options: { version?: string; settings?: Partial<SolcSettings> } = {},
): { input: SolcInput; output: SolcOutput } {
  const version = options.version ?? "0.8.28";
  const minor = Number(version.split(".")[1]);
  const input: SolcInput = {
    language: "Solidity",
    sources: Object.fromEntries(Object.entries(sources).map(([name, content]) => [name, { content }])),
    settings: {
      ...(minor >= 8 ? { evmVersion: "cancun" } : {}),
      outputSelection: OUTPUT_SELECTION,
      ...options.settings,
    },
  };
  const output = JSON.parse(solc(version).compile(JSON.stringify(input))) as SolcOutput;
  const errors = (output.errors ?? []).filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Error(errors.map(({ formattedMessage, message }) => formattedMessage ?? message).join("\n"));
  return { input, output };
}

/** Compiles one source text as `C.sol`, with licence and pragma put in front. */
export function compileSource(source: string, version = "0.8.28"): { input: SolcInput; output: SolcOutput } {
  return compileSources({ "C.sol": `// SPDX-License-Identifier: MIT\npragma solidity ${version};\n${source}\n` }, { version });
}
