import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { reasonOf } from "../errors/drydock-error.js";

export interface LintedFile {
  file: string;
  /** What solhint reports; without `ruleId` it is an error of its parser. */
  reports: { line: number; column: number; message: string; ruleId?: string }[];
  /** Why the file could not be linted. */
  reason?: string;
}

export interface Source {
  file: string;
  content: string;
}

interface Solhint {
  processStr(source: string, config: object, file: string): { reports: LintedFile["reports"] };
}

/** Below this many characters a worker takes longer to start than to read them. */
const WORTH_A_WORKER = 16_384;
/** What one worker reads before a second is worth it: each learns the grammar anew. */
const SHARE = 131_072;

/** Plain JavaScript, so that it runs in a worker whichever way this program was started. */
const WORKER = `
const { parentPort, workerData } = require("node:worker_threads");
const solhint = require("node:module").createRequire(workerData.from)("solhint");
for (const { file, content } of workerData.sources) {
  let linted;
  try {
    const { reports } = solhint.processStr(content, workerData.config, file);
    linted = { reports: reports.map(({ line, column, message, ruleId }) => ({ line, column, message, ruleId })) };
  } catch (error) {
    linted = { reports: [], reason: String((error && error.message) || error) };
  }
  parentPort.postMessage({ file, ...linted });
}
`;

/**
 * Lints each source; where they are long in worker threads, at most one per core, which are started before this returns. A
 * worker that breaks off leaves its files with a reason.
 */
export async function lint(sources: readonly Source[], config: object): Promise<LintedFile[]> {
  if (sources.length === 0) return [];
  const length = sources.reduce((sum, { content }) => sum + content.length, 0);
  if (length < WORTH_A_WORKER) return lintHere(sources, config);
  const threads = Math.min(availableParallelism(), sources.length, Math.ceil(length / SHARE));
  const shares: Source[][] = Array.from({ length: threads }, () => []);
  // The largest first, in turn, so that the shares take about the same time.
  const bySize = [...sources].sort((a, b) => b.content.length - a.content.length);
  bySize.forEach((source, index) => shares[index % threads]?.push(source));
  return (await Promise.all(shares.map((share) => lintInWorker(share, config)))).flat();
}

function lintHere(sources: readonly Source[], config: object): LintedFile[] {
  const solhint = createRequire(import.meta.url)("solhint") as Solhint;
  return sources.map(({ file, content }) => {
    try {
      return { file, reports: solhint.processStr(content, config, file).reports };
    } catch (error) {
      return { file, reports: [], reason: reasonOf(error) };
    }
  });
}

function lintInWorker(sources: readonly Source[], config: object): Promise<LintedFile[]> {
  return new Promise((resolve) => {
    const done = new Map<string, LintedFile>();
    let reason = "its worker ended before it was linted";
    const worker = new Worker(WORKER, { eval: true, execArgv: [], workerData: { sources, config, from: import.meta.url } });
    worker.on("message", (linted: LintedFile) => done.set(linted.file, linted));
    worker.on("error", (error) => {
      reason = reasonOf(error);
    });
    worker.on("exit", () => resolve(sources.map(({ file }) => done.get(file) ?? { file, reports: [], reason })));
  });
}
