/**
 * `node --import tsx benchmarks/quick-start/run.ts`: one run of the quick start (`npm start`, after install), timed per
 * stage from its own headings. Prints a Markdown table. The target is a minute or two in all, on two cores.
 */
import { spawn } from "node:child_process";
import { loadavg } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const load = loadavg()[0] ?? Number.NaN;
const seconds = (): number => performance.now() / 1000;

const started = seconds();
const stages: { name: string; from: number }[] = [{ name: "loading, and compiling if the sources changed", from: started }];
const child = spawn(process.execPath, ["--import", "tsx", join(root, "scripts", "quick-start.ts")], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
const closed = new Promise<number | null>((resolve) => child.once("close", resolve));
for await (const line of createInterface({ input: child.stdout })) {
  const [, name] = /^━━ (.+?) ━+$/.exec(line) ?? [];
  if (name !== undefined) stages.push({ name, from: seconds() });
}
const status = await closed;
const ended = seconds();
if (status !== 0) throw new Error(`the quick start ended with status ${status} in the stage: ${stages.at(-1)?.name}`);

process.stdout.write(`machine load before ${load.toFixed(1)}\n\n| stage | s |\n|---|---|\n`);
for (const [index, { name, from }] of stages.entries()) {
  process.stdout.write(`| ${name} | ${((stages[index + 1]?.from ?? ended) - from).toFixed(1)} |\n`);
}
process.stdout.write(`| in all | ${(ended - started).toFixed(1)} |\n`);
