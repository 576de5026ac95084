/**
 * `node --import tsx benchmarks/review/full.ts [RUNS]`: a full review against the two stages that it can't do without.
 * On the embedded chain, with the bundle of upgrade 0001: `rehearse` (which compiles and resolves the plan first) and
 * `review`, interleaved, a new block before each, so that nothing is remembered. Prints wall-clock medians and their ratio;
 * the target is 1.3.
 */
import { spawn } from "node:child_process";
import { rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startEmbeddedChain } from "../../scripts/chain/embedded.js";

const RUNS = Number(process.argv[2] ?? 3);
const root = fileURLToPath(new URL("../..", import.meta.url));
const PLAN = "upgrades/0001-new-product";
const bundle = join(tmpdir(), `drydock-benchmark-${process.pid}`);
const trust = `${bundle}.trust.json`;

async function seconds(url: string, args: readonly string[]): Promise<number> {
  const started = performance.now();
  const cli = join(root, "node_modules", "hardhat", "dist", "src", "cli.js");
  const env = { ...process.env, DRYDOCK_EMBEDDED_URL: url, DRYDOCK_TRUST: trust };
  const child = spawn(process.execPath, [cli, "upgrade", ...args, "--network", "embedded"], { cwd: root, env, stdio: ["ignore", "ignore", "inherit"] });
  const status = await new Promise<number | null>((resolve) => child.once("close", resolve));
  if (status !== 0) throw new Error(`upgrade ${args.join(" ")} ended with status ${status}`);
  return (performance.now() - started) / 1000;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const load = loadavg()[0] ?? Number.NaN;
const chain = await startEmbeddedChain({ deployments: join(root, "deployments") });
try {
  const { url, session } = chain;
  await seconds(url, ["inspect", "--write", trust]);
  await seconds(url, ["propose", PLAN, "--out", bundle]);
  const times = { rehearse: [] as number[], review: [] as number[] };
  for (let run = 0; run < RUNS; run++) {
    await session.provider.send("evm_mine", []);
    times.rehearse.push(await seconds(url, ["rehearse", PLAN]));
    await session.provider.send("evm_mine", []);
    times.review.push(await seconds(url, ["review", bundle]));
  }
  const [rehearse, review] = [median(times.rehearse), median(times.review)];
  process.stdout.write(`machine load before ${load.toFixed(1)}, ${RUNS} runs\n\n| | s |\n|---|---|\n`);
  process.stdout.write(`| rehearse, with compiling | ${rehearse.toFixed(1)} |\n| review | ${review.toFixed(1)} |\n| ratio | ${(review / rehearse).toFixed(2)} |\n`);
} finally {
  await chain.stop();
  await rm(bundle, { recursive: true, force: true });
  await rm(trust, { force: true });
}
