import { spawn } from "node:child_process";
import type { Socket } from "node:net";

/**
 * The whole program of the child process. It is handed over as text so that it runs the same from source, from the
 * published package and under any loader, and it reads nothing but the compiler's path and, on stdin, the inputs: each a
 * line with its length in bytes, then the bytes; answered in the same form, the compiler's long version on a line ahead of
 * its output. No import callback is given: a source that is not in the input is an error.
 */
const CHILD = `
const solc = require(process.argv[1]);
const modern = "_solidity_compile" in solc;
const compile = modern
  ? solc.cwrap("solidity_compile", "string", ["string", "number", "number"])
  : solc.cwrap("compileStandard", "string", ["string", "number"]);
const version = solc.cwrap("_solidity_version" in solc ? "solidity_version" : "version", "string", [])();
let chunks = [], held = 0, wanted;
const keep = (rest) => { chunks = [rest]; held = rest.length; };
process.stdin.on("data", (chunk) => {
  chunks.push(chunk);
  held += chunk.length;
  for (;;) {
    if (wanted === undefined) {
      const all = Buffer.concat(chunks);
      const end = all.indexOf(10);
      if (end < 0) return keep(all);
      wanted = Number(all.toString("latin1", 0, end));
      keep(all.subarray(end + 1));
    }
    if (held < wanted) return;
    const all = Buffer.concat(chunks);
    const answer = Buffer.from(version + "\\n" + compile(all.toString("utf8", 0, wanted), 0, 0));
    keep(all.subarray(wanted));
    wanted = undefined;
    process.stdout.write(answer.length + "\\n");
    process.stdout.write(answer);
  }
});
process.stdin.on("end", () => process.stdout.write("", () => process.exit(0)));
`;

/** A process that compiles one standard-JSON input after the other with the same soljson. */
export interface SolcProcess {
  /**
   * Compiles one input; the next one only after this is settled.
   *
   * @param text the input as JSON.
   * @returns the compiler's long version, a line end, and its output as JSON.
   * @throws Error when the process ends, or is killed because `timeoutMs` have passed. It is gone then.
   */
  compile(text: string, timeoutMs: number): Promise<string>;
  /** Whether it can be asked again. */
  readonly isAlive: boolean;
  /** Ends the process, which has nothing under way. */
  end(): void;
}

/** Starts a process for the soljson at `compilerPath`. As long as it has nothing to do it keeps nobody from ending. */
export function startSolc(compilerPath: string, maxHeapMiB: number): SolcProcess {
  const child = spawn(process.execPath, [`--max-old-space-size=${maxHeapMiB}`, "-e", CHILD, compilerPath], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { PATH: process.env.PATH },
  });
  const handles = [child, child.stdin as Socket, child.stdout as Socket, child.stderr as Socket];
  const err: Buffer[] = [];
  let out: Buffer[] = [];
  let held = 0;
  let isAlive = true;
  let waiting: { resolve(answer: string): void; reject(error: Error): void } | undefined;

  const settle = (outcome: string | Error): void => {
    const job = waiting;
    waiting = undefined;
    for (const handle of handles) handle.unref();
    if (typeof outcome === "string") job?.resolve(outcome);
    else job?.reject(outcome);
  };
  const die = (error: Error): void => {
    isAlive = false;
    settle(error);
  };
  child.stdout.on("data", (chunk: Buffer) => {
    out.push(chunk);
    held += chunk.length;
    const first = out[0] ?? chunk;
    const end = first.indexOf(10);
    if (end < 0 && held < 32) out = [Buffer.concat(out)]; // the length's own digits came in two pieces
    if (end < 0) return;
    const start = end + 1;
    const length = Number(first.toString("latin1", 0, end));
    if (held < start + length) return;
    const answer = Buffer.concat(out).toString("utf8", start, start + length);
    out = [];
    held = 0;
    settle(answer);
  });
  child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
  child.stdin.on("error", () => undefined); // the exit code tells
  child.once("error", die);
  child.once("close", (code) => {
    const words = Buffer.concat(err).toString("utf8").slice(0, 500);
    die(new Error(`the compiler process ended with ${code}: ${words}`));
  });
  for (const handle of handles) handle.unref();

  return {
    get isAlive() {
      return isAlive;
    },
    compile(text, timeoutMs) {
      if (!isAlive) return Promise.reject(new Error("the compiler process is gone"));
      const answer = new Promise<string>((resolve, reject) => (waiting = { resolve, reject }));
      for (const handle of handles) handle.ref();
      const timer = setTimeout(() => {
        child.kill("SIGKILL");
        die(new Error(`the compiler did not finish within ${timeoutMs / 1000} s`));
      }, timeoutMs);
      child.stdin.write(`${Buffer.byteLength(text)}\n${text}`);
      return answer.finally(() => clearTimeout(timer));
    },
    end() {
      isAlive = false;
      child.stdin.end();
    },
  };
}
