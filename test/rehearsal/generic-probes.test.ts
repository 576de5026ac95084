import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEther } from "ethers";
import { expect } from "chai";
import { defineExpectations, type ExpectationsDefinition } from "../../src/expectations.js";
import { rehearse } from "../../src/rehearsal/rehearse.js";
import type { RehearsalResult } from "../../src/rehearsal/types.js";
import { World } from "./support/world.js";

describe("rehearse without an adapter: what strangers and accounts may do, from ABI and events alone", function () {
  this.timeout(120_000);
  let world: World;
  let desk: string;
  const cacheDir = mkdtempSync(join(tmpdir(), "drydock-generic-"));

  before(async () => {
    world = await World.start(["test/rehearsal/contracts/Desk.sol"]);
    desk = await world.proxy("DeskV1", [world.timelock]);
    const data = world.interfaceOf("DeskV1").encodeFunctionData("deposit", []);
    for (const [index, ether] of [[11, "3"], [12, "5"]] as const) await world.session.send(world.session.wallet(index), { to: desk, data, value: parseEther(ether) });
  });
  after(async () => {
    await world?.stop();
    rmSync(cacheDir, { recursive: true, force: true });
  });

  async function upgradeTo(contract: string, expectations?: ExpectationsDefinition): Promise<RehearsalResult> {
    return rehearse({
      upstream: { urls: [world.node.url], network: "test" },
      chainId: BigInt(world.node.chainId),
      chainType: "l1",
      block: await world.head(),
      ...(await world.uupsPlan(desk, contract, undefined)),
      known: [world.known(desk, "desk", "DeskV1", contract)],
      cacheDir,
      ...(expectations === undefined ? {} : { expectations: defineExpectations(expectations) }),
    });
  }
  const details = ({ gate }: RehearsalResult, rule: string): string => gate.findings.filter((finding) => finding.rule === rule).map(({ title, detail }) => `${title}: ${detail}`).join("\n");

  it("lets a version pass that counts, tells and remembers more, and shows it", async () => {
    const result = await upgradeTo("DeskBenign");
    expect(result.gate.verdict, JSON.stringify(result.gate.findings)).to.equal("pass");
    const accounts = result.report.scenarios.find(({ id }) => id === "accounts");
    expect(accounts?.title).to.match(/^2 accounts that exist make \d+ calls, of which [1-9]\d* go through/);
    expect(accounts?.differences.some(({ where, expected }) => expected && where.includes("desk.lastSeen"))).to.equal(true);
    expect(result.gate.findings.map(({ rule }) => rule)).to.include("rehearsal/probe/new-selector");
  });

  for (const [contract, rule, says] of [
    ["DeskLocked", "rehearsal/accounts", /what went through is refused.*withdraw/],
    ["DeskShort", "rehearsal/accounts", /it leaves another state.*withdraw.* balance/],
    ["DeskRetold", "rehearsal/accounts", /it emits other events.*withdraw/],
    ["DeskSlow", "rehearsal/gas", /more than twice the gas.*withdraw/],
    ["DeskStruct", "rehearsal/probe/stranger-takes", /settle\(\(address,address,uint256\)\).*balanceOf\(0x\w+\) (falls|rises)/],
    ["DeskRootless", "rehearsal/probe/stranger-takes", /claim.*rises/],
    ["DeskUnsigned", "rehearsal/probe/stranger-takes", /permitted.*rises/],
    ["DeskLists", "rehearsal/probe/stranger-takes", /settleAll.*falls/],
    ["DeskBatch", "rehearsal/probe/stranger-takes", /batch.*gets ether/],
    ["DeskRouter", "rehearsal/probe/stranger-takes", /selfCall.*rises/],
    ["DeskSetter", "rehearsal/probe/stranger-takes", /setSigner.*sets signer/],
  ] as const) {
    it(`says what is wrong with ${contract}`, async () => {
      const result = await upgradeTo(contract);
      expect(details(result, rule), JSON.stringify(result.gate.findings)).to.match(says);
      expect(result.gate.verdict).to.equal(rule === "rehearsal/gas" ? "pass" : "blocked");
    });
  }

  it("takes a declared difference of the accounts' calls", async () => {
    const result = await upgradeTo("DeskShort", { differences: [{ scenario: "accounts", where: "desk.withdraw*", reason: "an exit fee of one percent" }] });
    expect(result.gate.verdict, JSON.stringify(result.gate.findings)).to.equal("pass");
  });
});
