import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { callFunction } from "../../src/chain/reads.js";
import type { PlanCall } from "../../src/core/schema/plan.js";
import { defineExpectations } from "../../src/expectations.js";
import type { RehearsalAdapter, Totals } from "../../src/rehearsal/adapter.js";
import { rehearse } from "../../src/rehearsal/rehearse.js";
import type { RehearsalResult } from "../../src/rehearsal/types.js";
import { World } from "./support/world.js";

describe("rehearse: between the actions of a batch", function () {
  this.timeout(120_000);
  let world: World;
  let pool: string;
  let cacheDir: string;

  before(async () => {
    world = await World.start(["test/rehearsal/contracts/Pool.sol"]);
    pool = await world.proxy("PoolV1", [world.timelock]);
    cacheDir = mkdtempSync(join(tmpdir(), "drydock-actions-"));
  });
  after(async () => {
    await world?.stop();
    rmSync(cacheDir, { recursive: true, force: true });
  });

  /** Reads what the pool holds and owes; there are no markets, and one account without anything. */
  const adapter = (): RehearsalAdapter => ({
    name: "pool",
    venue: async (chain) => {
      const read = async (name: string): Promise<bigint> => (await callFunction(chain, world.interfaceOf("PoolV1"), name, [], { to: pool }))[0] as bigint;
      return {
        markets: async () => [],
        feeds: async () => [],
        accounts: async () => [world.session.wallet(6).address],
        account: async (address) => ({ address, collateral: 0n, equity: 0n, initialMargin: 0n, maintenanceMargin: 0n, liquidatable: false, positions: [] }),
        totals: async (): Promise<Totals> => ({ assets: await read("assets"), liabilities: await read("liabilities"), recognisedBadDebt: 0n, insurance: 0n, lpValue: 0n }),
        action: async () => undefined,
      };
    },
  });

  const set = (fn: string, value: bigint): PlanCall => ({ target: pool, value: "0", data: world.interfaceOf("PoolV1").encodeFunctionData(fn, [value]) });

  async function run(further: readonly PlanCall[], differences: { scenario: string; where: string; reason: string }[] = []): Promise<RehearsalResult> {
    const planned = await world.uupsPlan(pool, "PoolV2", undefined);
    return rehearse({
      upstream: { urls: [world.node.url], network: "test" },
      chainId: BigInt(world.node.chainId),
      chainType: "l1",
      block: await world.head(),
      ...planned,
      plan: { ...planned.plan, calls: [...planned.plan.calls, ...further] },
      known: [world.known(pool, "pool", "PoolV1", "PoolV2")],
      scenarios: ["S0"],
      adapter: adapter(),
      expectations: defineExpectations({
        storage: [
          { contract: "pool", name: "assets", after: { changedBy: "50" } },
          { contract: "pool", name: "liabilities", after: { changedBy: "50" } },
        ],
        differences: [
          { scenario: "S0", where: "*", reason: "the pool grows" },
          ...differences,
        ],
      }),
      cacheDir,
    });
  }

  it("lets a batch pass whose every step leaves the pool sound, and blocks the same calls the other way round", async () => {
    const sound = await run([set("setAssets", 150n), set("setLiabilities", 150n)]);
    expect(sound.gate.verdict, JSON.stringify(sound.gate)).to.equal("pass");
    const scenario = sound.report.scenarios.find(({ id }) => id === "actions");
    expect(scenario?.invariants).to.deep.include({ id: "I1", checks: 4 });

    const unsound = await run([set("setLiabilities", 150n), set("setAssets", 150n)]);
    expect([...new Set(unsound.gate.findings.map(({ rule }) => rule))]).to.deep.equal(["rehearsal/between-actions"]);
    const details = unsound.gate.findings.map(({ detail }) => detail.replace(/ \(0x.*\)/, ""));
    expect(details).to.include("I1 after action 2 of 3: holds before, liabilities exceed assets and recognised bad debt by 50");
    expect(details.every((detail) => detail.includes("after action 2 of 3"))).to.equal(true);

    const declared = await run([set("setLiabilities", 150n), set("setAssets", 150n)], ["I1", "I2"].map((id) => ({ scenario: "actions", where: `${id} after action 2*`, reason: "nobody is called in between" })));
    expect(declared.gate.verdict, JSON.stringify(declared.gate)).to.equal("pass");
  });
});
