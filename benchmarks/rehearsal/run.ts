/**
 * This rehearsal's route against anvil with the same calls by a script, on one upstream with 50 ms added latency; cold and
 * warm. Also the growth with the number of proxies in one batch. Prints one JSON document.
 *
 *     node --import tsx benchmarks/rehearsal/run.ts [proxies …]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { planHash } from "../../src/core/plan/plan-hash.js";
import type { PlanCore } from "../../src/core/schema/plan.js";
import { rehearse } from "../../src/rehearsal/rehearse.js";
import { World } from "../../test/rehearsal/support/world.js";
import { anvilRoute, peakOf } from "./anvil.js";
import { latencyProxy } from "./latency-proxy.js";

const LATENCY_MS = 50;

const counts = process.argv.slice(2).map(Number);
const world = await World.start(["test/rehearsal/contracts/Vault.sol"]);
const upstream = await latencyProxy(world.node.url, LATENCY_MS);
const folder = mkdtempSync(join(tmpdir(), "drydock-benchmark-"));
const rows: unknown[] = [];
try {
  for (const count of counts.length > 0 ? counts : [1, 10]) {
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
    const cacheDir = join(folder, `cache-${count}`);
    rows.push({
      proxies: count,
      planHash: planHash(plan),
      drydock: { cold: await drydock(cacheDir), warm: await drydock(cacheDir) },
      anvil: { cold: await anvil(join(folder, `anvil-${count}`)), warm: await anvil(join(folder, `anvil-${count}`)) },
    });
  }
  const summary = { latencyMs: LATENCY_MS, node: process.version, drydockPeakMiB: await peakOf(process.pid), rows };
  process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
} finally {
  await upstream.close();
  await world.stop();
  rmSync(folder, { recursive: true, force: true });
}
