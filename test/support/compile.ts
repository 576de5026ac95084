import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { SolcInput, SolcOutput } from "../../src/core/solc.js";

const require = createRequire(import.meta.url);
const OUTPUT = { "*": { "*": ["abi", "storageLayout"], "": ["ast"] } };
const compilers = new Map<string, Compiler>();

interface Compiler {
  compile(input: string, callbacks: { import: (path: string) => { contents: string } | { error: string } }): string;
}

function compilerOf(version: string): Compiler {
  let compiler = compilers.get(version);
  if (compiler === undefined) {
    const wrap = require("solc-0.8.28/wrapper.js") as (module: unknown) => Compiler;
    compiler = wrap(require(`solc-${version}/soljson.js`));
    compilers.set(version, compiler);
  }
  return compiler;
}

/** The version that a source's pragma asks for, when it names one exactly; else 0.8.28. */
export function versionOf(content: string): string {
  const exact = /pragma solidity =?(\d+\.\d+\.\d+);/.exec(content)?.[1];
  return exact ?? "0.8.28";
}

/** Compiles sources in this process, AST and storage layout only; imports come from node_modules. */
export function compileSources(
  sources: Record<string, string>,
  version = versionOf(Object.values(sources).join("\n")),
): { input: SolcInput; output: SolcOutput } {
  const all: Record<string, { content: string }> = Object.fromEntries(
    Object.entries(sources).map(([file, content]) => [file, { content }]),
  );
  const settings = {
    ...(version.startsWith("0.8") ? { evmVersion: "cancun" } : {}),
    outputSelection: version.startsWith("0.4") ? { "*": { "*": ["abi"], "": ["ast"] } } : OUTPUT,
  };
  const read = (path: string): { contents: string } | { error: string } => {
    try {
      const contents = readFileSync(resolvePath(path), "utf8");
      all[path] = { content: contents };
      return { contents };
    } catch {
      return { error: `${path} is not there` };
    }
  };
  const input: SolcInput = { language: "Solidity", sources: { ...all }, settings };
  const output = JSON.parse(compilerOf(version).compile(JSON.stringify(input), { import: read })) as SolcOutput;
  return { input: { ...input, sources: all }, output };
}

function resolvePath(path: string): string {
  const [scope = "", name = ""] = path.split("/");
  const pkg = scope.startsWith("@") ? `${scope}/${name}` : scope;
  return join(dirname(require.resolve(`${pkg}/package.json`)), path.slice(pkg.length));
}

/** Throws the compiler's words when the sources don't build: a broken fixture must not look like a clean one. */
export function mustCompile(sources: Record<string, string>): { input: SolcInput; output: SolcOutput } {
  const compiled = compileSources(sources);
  const error = compiled.output.errors?.find(({ severity }) => severity === "error");
  if (error !== undefined) throw new Error(error.formattedMessage ?? error.message);
  return compiled;
}
