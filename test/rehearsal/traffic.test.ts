import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { canonicalJson } from "../../src/core/canonical-json.js";
import type { Expectations } from "../../src/core/schema/expectations.js";
import { defineExpectations } from "../../src/expectations.js";
import { rehearse } from "../../src/rehearsal/rehearse.js";
import type { RehearsalInput, RehearsalResult } from "../../src/rehearsal/types.js";
import { rpcDoor } from "../support/rpc-door.js";
import { World } from "./support/world.js";

describe("rehearse: replay of real traffic", function () {
  this.timeout(120_000);
  let world: World;
  let ledger: string;
  let cacheDir: string;

  before(async () => {
    world = await World.start(["test/rehearsal/contracts/Ledger.sol"]);
    ledger = await world.proxy("LedgerV1", [world.timelock]);
    const [alice, bob] = [6, 7].map((index) => world.session.wallet(index).address);
    await world.send(ledger, "LedgerV1", "give", [1_000n], 6);
    await world.send(ledger, "LedgerV1", "move", [bob, 20n], 6);
    await world.send(ledger, "LedgerV1", "poke", [], 7);
    await world.send(ledger, "LedgerV1", "move", [alice, 20n], 7);
    // Emptied: this one fails when it is sent again.
    await world.send(ledger, "LedgerV1", "move", [bob, 980n], 6);
    await world.send(ledger, "LedgerV1", "move", [alice, 500n], 7);
    await world.session.mine(2);
    cacheDir = mkdtempSync(join(tmpdir(), "drydock-traffic-"));
  });
  after(async () => {
    await world?.stop();
    rmSync(cacheDir, { recursive: true, force: true });
  });

  async function run(contract: string, overrides: Partial<RehearsalInput> = {}, more: Partial<Expectations> = {}): Promise<RehearsalResult> {
    const reinitialized = contract === "LedgerTwin";
    return rehearse({
      upstream: { urls: [world.node.url], network: "test" },
      chainId: BigInt(world.node.chainId),
      chainType: "l1",
      block: await world.head(),
      ...(await world.uupsPlan(ledger, contract, reinitialized ? ["initializeV2", []] : undefined)),
      known: [world.known(ledger, "ledger", "LedgerV1", contract)],
      scenarios: [],
      expectations: defineExpectations({
        ...(reinitialized
          ? {
              storage: [
                { contract: "ledger", name: "InitializableStorage._initialized", after: "2" },
                { contract: "ledger", name: "pokes", after: { changedBy: "100" } },
              ],
              events: [{ contract: "ledger", event: "Initialized(uint64)" }],
            }
          : {}),
        ...more,
      }),
      cacheDir,
      replayTraffic: 20,
      ...overrides,
    });
  }
  const differences = ({ report }: RehearsalResult): string[] =>
    report.scenarios.flatMap(({ differences: all }) => all.filter(({ expected }) => !expected).map(({ where }) => where.replace(/ \(0x.*/, "")));

  it("lets a version pass that treats what happened as before, with or without events", async () => {
    const result = await run("LedgerTwin");
    expect(result.gate.verdict, JSON.stringify(result.gate)).to.equal("pass");
    const [scenario] = result.report.scenarios;
    expect(scenario?.id).to.equal("traffic");
    // Seven with the one that initialized the proxy: its creation.
    expect(scenario?.title).to.contain("the last 7 real transactions");
    expect(scenario?.series[0]?.old.length).to.equal(7);
    const last = await run("LedgerTwin", { replayTraffic: 2 });
    expect(last.report.scenarios[0]?.title).to.contain("the last 2 real transactions");
  });

  it("blocks a version that keeps something back, though it answers and emits as before, unless it is declared", async () => {
    const result = await run("LedgerSkims");
    expect(result.gate.findings.map(({ rule }) => rule)).to.deep.equal(["rehearsal/traffic"]);
    const [alice, bob] = [6, 7].map((index) => world.session.wallet(index).address);
    expect([...new Set(differences(result))].sort()).to.deep.equal(
      // Who got less has less left after the next move.
      ["ledger.move(address,uint256) returned", `ledger.move(address,uint256) state ledger.balances[0x${"0".repeat(40)}]`, `ledger.move(address,uint256) state ledger.balances[${alice}]`, `ledger.move(address,uint256) state ledger.balances[${bob}]`].sort(),
    );
    const declared = await run("LedgerSkims", {}, { differences: [{ scenario: "traffic", where: "ledger.move(address,uint256)*", reason: "the fee" }] });
    expect(declared.gate.verdict, JSON.stringify(declared.gate)).to.equal("pass");
  });

  it("blocks a version that refuses, answers and emits otherwise", async () => {
    const result = await run("LedgerRefuses");
    expect([...new Set(differences(result))].sort()).to.deep.equal(["ledger.give(uint256) events", "ledger.give(uint256) returned", "ledger.poke() status"]);
    const poke = result.report.scenarios[0]!.differences.find(({ where }) => where.startsWith("ledger.poke()"));
    expect(poke).to.include({ before: "succeeds", after: "reverts: Closed()" });
  });

  it("is not-run when nothing that happened can happen again, which shows nothing", async () => {
    const snapshot = (await world.session.provider.send("evm_snapshot", [])) as string;
    const [alice] = [6].map((index) => world.session.wallet(index).address);
    await world.send(ledger, "LedgerV1", "move", [alice, 480n], 7);
    const result = await run("LedgerTwin", { replayTraffic: 1, cacheDir: join(cacheDir, "once") });
    expect(result.gate.verdict).to.equal("not-run");
    expect(result.gate.notRun.map(({ reason }) => reason).join()).to.contain("none of the 1 transactions succeeds again");
    await world.session.provider.send("evm_revert", [snapshot]);
    await world.session.sync();
  });

  it("replays the traffic from a cassette, and is not-run where the endpoint serves no logs", async () => {
    const path = join(cacheDir, "traffic.cassette");
    const recorded = await run("LedgerTwin", { cassette: { mode: "record", path } });
    const replayed = await run("LedgerTwin", { cassette: { mode: "replay", path }, upstream: { urls: ["http://127.0.0.1:9"], network: "nowhere" } });
    expect(canonicalJson(replayed.report)).to.equal(canonicalJson(recorded.report));

    const door = await rpcDoor(world.node.url, ({ method, params }) => {
      const [filter] = (params ?? []) as [{ address?: unknown }];
      return method === "eth_getTransactionByHash" || (method === "eth_getLogs" && Array.isArray(filter.address)) ? () => null : undefined;
    });
    try {
      const result = await run("LedgerTwin", { upstream: { urls: [door.url], network: "test" }, cacheDir: join(cacheDir, "poor") });
      expect(result.gate.verdict).to.equal("not-run");
      expect(result.gate.notRun.map(({ check }) => check)).to.include("replay of real traffic");
    } finally {
      await door.close();
    }
  });
});
