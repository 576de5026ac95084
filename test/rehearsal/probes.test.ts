import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { rehearse } from "../../src/rehearsal/rehearse.js";
import type { RehearsalResult } from "../../src/rehearsal/types.js";
import { World } from "./support/world.js";

describe("rehearse: probes and getters, without an adapter", function () {
  this.timeout(120_000);
  let world: World;
  const cacheDir = mkdtempSync(join(tmpdir(), "drydock-probes-"));

  before(async () => {
    world = await World.start(["test/rehearsal/contracts/Vault.sol"]);
  });
  after(async () => {
    await world?.stop();
    rmSync(cacheDir, { recursive: true, force: true });
  });

  async function upgrade(from: string, to: string, initializer?: readonly [string, readonly unknown[]], live?: (proxy: string) => Promise<unknown>): Promise<RehearsalResult> {
    const proxy = await world.proxy(from, [world.timelock]);
    await live?.(proxy);
    const planned = await world.uupsPlan(proxy, to, initializer);
    return rehearse({
      upstream: { urls: [world.node.url], network: "test" },
      chainId: BigInt(world.node.chainId),
      chainType: "l1",
      block: await world.head(),
      ...planned,
      known: [world.known(proxy, "vault", from, to)],
      cacheDir,
    });
  }
  const rules = ({ gate }: RehearsalResult): string[] => [...new Set(gate.findings.map(({ rule }) => rule))];

  it("lets an upgrade pass that changes nothing", async () => {
    const result = await upgrade("VaultV1", "VaultGuarded");
    expect(result.gate.verdict, JSON.stringify(result.gate.findings)).to.equal("pass");
    expect(result.report.probes.map(({ id, verdict }) => `${id} ${verdict}`)).to.deep.equal([
      "stranger-calls-everything pass",
      "initializers-again pass",
      "upgrade-again pass",
      "sequences pass",
    ]);
    // Nobody holds anything here: a sequence has nobody to harm.
    expect(result.report.probes.filter(({ tried }) => tried === 0).map(({ id }) => id)).to.deep.equal(["sequences"]);
  });

  it("blocks an upgrade right that is open afterwards", async () => {
    expect(rules(await upgrade("VaultV1", "VaultOpen"))).to.include("rehearsal/probe/open-upgrade");
  });

  it("blocks a version that can't be upgraded again", async () => {
    // Nobody has the upgrade right any more: the graph of authority says so, too.
    expect(rules(await upgrade("VaultV1", "VaultStuck"))).to.have.members(["rehearsal/probe/stuck", "rehearsal/authority-changed"]);
  });

  it("blocks a reinitializer that was left open, and passes the same with it called", async () => {
    expect(rules(await upgrade("VaultV1", "VaultForgotten"))).to.deep.equal(["rehearsal/probe/initializer"]);
    const called = await upgrade("VaultV1", "VaultForgotten", ["initializeV2", [world.timelock]]);
    expect(rules(called)).to.not.include("rehearsal/probe/initializer");
  });

  it("blocks a guard that was lost between the versions", async () => {
    expect(rules(await upgrade("VaultGuarded", "VaultUnguarded"))).to.include("rehearsal/probe/guard-lost");
    expect(rules(await upgrade("VaultGuarded", "VaultGuarded"))).to.not.include("rehearsal/probe/guard-lost");
  });

  it("blocks a function that can be entered again, and passes the same with its guard", async () => {
    expect(rules(await upgrade("VaultPolite", "VaultEcho"))).to.deep.equal(["rehearsal/probe/reentry"]);
    expect((await upgrade("VaultPolite", "VaultPolite")).gate.verdict).to.equal("pass");
  });

  it("tries what stands in storage as an argument", async () => {
    const hide = (proxy: string): Promise<unknown> => world.send(proxy, "VaultSecret", "hide", [987_654_321n]);
    expect(rules(await upgrade("VaultSecret", "VaultTold", undefined, hide))).to.include("rehearsal/probe/guard-lost");
    expect(rules(await upgrade("VaultSecret", "VaultSecret", undefined, hide))).to.deep.equal([]);
  });

  it("blocks a getter that reverts for what exists", async () => {
    expect(rules(await upgrade("VaultDeaf", "VaultDeafer"))).to.deep.equal(["rehearsal/getter"]);
    expect((await upgrade("VaultV1", "VaultDeaf")).gate.verdict).to.equal("pass");
  });

  it("fails market scenarios that were asked for without an adapter", async () => {
    const proxy = await world.proxy("VaultV1", [world.timelock]);
    const result = await rehearse({
      upstream: { urls: [world.node.url], network: "test" },
      chainId: BigInt(world.node.chainId),
      chainType: "l1",
      block: await world.head(),
      ...(await world.uupsPlan(proxy, "VaultGuarded", undefined)),
      known: [world.known(proxy, "vault", "VaultV1", "VaultGuarded")],
      scenarios: ["S2"],
      cacheDir,
    });
    expect(rules(result)).to.deep.equal(["rehearsal/scenario/S2"]);
  });
});
