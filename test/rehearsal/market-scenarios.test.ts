import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEther } from "ethers";
import { expect } from "chai";
import { defineExpectations } from "../../src/expectations.js";
import type { RehearsalAdapter, Venue } from "../../src/rehearsal/adapter.js";
import { rehearse } from "../../src/rehearsal/rehearse.js";
import { FIRST_WAVE } from "../../src/rehearsal/scenarios/catalogue.js";
import type { KnownContract, RehearsalResult } from "../../src/rehearsal/types.js";
import { perpsAdapter } from "./support/perps-adapter.js";
import { World } from "./support/world.js";

describe("rehearse: what each market scenario stops", function () {
  this.timeout(180_000);
  let world: World;
  let perps: string;
  const cacheDir = mkdtempSync(join(tmpdir(), "drydock-scenarios-"));

  before(async () => {
    world = await World.start(["test/rehearsal/contracts/Perps.sol"]);
    perps = await world.proxy("PerpsV1", [world.timelock]);
    for (const account of [11, 12, 13, 14]) await world.send(perps, "PerpsV1", "deposit", [parseEther("1000")], account);
    for (const [account, market, size] of [[11, 0, "4"], [12, 0, "-2"], [12, 1, "1"], [13, 1, "-3"]] as const) await world.send(perps, "PerpsV1", "open", [market, parseEther(size)], account);
  });
  after(async () => {
    await world?.stop();
    rmSync(cacheDir, { recursive: true, force: true });
  });

  async function upgradeTo(
    contract: string,
    scenarios: readonly string[],
    adapter: RehearsalAdapter = perpsAdapter(perps),
    known: KnownContract = world.known(perps, "perps", "PerpsV1", contract),
  ): Promise<RehearsalResult> {
    const calls = contract.endsWith("Weather");
    return rehearse({
      upstream: { urls: [world.node.url], network: "test" },
      chainId: BigInt(world.node.chainId),
      chainType: "l1",
      block: await world.head(),
      ...(await world.uupsPlan(perps, contract, calls ? ["initializeV2", []] : undefined)),
      known: [known],
      scenarios,
      adapter,
      cacheDir,
      ...(calls ? { expectations: defineExpectations({ storage: [{ contract: "perps", name: "InitializableStorage._initialized", after: "2" }], events: [{ contract: "perps", event: "Initialized(uint64)" }] }) } : {}),
    });
  }
  const blocked = ({ report }: RehearsalResult): string[] => report.scenarios.filter(({ verdict }) => verdict === "blocked").map(({ id }) => id);

  it("lets the same in other words pass in all of them, and checks what they are there for", async () => {
    const result = await upgradeTo("PerpsBenign", FIRST_WAVE.map(({ id }) => id));
    expect(result.gate.verdict, JSON.stringify(result.gate.findings)).to.equal("pass");
    const checks = (id: string, invariant: string): number => result.report.scenarios.find((scenario) => scenario.id === id)?.invariants.find((one) => one.id === invariant)?.checks ?? 0;
    for (const [id, invariant] of [["S2", "I6"], ["S6", "I7"], ["S7", "I6"], ["S8", "I7"], ["S10", "I9"], ["S15", "I10"]] as const) expect(checks(id, invariant), `${id} ${invariant}`).to.be.greaterThan(0);
  });

  it("does not say that new functions are harmless where nobody knows which are new", async () => {
    const { oldAbi: _oldAbi, ...known } = world.known(perps, "perps", "PerpsV1", "PerpsBenign");
    const { gate } = await upgradeTo("PerpsBenign", ["S14"], undefined, known);
    expect(gate.notRun.map(({ check }) => check)).to.deep.equal(["probe new-selectors"]);
    expect(gate.verdict).to.equal("not-run");
    expect((await upgradeTo("PerpsBenign", ["S14"])).gate.verdict).to.equal("pass");
  });

  // None of these shows by the upgrade alone: S0 passes.
  for (const [contract, scenario] of [
    ["PerpsWraps", "S1"],
    ["PerpsBadDebt", "S2"],
    ["PerpsStale", "S4"],
    ["PerpsNeedsPrice", "S6"],
    ["PerpsFloor", "S7"],
    ["PerpsFunding", "S8"],
    ["PerpsForged", "S10"],
    ["PerpsUnlocked", "S10"],
    ["PerpsFairWeather", "S15"],
  ] as const) {
    it(`stops ${contract} in ${scenario}`, async () => {
      expect(blocked(await upgradeTo(contract, ["S0", scenario]))).to.deep.equal([scenario]);
    });
  }

  it("lets an initializer pass that minds no price", async () => {
    const result = await upgradeTo("PerpsAnyWeather", ["S0", "S15"]);
    expect(result.gate.verdict, JSON.stringify(result.gate.findings)).to.equal("pass");
  });

  for (const [what, part, says] of [
    ["numbers that are no bigints", { totals: async () => ({ assets: 1, liabilities: 2 }) }, /totals\(\) gives nonsense: assets/],
    ["an account without its equity", { account: async (address: string) => ({ address, collateral: 0n }) }, /account\(0x\w+\) gives nonsense: equity/],
    ["a call that is none", { action: async () => ({ from: "me", to: "you", data: "" }) }, /action\(\w+\) gives nonsense: from: no address/],
    ["a mistake of its own", { totals: async () => (undefined as unknown as { assets: { of: bigint } }).assets.of }, /totals\(\) is wrong: Cannot read properties of undefined/],
    ["an exception", { accounts: async () => Promise.reject(new Error("the indexer is down")) }, /accounts.*the indexer is down/],
  ] as const) {
    it(`fails the scenario, by its name, for an adapter that gives ${what}`, async () => {
      const good = perpsAdapter(perps);
      const bad: RehearsalAdapter = { name: "bad", venue: async (chain) => ({ ...(await good.venue(chain)), ...part }) as Venue };
      const result = await upgradeTo("PerpsBenign", ["S2"], bad);
      expect(result.gate.findings.map(({ rule }) => rule)).to.deep.equal(["rehearsal/scenario/S2"]);
      expect(result.report.scenarios[0]?.detail).to.match(says);
    });
  }
});
