/**
 * This rehearsal's route against anvil and forge with the same calls, on one upstream with 50 ms added latency, cold and
 * warm; the growth with the proxies in one batch and with the accounts that are sampled. Writes RESULTS.md and results.json.
 *
 *     npm install --prefix benchmarks/rehearsal/forge && node --import tsx benchmarks/rehearsal/run.ts [proxies …] [accounts=100,1000,10000]
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { planHash } from "../../src/core/plan/plan-hash.js";
import type { PlanCore } from "../../src/core/schema/plan.js";
import { rehearse } from "../../src/rehearsal/rehearse.js";
import { World } from "../../test/rehearsal/support/world.js";
import { anvilRoute, peakOf } from "./anvil.js";
import { buildForge, forgeRoute, hasForge } from "./forge.js";
import { latencyProxy } from "./latency-proxy.js";
import { accountGrowth } from "./ledger.js";
import { resultsTable, type Results } from "./table.js";

const LATENCY_MS = 50;

const given = process.argv.slice(2);
const counts = given.filter((one) => /^[0-9]+$/.test(one)).map(Number);
const accountCounts = (given.find((one) => one.startsWith("accounts="))?.slice("accounts=".length) ?? "100,1000,10000").split(",").filter((one) => one !== "").map(Number);
if (hasForge) await buildForge();
const world = await World.start(["test/rehearsal/contracts/Vault.sol", "benchmarks/rehearsal/Ledger.sol"]);
const upstream = await latencyProxy(world.node.url, LATENCY_MS);
const folder = mkdtempSync(join(tmpdir(), "drydock-benchmark-"));
const rows: Results["rows"] = [];
const accounts: Results["accounts"] = [];
try {
  for (const count of counts.length > 0 ? counts : [1, 10, 100]) {
    const plans = [];
    for (let index = 0; index < count; index++) {
      const proxy = await world.proxy("VaultV1", [world.timelock]);
      plans.push(await world.uupsPlan(proxy, "VaultGuarded", undefined));
    }
    const [first] = plans;
    if (first === undefined) continue;
    const plan: PlanCore = { ...first.plan, changes: plans.flatMap((one) => one.plan.changes), calls: plans.flatMap((one) => one.plan.calls) };
    const { implementations } = first;
    const block = await world.head();
    const owners = [1, 2].map((index) => world.session.wallet(index).address);
    const drydock = async (cacheDir: string) => {
      upstream.reset();
      const start = performance.now();
      const { gate } = await rehearse({
        upstream: { urls: [upstream.url], network: "benchmark" },
        chainId: BigInt(world.node.chainId),
        chainType: "l1",
        block,
        plan,
        implementations,
        scenarios: [],
        cacheDir,
      });
      if (gate.verdict !== "pass") throw new Error(`the rehearsal is ${gate.verdict}`);
      return { wallMs: Math.round(performance.now() - start), ...upstream.counts() };
    };
    const anvil = async (cacheFolder: string) => {
      upstream.reset();
      const { wallMs, peakMiB } = await anvilRoute({ upstream: upstream.url, block, plan, implementations, owners, cacheFolder });
      return { wallMs: Math.round(wallMs), peakMiB, ...upstream.counts() };
    };
    const forge = async (cacheFolder: string) => {
      upstream.reset();
      const nonce = BigInt(await world.session.provider.call({ to: plan.safe, data: "0xaffed0e0" }));
      const { wallMs, peakMiB } = await forgeRoute({ upstream: upstream.url, block, plan, implementations, owners, nonce, cacheFolder });
      return { wallMs: Math.round(wallMs), peakMiB, ...upstream.counts() };
    };
    const cacheDir = join(folder, `cache-${count}`);
    rows.push({
      proxies: count,
      planHash: planHash(plan),
      drydock: { cold: await drydock(cacheDir), warm: await drydock(cacheDir) },
      anvil: { cold: await anvil(join(folder, `anvil-${count}`)), warm: await anvil(join(folder, `anvil-${count}`)) },
      forge: hasForge ? { cold: await forge(join(folder, `forge-${count}`)), warm: await forge(join(folder, `forge-${count}`)) } : null,
    });
    process.stderr.write(`${count} proxies done\n`);
  }
  const drydockPeakMiB = await peakOf(process.pid);
  for (const count of accountCounts) {
    accounts.push({ accounts: count, ...(await accountGrowth(world, count, join(folder, `accounts-${count}`))), peakMiB: await peakOf(process.pid) });
    process.stderr.write(`${count} accounts done\n`);
  }
  const results: Results = { latencyMs: LATENCY_MS, node: process.version, load: loadavg().map((one) => Math.round(one * 10) / 10), drydockPeakMiB, rows, accounts };
  const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
  writeFileSync(here("results.json"), `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(here("RESULTS.md"), resultsTable(results));
  process.stdout.write(resultsTable(results));
} finally {
  await upstream.close();
  await world.stop();
  rmSync(folder, { recursive: true, force: true });
}
