/**
 * Start-up of `hardhat --help` in one project without and with the packed plugin, and of `hardhat upgrade --help`:
 * interleaved runs, medians, ratios. `npm run build` first. Prints a Markdown table.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const RUNS = Number(process.argv[2] ?? 20);
const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "drydock-start-up-"));

function project(name: string, config: string): string {
  const at = join(folder, name);
  const modules = join(at, "node_modules");
  mkdirSync(modules, { recursive: true });
  for (const entry of readdirSync(join(root, "node_modules"))) {
    if (!entry.startsWith(".")) symlinkSync(join(root, "node_modules", entry), join(modules, entry));
  }
  cpSync(join(root, "dist"), join(modules, "hardhat-drydock"), { recursive: true });
  writeFileSync(join(at, "package.json"), '{"type":"module"}\n');
  writeFileSync(join(at, "hardhat.config.js"), config);
  return at;
}

function milliseconds(cwd: string, args: readonly string[]): number {
  const start = process.hrtime.bigint();
  execFileSync(process.execPath, [join(root, "node_modules/hardhat/dist/src/cli.js"), ...args], { cwd, stdio: "ignore" });
  return Number(process.hrtime.bigint() - start) / 1e6;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

try {
  const without = project("without", 'import { defineConfig } from "hardhat/config";\nexport default defineConfig({});\n');
  const plugin = project("with", 'import { defineConfig } from "hardhat/config";\nimport drydock from "hardhat-drydock";\nexport default defineConfig({ plugins: [drydock] });\n');
  const cases = [
    { name: "hardhat --help without the plugin", cwd: without, args: ["--help"] },
    { name: "hardhat --help with the plugin", cwd: plugin, args: ["--help"] },
    { name: "hardhat upgrade --help with the plugin", cwd: plugin, args: ["upgrade", "--help"] },
  ].map((entry) => ({ ...entry, times: [] as number[] }));
  for (let run = 0; run <= RUNS; run++) {
    for (const { cwd, args, times } of cases) {
      const time = milliseconds(cwd, args);
      if (run > 0) times.push(time); // the first round warms the file cache
    }
  }
  const base = median(cases[0]?.times ?? []);
  process.stdout.write(`median of ${RUNS}, machine load ${loadavg()[0]?.toFixed(1)}\n\n| command | ms | ratio |\n|---|---|---|\n`);
  for (const { name, times } of cases) process.stdout.write(`| ${name} | ${median(times).toFixed(0)} | ${(median(times) / base).toFixed(3)} |\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
