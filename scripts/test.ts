/**
 * `npm test`: compiles once, then runs every `*.test.ts` in two processes side by side, the long ones spread over both.
 * `npm test -- test/core` runs only what lies below the paths given. The last line is `N passed, N failed, N skipped`.
 */
import { spawn } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const cli = join(root, "node_modules", "hardhat", "dist", "src", "cli.js");
const SHARDS = 2;

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

/** Whole folders stay together, because a folder's files share caches and chains; the folders are dealt out in turn. */
function shards(files: readonly string[]): string[][] {
  const folders = Map.groupBy(files, (file) => file.split("/").slice(0, 2).join("/"));
  const bySize = [...folders.values()].sort((a, b) => b.length - a.length);
  const dealt: string[][] = Array.from({ length: SHARDS }, () => []);
  for (const folder of bySize) dealt.sort((a, b) => a.length - b.length)[0]?.push(...folder);
  return dealt.filter((shard) => shard.length > 0);
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
const outcomes = await Promise.all(
  shards(files).map(async (shard) => {
    const outcome = await hardhat(["test", "mocha", "--no-compile", ...shard]);
    process.stdout.write(outcome.output);
    return outcome;
  }),
);
const total = (word: string) => outcomes.reduce((sum, { output }) => sum + count(output, word), 0);
// A process that ended badly without a failing test (a crash, an import that throws) is a failure too.
const crashed = outcomes.filter(({ status, output }) => status !== 0 && count(output, "failing") === 0).length;
const failed = total("failing") + crashed;
process.stdout.write(`\n${total("passing")} passed, ${failed} failed, ${total("pending")} skipped\n`);
process.exit(failed > 0 || total("passing") === 0 ? 1 : 0);
