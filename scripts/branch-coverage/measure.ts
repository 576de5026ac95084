import { spawn } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";

/** The compiler of hardhat.config.ts. */
export const SOLC_VERSION = "0.8.28";

/** What the tests need of the project; dependencies are linked. */
const COPIED = ["contracts", "scripts", "src", "tasks", "test", "upgrades", "hardhat.config.ts", "package.json", "tsconfig.json"];
/** Tests of the contracts' behaviour; those of sizes, lint and variants run nothing that counts. */
const NOT_MEASURED = ["gas.test.ts", "solhint.test.ts", "variants.test.ts"];

/** Lines of one file: how many there are, and how many were executed. */
export interface Lines {
  found: number;
  taken: number;
}

/**
 * Runs the venue's tests with Hardhat's own coverage, in a copy of the project below `cache/`: instrumented artifacts then
 * never stand where uninstrumented ones are looked for.
 *
 * @returns lines per file, from its lcov report, and how often each statement was hit, by its tag.
 * @throws Error if a test fails.
 */
export async function measure(root: string): Promise<{ lines: Map<string, Lines>; hits: Map<string, number> }> {
  const folder = join(root, "cache", "coverage");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of COPIED) cpSync(join(root, name), join(folder, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const tests = readdirSync(join(folder, "test", "venue")).filter((name) => name.endsWith(".test.ts") && !NOT_MEASURED.includes(name));
  await hardhat(folder, ["test", "mocha", ...tests.map((name) => `test/venue/${name}`), "--coverage"]);
  return { lines: linesOf(readFileSync(join(folder, "coverage", "lcov.info"), "utf8")), hits: hitsOf(join(folder, "coverage", "data", "mocha")) };
}

async function hardhat(cwd: string, args: readonly string[]): Promise<void> {
  const cli = join(cwd, "node_modules", "hardhat", "dist", "src", "cli.js");
  const child = spawn(process.execPath, [cli, ...args], { cwd, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const status = await new Promise<number | null>((resolve) => child.once("close", resolve));
  if (status !== 0) throw new Error(`the tests ended with status ${status}:\n${output.slice(-6_000)}`);
}

function linesOf(lcov: string): Map<string, Lines> {
  const number = (section: string, key: string) => Number(new RegExp(`^${key}:(\\d+)$`, "m").exec(section)?.[1] ?? 0);
  return new Map(
    lcov
      .split("end_of_record")
      .filter((section) => section.includes("SF:"))
      .map((section) => [/^SF:(.+)$/m.exec(section)?.[1] ?? "", { found: number(section, "LF"), taken: number(section, "LH") }]),
  );
}

function hitsOf(folder: string): Map<string, number> {
  const hits = new Map<string, number>();
  for (const name of readdirSync(folder)) {
    const counted = JSON.parse(readFileSync(join(folder, name), "utf8")) as Record<string, number>;
    for (const [tag, count] of Object.entries(counted)) hits.set(tag, (hits.get(tag) ?? 0) + count);
  }
  return hits;
}
