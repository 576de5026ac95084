import { expect } from "chai";
import { getAddress, Interface, keccak256 } from "ethers";
import { getCode } from "../../src/chain/reads.js";
import type { PlanCore } from "../../src/core/schema/plan.js";
import { planAuthority } from "../../src/stages/authority.js";
import { authorityWorld, type AuthorityWorld } from "../support/authority-world.js";

describe("the authority checks of a plan", function () {
  this.timeout(120_000);
  let world: AuthorityWorld;
  let plan: PlanCore;
  const upgrade = new Interface(["function upgradeToAndCall(address,bytes)", "function transferOwnership(address)", "function multicall(bytes[])"]);

  before(async () => {
    world = await authorityWorld();
    const safe = await world.safe(world.accounts.slice(0, 3), 2);
    const timelock = await world.timelock({ proposers: [safe], executors: [safe] });
    const proxy = await world.vault("OwnedVault", "initialize(address)", [timelock], [1n]);
    const [oldImplementation, newImplementation] = [await implementationOf(proxy), await world.deploy("OwnedVault", [2n])];
    const hash = async (address: string) => keccak256(await getCode(world.chain, address));
    plan = {
      schema: "drydock/plan@1",
      chainId: String(world.node.chainId),
      safe,
      timelock,
      delay: "172800",
      predecessor: `0x${"0".repeat(64)}`,
      attempt: "1",
      changes: [
        {
          proxy,
          kind: "uups",
          oldImplementation,
          oldCodeHash: await hash(oldImplementation),
          newImplementation,
          newCodeHash: await hash(newImplementation),
          initCodeHash: `0x${"0".repeat(64)}`,
        },
      ],
      calls: [{ target: proxy, value: "0", data: upgrade.encodeFunctionData("upgradeToAndCall", [newImplementation, "0x"]) }],
    };
  });
  after(() => world.stop());

  async function implementationOf(proxy: string): Promise<string> {
    const slot = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";
    return getAddress(`0x${(await world.provider.getStorage(proxy, slot)).slice(26)}`);
  }
  const check = async (changes: Partial<PlanCore>, more = {}) => planAuthority({ chain: world.chain, plan: { ...plan, ...changes }, ...more });
  const said = ({ findings }: { findings: { rule: string; title: string }[] }) => findings.map(({ rule, title }) => `${rule} ${title}`);
  const change = () => plan.changes[0]!;

  it("passes a plan whose route is the only way", async () => {
    const result = await check({});
    expect(said(result)).to.deep.equal([]);
    expect(result.verdict).to.equal("pass");
    expect(result.inspection.authority.paths).to.have.lengthOf(1);
  });

  it("is not-run while the new implementation is not deployed", async () => {
    const changes = [{ ...change(), newImplementation: getAddress(`0x${"ab".repeat(20)}`) }];
    const result = await check({ changes });
    expect(said(result)).to.deep.equal([]);
    expect(result.verdict).to.equal("not-run");
    expect((await check({ changes }, { beforeDeployment: true })).verdict).to.equal("pass");
  });

  it("finds a change of owner in the plan's calls, in the open and inside a multicall or the initializer", async () => {
    const steal = upgrade.encodeFunctionData("transferOwnership", [world.accounts[5]]);
    const { proxy, newImplementation } = change();
    for (const data of [
      steal,
      upgrade.encodeFunctionData("multicall", [[steal]]),
      upgrade.encodeFunctionData("upgradeToAndCall", [newImplementation, steal]),
    ]) {
      const result = await check({ calls: [{ target: proxy, value: "0", data }] });
      expect(said(result)).to.include("P14 the upgrade itself changes who decides");
      expect(result.findings[0]!.detail).to.contain(world.accounts[5]);
      expect(result.verdict).to.equal("blocked");
    }
  });

  it("finds an implementation that is a proxy, has other code, or is not the live one", async () => {
    expect(said(await check({ changes: [{ ...change(), newImplementation: change().proxy }] }))).to.deep.equal([
      "P15 the new implementation is itself a proxy",
      "P15 the new implementation's code is not the planned one",
    ].sort());
    expect(said(await check({ changes: [{ ...change(), newCodeHash: `0x${"11".repeat(32)}` }] }))).to.deep.equal(["P15 the new implementation's code is not the planned one"]);
    const drifted = await check({ changes: [{ ...change(), oldImplementation: change().newImplementation, oldCodeHash: change().newCodeHash }] });
    expect(said(drifted)).to.deep.equal(["P15 the live implementation is not the planned one"]);
  });

  it("finds an address without code, and one that looks like a known one", async () => {
    const [target] = [getAddress(world.accounts[6]!)];
    const codeless = await check({ calls: [...plan.calls, { target, value: "0", data: "0x" }] });
    expect(said(codeless)).to.deep.equal(["P16 an address of the plan has no code"]);
    const digit = change().proxy.toLowerCase().at(20) === "a" ? "b" : "a";
    const twin = getAddress(`${change().proxy.toLowerCase().slice(0, 20)}${digit}${change().proxy.toLowerCase().slice(21)}`);
    const alike = await check({}, { labels: { [twin]: "Clearinghouse" } });
    expect(said(alike)).to.deep.equal(["P16 an address of the plan looks like a known one"]);
    expect(said(await check({}, { labels: { [twin]: "Other", [change().proxy]: "Clearinghouse" } }))).to.deep.equal([]);
  });

  it("finds a second proposer and a timelock that is not the plan's", async () => {
    const other = await world.timelock({ proposers: [plan.safe], executors: [plan.safe] });
    expect(said(await check({ timelock: other }))).to.include("P9 the code can be changed past the declared timelock");
    const strange = await world.safe(world.accounts.slice(3, 6), 2);
    expect(said(await check({ safe: strange }))).to.include("P10 a proposer that is not the plan's Safe");
  });
});
