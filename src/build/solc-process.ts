import { spawn } from "node:child_process";
import type { SolcInput, SolcOutput } from "../core/solc.js";

/**
 * The whole program of the child process. It is handed over as text so that it runs the same from source, from the
 * published package and under any loader, and it reads nothing but the compiler's path and the input on stdin. No import
 * callback is given: a source that is not in the input is an error.
 */
const CHILD = `
const chunks = [];
process.stdin.on("data", (chunk) => chunks.push(chunk));
process.stdin.on("end", () => {
  const solc = require(process.argv[1]);
  const input = Buffer.concat(chunks).toString("utf8");
  const modern = "_solidity_compile" in solc;
  const compile = modern
    ? solc.cwrap("solidity_compile", "string", ["string", "number", "number"])
    : solc.cwrap("compileStandard", "string", ["string", "number"]);
  const version = solc.cwrap("_solidity_version" in solc ? "solidity_version" : "version", "string", [])();
  process.stdout.write(version + "\\n" + compile(input, 0, 0), () => process.exit(0));
});
`;

export interface SolcLimits {
  /** Milliseconds; the process is killed afterwards. */
  timeoutMs: number;
  /** Bytes of the input as JSON. */
  maxInputBytes: number;
  /** MiB of the process's old generation; with the input's size it keeps a hostile input from taking the machine. */
  maxHeapMiB: number;
}

export const DEFAULT_LIMITS: SolcLimits = { timeoutMs: 300_000, maxInputBytes: 32 << 20, maxHeapMiB: 4096 };

/**
 * Compiles one standard-JSON input with the soljson at `compilerPath`, in a process of its own.
 *
 * @returns the compiler's long version (`0.8.28+commit.7893614a.Emscripten.clang`) and its output, errors included.
 * @throws Error when the input is too large, names `urls`, or the process ends, is killed or prints no JSON.
 */
export async function runSolc(
  compilerPath: string,
  input: SolcInput,
  limits: SolcLimits = DEFAULT_LIMITS,
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
  const printed = await runChild(compilerPath, text, limits);
  const lineEnd = printed.indexOf("\n");
  return { longVersion: printed.slice(0, lineEnd), output: JSON.parse(printed.slice(lineEnd + 1)) as SolcOutput };
}

function runChild(compilerPath: string, text: string, limits: SolcLimits): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [`--max-old-space-size=${limits.maxHeapMiB}`, "-e", CHILD, compilerPath], {
      stdio: ["pipe", "pipe", "pipe"],
      env: { PATH: process.env.PATH },
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`the compiler did not finish within ${limits.timeoutMs / 1000} s`));
    }, limits.timeoutMs);
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.stdin.on("error", () => undefined); // the exit code tells
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(timer);
      if (code === 0) resolve(Buffer.concat(out).toString("utf8"));
      else {
        const words = Buffer.concat(err).toString("utf8").slice(0, 500);
        reject(new Error(`the compiler process ended with ${code}: ${words}`));
      }
    });
    child.stdin.end(text);
  });
}
