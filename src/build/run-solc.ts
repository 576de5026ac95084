import { availableParallelism } from "node:os";
import type { SolcInput, SolcOutput } from "../core/solc.js";
import { startSolc, type SolcProcess } from "./solc-process.js";

export interface SolcLimits {
  /** Milliseconds; the process is killed afterwards. */
  timeoutMs: number;
  /** Bytes of the input as JSON. */
  maxInputBytes: number;
  /** MiB of the process's old generation; with the input's size it keeps a hostile input from taking the machine. */
  maxHeapMiB: number;
}

export const DEFAULT_LIMITS: SolcLimits = { timeoutMs: 300_000, maxInputBytes: 32 << 20, maxHeapMiB: 4096 };

export interface RunOptions {
  limits?: SolcLimits;
  /**
   * Whether the process may serve further inputs, of which each takes some two seconds of processor time less: for sources
   * of one's own. What others wrote is compiled in a process that has seen nothing else, and will see nothing else.
   */
  keepProcess?: boolean;
}

/** Compilers at a time: each takes a processor and some hundred megabytes. */
const MOST = Math.max(1, Math.min(2, availableParallelism()));
/** Milliseconds after which a process that has nothing to do is ended. */
const IDLE_MS = 8_000;
/** A compiler keeps the memory of its largest input: its process does not live for ever. */
const INPUTS_PER_PROCESS = 24;

/**
 * Compiles one standard-JSON input with the soljson at `compilerPath`, in another process. Two at a time; who comes later
 * waits.
 *
 * @returns the compiler's long version (`0.8.28+commit.7893614a.Emscripten.clang`) and its output, errors included.
 * @throws Error when the input is too large, names `urls`, or the process ends, is killed or prints no JSON.
 */
export async function runSolc(
  compilerPath: string,
  input: SolcInput,
  { limits = DEFAULT_LIMITS, keepProcess = false }: RunOptions = {},
): Promise<{ longVersion: string; output: SolcOutput }> {
  const text = JSON.stringify(input);
  if (Buffer.byteLength(text) > limits.maxInputBytes) {
    throw new Error(`the compiler input is larger than ${limits.maxInputBytes} bytes`);
  }
  for (const [name, source] of Object.entries(input.sources)) {
    if ("urls" in source || typeof source.content !== "string") {
      throw new Error(`the source ${name} is not given as content; sources by url are refused`);
    }
  }
  const printed = await inTurn(() => (keepProcess ? compileInKept : compileAlone)(compilerPath, text, limits));
  const lineEnd = printed.indexOf("\n");
  return { longVersion: printed.slice(0, lineEnd), output: JSON.parse(printed.slice(lineEnd + 1)) as SolcOutput };
}

let running = 0;
const queue: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= MOST) await new Promise<void>((resolve) => queue.push(resolve));
  else running++;
  try {
    return await work();
  } finally {
    // The turn goes to who waits longest; only without anybody it is given back.
    const next = queue.shift();
    if (next === undefined) running--;
    else next();
  }
}

async function compileAlone(compilerPath: string, text: string, { timeoutMs, maxHeapMiB }: SolcLimits): Promise<string> {
  const solc = startSolc(compilerPath, maxHeapMiB);
  try {
    return await solc.compile(text, timeoutMs);
  } finally {
    solc.end();
  }
}

interface Kept {
  solc: SolcProcess;
  /** What it was started for: compiler and memory. */
  kind: string;
  inputs: number;
  idle?: NodeJS.Timeout;
}

const kept: Kept[] = [];

async function compileInKept(compilerPath: string, text: string, { timeoutMs, maxHeapMiB }: SolcLimits): Promise<string> {
  const kind = `${maxHeapMiB} ${compilerPath}`;
  const found = kept.findIndex((entry) => entry.kind === kind && entry.solc.isAlive);
  const [entry = { solc: startSolc(compilerPath, maxHeapMiB), kind, inputs: 0 }] = found < 0 ? [] : kept.splice(found, 1);
  clearTimeout(entry.idle);
  const answer = await entry.solc.compile(text, timeoutMs);
  entry.inputs++;
  if (entry.inputs >= INPUTS_PER_PROCESS) entry.solc.end();
  else keep(entry);
  return answer;
}

function keep(entry: Kept): void {
  entry.idle = setTimeout(() => {
    kept.splice(kept.indexOf(entry), 1);
    entry.solc.end();
  }, IDLE_MS).unref();
  kept.push(entry);
}
