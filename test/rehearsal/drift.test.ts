import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { driftSchema, type Rehearsal } from "../../src/core/schema/rehearsal.js";
import { defineExpectations } from "../../src/expectations.js";
import { driftBetween } from "../../src/rehearsal/drift.js";
import { rehearse } from "../../src/rehearsal/rehearse.js";
import { World } from "./support/world.js";

describe("drift between two rehearsals of one plan", function () {
  this.timeout(120_000);
  let world: World;
  let vault: string;
  const cacheDir = mkdtempSync(join(tmpdir(), "drydock-drift-"));

  before(async () => {
    world = await World.start(["test/rehearsal/contracts/Vault.sol"]);
    vault = await world.proxy("VaultGuarded", [world.timelock]);
  });
  after(async () => {
    await world?.stop();
    rmSync(cacheDir, { recursive: true, force: true });
  });

  async function now(): Promise<Rehearsal> {
    const { report } = await rehearse({
      upstream: { urls: [world.node.url], network: "test" },
      chainId: BigInt(world.node.chainId),
      chainType: "l1",
      block: await world.head(),
      ...(await world.uupsPlan(vault, "VaultGuardedV2", ["initializeV2", [2000n]])),
      known: [world.known(vault, "vault", "VaultGuarded", "VaultGuardedV2")],
      scenarios: [],
      expectations: defineExpectations({
        storage: [
          { contract: "vault", name: "InitializableStorage._initialized", after: "2" },
          { contract: "vault", name: "cap", after: { changedBy: "1000" } },
        ],
        events: [{ contract: "vault", event: "Initialized(uint64)" }],
      }),
      cacheDir,
    });
    return report;
  }

  it("is none when only time went on, and names what the chain changed under the upgrade and who came to decide", async () => {
    const pinned = await now();
    expect(pinned.verdict).to.equal("pass");
    await world.session.mine(2);
    expect(driftBetween(pinned, await now())).to.deep.equal([]);

    const timelock = world.interfaceOf("TimelockController");
    const newcomer = world.session.wallet(8).address;
    const role = timelock.encodeFunctionData("grantRole", ["0xb09aa5aeb3702cfd50b6b62bc4532604938f21248a27a1d5ca736082b6819cc1", newcomer]);
    await world.throughTimelock([{ to: world.timelock, data: role }], "grant");
    // The cap, 2000 by another way: the upgrade has nothing left to change.
    const word = await world.session.provider.getStorage(vault, 0n);
    const cap = (BigInt(word) & ~((1n << 128n) - 1n)) | 2000n;
    await world.session.provider.send("hardhat_setStorageAt", [vault, "0x0", `0x${cap.toString(16).padStart(64, "0")}`]);
    await world.session.mine(1);
    const fresh = await now();
    const changes = driftBetween(pinned, fresh);
    const { number, hash, timestamp } = fresh.block;
    expect(driftSchema.parse({ block: { number, hash, timestamp }, verdict: fresh.verdict, changes, upstreamRequests: 0 }).changes).to.deep.equal(changes);
    expect(changes).to.deep.include({ where: "verdict", pinned: "pass", fresh: "blocked" });
    expect(changes).to.deep.include({ where: "state vault.cap", pinned: "1000 → 2000", fresh: "none" });
    expect(changes.some(({ where, pinned: was }) => where.startsWith(`authority ${newcomer} `) && was === "none")).to.equal(true);
  });
});
