import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { rehearse } from "../../src/rehearsal/rehearse.js";
import { selfTest } from "../../src/rehearsal/self-test/self-test.js";
import type { RehearsalInput } from "../../src/rehearsal/types.js";
import { World } from "./support/world.js";

describe("self-test of a rehearsal", function () {
  this.timeout(120_000);
  let world: World;
  let input: RehearsalInput;
  const cacheDir = mkdtempSync(join(tmpdir(), "drydock-self-test-"));

  before(async () => {
    world = await World.start(["test/rehearsal/contracts/Vault.sol"]);
    const proxy = await world.proxy("VaultGuarded", [world.timelock]);
    input = {
      upstream: { urls: [world.node.url], network: "test" },
      chainId: BigInt(world.node.chainId),
      chainType: "l1",
      block: await world.head(),
      ...(await world.uupsPlan(proxy, "VaultGuarded", undefined)),
      known: [world.known(proxy, "vault", "VaultGuarded")],
      cacheDir,
    };
  });
  after(async () => {
    await world.stop();
    rmSync(cacheDir, { recursive: true, force: true });
  });

  it("notices every fault that it can put in, and asks upstream for nothing more", async () => {
    const { results, findings, notRun } = await selfTest(rehearse, input);
    expect(results.filter(({ verdict }) => verdict === "missed" || verdict === "not-run")).to.deep.equal([]);
    const caught = results.filter(({ verdict }) => verdict === "caught");
    expect(caught.map(({ id }) => id)).to.include.members(["undeclared-write", "other-code", "getter-reverts", "guard-dropped", "upgrade-open", "upgrade-stuck"]);
    expect(caught.find(({ id }) => id === "undeclared-write")?.by).to.deep.equal(["state diff: rehearsal/unexpected-change"]);
    expect(findings).to.deep.equal([]);
    expect(notRun).to.deep.equal([]);
  });

  it("reports a rehearsal that can't fail: one whose expectations allow everything", async () => {
    const blind = {
      schema: "drydock/expectations@1" as const,
      storage: [],
      accounts: [],
      events: [],
      differences: [{ scenario: "*", where: "*", reason: "whatever" }],
    };
    const { results, findings } = await selfTest(rehearse, { ...input, expectations: blind });
    expect(results.find(({ id }) => id === "getter-reverts")?.verdict).to.equal("missed");
    expect(findings.map(({ rule }) => rule)).to.include("rehearsal/self-test");
  });

  it("counts a fault of one's own as noticed only when a stage blocks it", async () => {
    const own = (id: string, blocked: boolean) => ({ id, what: id, run: async () => (blocked ? [{ stage: "check", rules: ["U1"] }] : []) });
    const { results } = await selfTest(rehearse, input, [own("seen", true), own("unseen", false)]);
    expect(results.slice(-2).map(({ id, verdict }) => `${id} ${verdict}`)).to.deep.equal(["seen caught", "unseen missed"]);
  });
});
