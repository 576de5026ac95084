import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { runSolc } from "../../src/build/run-solc.js";
import type { SolcInput, SolcOutput } from "../../src/core/solc.js";

const require = createRequire(import.meta.url);

/** The Solidity files of an installed package by their import name, compiled in one job; those that don't build apart. */
export interface Corpus {
  name: string;
  version: string;
  input: SolcInput;
  output: SolcOutput;
  files: string[];
  unbuilt: { file: string; content: string; reason: string }[];
}

export function readPackage(name: string, folder = ""): { version: string; sources: Record<string, string> } {
  const manifest = require.resolve(`${name}/package.json`);
  const root = dirname(manifest);
  const paths = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".sol"));
  const sources = Object.fromEntries(
    paths.sort().map((path) => {
      const full = join(root, folder, path);
      return [`${name}/${relative(root, full)}`, readFileSync(full, "utf8")];
    }),
  );
  return { version: (require(manifest) as { version: string }).version, sources };
}

/** Leaves out what this compiler refuses (another version, a missing dependency) until the rest builds. */
export async function compileCorpus(name: string, folder = "", dependency?: string): Promise<Corpus> {
  const { version, sources } = readPackage(name, folder);
  const others = dependency === undefined ? {} : readPackage(dependency).sources;
  const left = { ...sources };
  const unbuilt: Corpus["unbuilt"] = [];
  for (;;) {
    const all = Object.entries({ ...others, ...left }).map(([file, content]) => [file, { content }] as const);
    const settings = { evmVersion: "cancun", outputSelection: { "*": { "": ["ast"] } } };
    const input: SolcInput = { language: "Solidity", sources: Object.fromEntries(all), settings };
    const { output } = await runSolc(require.resolve("solc-0.8.37/soljson.js"), input);
    const errors = (output.errors ?? []).filter(({ severity }) => severity === "error");
    if (errors.length === 0) return { name, version, input, output, files: Object.keys(left), unbuilt };
    const culprits = new Set(errors.flatMap(({ sourceLocation }) => sourceLocation?.file ?? []));
    const dropped = [...culprits].filter((file) => left[file] !== undefined);
    if (dropped.length === 0) throw new Error(errors[0]?.formattedMessage ?? "nothing builds");
    for (const file of dropped) {
      const reason = errors.find(({ sourceLocation }) => sourceLocation?.file === file)?.message ?? "does not build";
      unbuilt.push({ file, content: left[file] ?? "", reason });
      delete left[file];
    }
  }
}
