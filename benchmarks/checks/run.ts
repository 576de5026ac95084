import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ContractView } from "../../src/core/checks/ast/contract-view.js";
import { Program } from "../../src/core/checks/ast/program.js";
import { selectRules } from "../../src/core/checks/registry.js";
import { basesFirst, detect } from "../../src/core/checks/run.js";
import type { SolcInput, SolcOutput } from "../../src/core/solc.js";
import { runSolhint } from "../../src/stages/check-solhint.js";
import { compileCorpus } from "./corpus.js";
import { multiply } from "./copies.js";

/**
 * Drydock's own rules against solhint's recommended set, on the same files in the same process, at one, two and four times
 * the size of OpenZeppelin Contracts, and what solhint with Drydock's preset costs apart, in worker threads and from its
 * cache. The compile is left out on both sides: Hardhat has made the AST already, and solhint parses for itself, which is
 * part of its work. Writes RESULTS.md: `node --expose-gc --import tsx benchmarks/checks/run.ts` (`--own`: without solhint;
 * `--sizes=1`: these sizes only; both print and write nothing).
 */
const require = createRequire(import.meta.url);
const solhint = require("solhint") as { processStr(source: string, config: object, file: string): { reports: unknown[] } };
const RECOMMENDED = { extends: "solhint:recommended", rules: {} };

interface Timing {
  /** Wall clock and processor time of this process, seconds. */
  wall: number;
  cpu: number;
  heapMiB: number;
}

async function timed(run: () => unknown): Promise<Timing> {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const [start, used] = [performance.now(), process.cpuUsage()];
  const value = await run();
  const wall = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(used);
  globalThis.gc?.();
  // Read while `value` is alive: what the analysis keeps, without what was thrown away on the way.
  const heapMiB = value === undefined ? 0 : (process.memoryUsage().heapUsed - before) / 2 ** 20;
  return { wall, cpu: (user + system) / 1e6, heapMiB };
}

function own(input: SolcInput, output: SolcOutput) {
  const program = new Program(input, output);
  const contracts = basesFirst(program.contracts.map((definition) => new ContractView(program, definition)));
  return { program, contracts, found: detect(selectRules(), { contracts, implementations: new Set() }, []) };
}

/** As solhint's own command line does: one file after another. */
function recommended(sources: readonly { file: string; content: string }[]): number {
  return sources.reduce((count, { file, content }) => count + solhint.processStr(content, RECOMMENDED, file).reports.length, 0);
}

const ownOnly = process.argv.includes("--own");
const sizes = process.argv.find((argument) => argument.startsWith("--sizes="))?.slice("--sizes=".length).split(",").map(Number);
const corpus = await compileCorpus("@openzeppelin/contracts");
const ownRows: string[] = [];
const lintRows: string[] = [];
const load = loadavg()[0] ?? 0;
own(corpus.input, corpus.output);
for (const factor of sizes ?? [1, 2, 4]) {
  const { input, output } = multiply(corpus.input, corpus.output, factor);
  const sources = Object.entries(input.sources).map(([file, { content }]) => ({ file, content }));
  const ours = await timed(() => own(input, output));
  ownRows.push(`| ${factor}× | ${sources.length} | ${ours.wall.toFixed(2)} | ${ours.cpu.toFixed(2)} | ${ours.heapMiB.toFixed(0)} |`);
  if (ownOnly) continue;
  const theirs = await timed(() => recommended(sources));
  const cacheFolder = await mkdtemp(join(tmpdir(), "drydock-bench-"));
  const preset = await timed(() => runSolhint(sources, { cacheFolder }));
  const cached = await timed(() => runSolhint(sources, { cacheFolder }));
  await rm(cacheFolder, { recursive: true, force: true });
  const times = `${(theirs.wall / ours.wall).toFixed(1)} / ${(theirs.cpu / ours.cpu).toFixed(1)}`;
  lintRows.push(
    `| ${factor}× | ${sources.length} | ${theirs.wall.toFixed(1)} / ${theirs.cpu.toFixed(1)} | ${times} | ${preset.wall.toFixed(1)} / ${preset.cpu.toFixed(1)} | ${cached.wall.toFixed(2)} / ${cached.cpu.toFixed(2)} |`,
  );
}
const text = [
  "# Benchmark of the checks",
  "",
  `OpenZeppelin Contracts ${corpus.version}, ${cpus().length} cores of ${cpus()[0]?.model.trim() ?? "unknown"}, Node ${process.version}, load at the start ${load.toFixed(1)}.`,
  "Written by `node --expose-gc --import tsx benchmarks/checks/run.ts`, all in one run. The compile is left out. A first run of",
  "our rules warms the engine up and is not counted. Times are seconds of the wall clock and of the processor; on a machine",
  "that does other work, too, the processor's are the ones to compare. Memory is what is still held when the analysis is done.",
  "",
  "Our own rules:",
  "",
  "| size | files | wall, s | processor, s | memory kept, MiB |",
  "|---|---|---|---|---|",
  ...ownRows,
  "",
  ...(ownOnly
    ? []
    : [
        "solhint on the same files (wall / processor): its recommended set one file after another, as its command line does; and the",
        "six rules that `check` asks it for, in worker threads, then once more from the cache:",
        "",
        "| size | files | recommended, s | own rules are faster by | our preset, s | from the cache, s |",
        "|---|---|---|---|---|---|",
        ...lintRows,
        "",
        `Peak resident memory of the whole run, solhint included: ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB.`,
        "",
      ]),
].join("\n");
if (!ownOnly && sizes === undefined) await writeFile(fileURLToPath(new URL("RESULTS.md", import.meta.url)), text);
process.stdout.write(text);
