/**
 * `npm test`: compiles once, then runs every `*.test.ts`, two processes at a time.
 * `npm test -- test/core` runs only what lies below the paths given. The last line is `N passed, N failed, N skipped`.
 */
import { spawn } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const cli = join(root, "node_modules", "hardhat", "dist", "src", "cli.js");
/** As many as the smallest machine that it should run on has processors. */
const PROCESSES = 2;
const LONG = ["test/line", "test/rehearsal", "test/incidents", "test/venue", "test/package", "test/review", "test/core"];
const ALONE = /^test\/(rehearsal\/|line\/(line|cancel)\.)/;

interface Outcome {
  status: number | null;
  output: string;
}

/** Runs the Hardhat command line; what it prints is held back and printed in one piece, so that two runs don't mix. */
function hardhat(args: readonly string[]): Promise<Outcome> {
  const child = spawn(process.execPath, [cli, ...args], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => child.once("close", (status) => resolve({ status, output })));
}

function testFiles(below: readonly string[]): string[] {
  return below
    .flatMap((path) =>
      statSync(path).isFile()
        ? [path]
        : readdirSync(path, { recursive: true, withFileTypes: true })
            .filter((entry) => entry.isFile() && entry.name.endsWith(".test.ts"))
            .map((entry) => join(entry.parentPath, entry.name)),
    )
    .map((file) => relative(root, file))
    .sort();
}

/**
 * Files that run in one process, one after the other: a folder's, because they share caches, and the embedded chain's
 * deployments file. What has a chain or a cache of its own runs by itself. The long ones come first, so that at the end
 * no process has to wait for another.
 */
function groupsOf(files: readonly string[]): string[][] {
  const groups = Map.groupBy(files, (file) => (ALONE.test(file) ? file : file.split("/").slice(0, 2).join("/")));
  const rank = (name: string): number => (LONG.findIndex((long) => name.startsWith(long)) + LONG.length + 1) % (LONG.length + 1);
  return [...groups].sort(([a, one], [b, other]) => rank(a) - rank(b) || other.length - one.length).map(([, group]) => group);
}

function count(output: string, word: string): number {
  return [...output.matchAll(new RegExp(String.raw`^\s+(\d+) ${word}\b`, "gm"))].reduce((sum, [, found]) => sum + Number(found), 0);
}

const wanted = process.argv.slice(2).map((path) => join(process.cwd(), path));
const files = testFiles(wanted.length > 0 ? wanted : [join(root, "test")]);
const compiled = await hardhat(["compile", "--quiet"]);
if (compiled.status !== 0) {
  process.stdout.write(compiled.output);
  process.stdout.write("0 passed, 1 failed\n");
  process.exit(1);
}
const waiting = groupsOf(files);
const outcomes: Outcome[] = [];
const work = async (): Promise<void> => {
  for (let group = waiting.shift(); group !== undefined; group = waiting.shift()) {
    const outcome = await hardhat(["test", "mocha", "--no-compile", ...group]);
    process.stdout.write(outcome.output);
    outcomes.push(outcome);
  }
};
await Promise.all(Array.from({ length: PROCESSES }, work));
const total = (word: string) => outcomes.reduce((sum, { output }) => sum + count(output, word), 0);
// A process that ended badly without a failing test (a crash, an import that throws) is a failure too.
const crashed = outcomes.filter(({ status, output }) => status !== 0 && count(output, "failing") === 0).length;
const failed = total("failing") + crashed;
process.stdout.write(`\n${total("passing")} passed, ${failed} failed, ${total("pending")} skipped\n`);
process.exit(failed > 0 || total("passing") === 0 ? 1 : 0);
