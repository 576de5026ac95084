/** What the layout stage adds to a compile of a large package: every contract extracted and compared with itself. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compareLayouts, extractLayout } from "../../src/core/layout/index.js";
import { compileSources } from "../../test/support/solc.js";

const MODULES = fileURLToPath(new URL("../../node_modules", import.meta.url));


export interface OverheadResult {
  package: string;
  files: number;
  contracts: number;
  compileMs: number;
  layoutMs: number;
  /** layoutMs / compileMs. */
  share: number;
  /** Bytes of heap that the stage added at its peak, garbage included. */
  heapBytes: number;
}

/** The compiler's WebAssembly build takes its input on the stack, which all 247 files of the package overflow. */
const FOLDERS = /contracts\/(token|governance|account|finance|metatx|proxy|access)\//;

/** Compiles most of `name`, optimizer on, then runs the stage's core over every contract. */
export function measureOverhead(name: string): OverheadResult {
  const all: Record<string, string> = {};
  for (const entry of readdirSync(join(MODULES, name), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(".sol")) continue;
    const path = join(entry.parentPath, entry.name);
    all[path.slice(MODULES.length + 1)] = readFileSync(path, "utf8");
  }
  const sources = closure(all, Object.keys(all).filter((path) => FOLDERS.test(path)));
  const start = process.cpuUsage();
  const { input, output } = compileSources(sources, { settings: { optimizer: { enabled: true, runs: 200 } } });
  const compileMs = cpuMs(start);
  const heap = process.memoryUsage().heapUsed;
  const begin = process.cpuUsage();
  let contracts = 0;
  for (const [file, byName] of Object.entries(output.contracts ?? {})) {
    for (const contract of Object.keys(byName)) {
      const layout = extractLayout(output, input, { file, name: contract });
      compareLayouts(layout, layout);
      contracts += 1;
    }
  }
  const layoutMs = cpuMs(begin);
  return { package: name, files: Object.keys(sources).length, contracts, compileMs, layoutMs, share: layoutMs / compileMs, heapBytes: process.memoryUsage().heapUsed - heap };
}

/** Processor time rather than wall time: other work on the machine doesn't count. */
function cpuMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

function closure(all: Record<string, string>, roots: string[]): Record<string, string> {
  const kept: Record<string, string> = {};
  for (let next = roots.pop(); next !== undefined; next = roots.pop()) {
    const content = all[next];
    if (content === undefined || kept[next] !== undefined) continue;
    kept[next] = content;
    for (const match of content.matchAll(/from "(\.[^"]+)"/g)) roots.push(join(next, "..", match[1] ?? ""));
  }
  return kept;
}
