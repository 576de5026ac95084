import { expect } from "chai";
import { inspect } from "../../../src/stages/inspect.js";
import { authorityWorld, type AuthorityWorld } from "../../support/authority-world.js";

/**
 * wasabi-2026: the key of a deployer held the upgrade right over every vault of a derivatives protocol, directly and as
 * the only member of a role, without a delay. Whoever got that one key replaced the code of all of them in one block.
 * The stage that must block is `inspect`, by P9; the twin has the same vaults behind a Safe and a timelock.
 */
describe("incident wasabi-2026", function () {
  this.timeout(120_000);
  let world: AuthorityWorld;

  before(async () => {
    world = await authorityWorld();
  });
  after(() => world.stop());

  /** Vaults that differ in kind and in how they name their owner, all in the hands of `authority`. */
  async function protocol(authority: string): Promise<string[]> {
    const vaults = await Promise.all([1, 2, 3, 4].map((cap) => world.vault("OwnedVault", "initialize(address)", [authority], [cap])));
    const roles = await world.vault("RoleVault", "initialize(address,address)", [authority, authority]);
    const managed = await world.vault("ManagedVault", "initialize(address)", [await world.deploy("AccessManager", [authority])]);
    return [...vaults, roles, managed];
  }

  it("is blocked by inspect: one key changes all the code at once", async () => {
    const deployer = world.accounts[0]!;
    const proxies = await protocol(deployer);
    const result = await inspect({ chain: world.chain, addresses: proxies });
    expect(result.verdict).to.equal("blocked");
    const findings = result.findings.filter(({ rule }) => rule === "P9");
    expect(findings).to.have.lengthOf(1);
    expect(findings[0]).to.deep.include({ severity: "high", confidence: "high", title: "one key changes the code at once" });
    expect(findings[0]!.where.address).to.equal(deployer);
    const [point] = result.singlePointsOfFailure;
    expect(point).to.deep.include({ address: deployer, effect: "changes-code", proxies: [...proxies].sort() });
    for (const path of result.authority.paths) expect(path).to.deep.include({ delay: "0", keys: 1 });
  });

  it("leaves the twin alone: the same vaults behind a Safe and a timelock", async () => {
    const safe = await world.safe(world.accounts.slice(0, 5), 3);
    const timelock = await world.timelock({ proposers: [safe], executors: [safe] });
    const proxies = await protocol(timelock);
    const result = await inspect({ chain: world.chain, addresses: proxies });
    expect(result.findings).to.deep.equal([]);
    expect(result.verdict).to.equal("pass");
    expect(result.singlePointsOfFailure).to.deep.equal([]);
    expect(result.proxies.every(({ leastKeys, leastDelay }) => leastKeys === 3 && leastDelay === "172800")).to.equal(true);
  });
});
