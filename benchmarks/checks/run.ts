import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { ContractView } from "../../src/core/checks/ast/contract-view.js";
import { Program } from "../../src/core/checks/ast/program.js";
import { selectRules } from "../../src/core/checks/registry.js";
import { basesFirst, detect } from "../../src/core/checks/run.js";
import { runSolhint } from "../../src/stages/check-solhint.js";
import { compileCorpus } from "./corpus.js";
import { multiply } from "./copies.js";

/**
 * Drydock's own rules against solhint's recommended set, on the same files in the same process, at one, two and four
 * times the size of OpenZeppelin Contracts (`--own`: without solhint). The compile is left out on both sides: Hardhat has made the AST already, and
 * solhint parses for itself, which is part of its work. `node --expose-gc --import tsx benchmarks/checks/run.ts`.
 */
const require = createRequire(import.meta.url);
const solhint = require("solhint") as { processStr(source: string, config: object, file: string): { reports: unknown[] } };

function timed<T>(run: () => T): { seconds: number; heapMiB: number; value: T } {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  // Processor time of this process: the wall clock would measure the machine's other work too.
  const start = process.cpuUsage();
  const value = run();
  const { user, system } = process.cpuUsage(start);
  const seconds = (user + system) / 1e6;
  return { seconds, heapMiB: (process.memoryUsage().heapUsed - before) / 2 ** 20, value };
}

function own(input: Parameters<typeof multiply>[0], output: Parameters<typeof multiply>[1]): number {
  const program = new Program(input, output);
  const contracts = basesFirst(program.contracts.map((definition) => new ContractView(program, definition)));
  return detect(selectRules(), { contracts, implementations: new Set() }, []).findings.length;
}

const ownOnly = process.argv.includes("--own");
const corpus = await compileCorpus("@openzeppelin/contracts");
const rows: string[] = [];
for (const factor of [1, 2, 4]) {
  const { input, output } = multiply(corpus.input, corpus.output, factor);
  const sources = Object.entries(input.sources);
  if (factor === 1) own(input, output);
  const ours = timed(() => own(input, output));
  const theirs = timed(() =>
    (ownOnly ? [] : sources).reduce((count, [file, { content }]) => count + solhint.processStr(content, { extends: "solhint:recommended", rules: {} }, file).reports.length, 0),
  );
  const preset = timed(() => runSolhint((ownOnly ? [] : sources).map(([file, { content }]) => ({ file, content }))).reports.length);
  rows.push(
    `| ${factor}× | ${sources.length} | ${ours.seconds.toFixed(2)} | ${ours.heapMiB.toFixed(0)} | ${theirs.seconds.toFixed(2)} | ${(theirs.seconds / ours.seconds).toFixed(1)} | ${preset.seconds.toFixed(2)} |`,
  );
}
const text = [
  "# Benchmark of the checks",
  "",
  `OpenZeppelin Contracts ${corpus.version}, ${cpus().length} cores of ${cpus()[0]?.model.trim() ?? "unknown"}, Node ${process.version}. One run:`,
  "`node --expose-gc --import tsx benchmarks/checks/run.ts`. The first run of our rules is not counted (it warms the engine up); nor is the compile.",
  "",
  "| size | files | own rules, s | heap kept, MiB | solhint recommended, s | times faster | solhint with our preset, s |",
  "|---|---|---|---|---|---|---|",
  ...rows,
  "",
].join("\n");
if (!ownOnly) writeFileSync(fileURLToPath(new URL("RESULTS.md", import.meta.url)), text);
process.stdout.write(text);
