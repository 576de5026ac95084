import { expect } from "chai";
import { concat, Interface, zeroPadValue } from "ethers";
import { inspectSchema, type InspectResult } from "../../src/core/schema/inspect.js";
import { inspect } from "../../src/stages/inspect.js";
import { DrydockError, ERRORS } from "../../src/errors/drydock-error.js";
import { authorityWorld, type AuthorityWorld } from "../support/authority-world.js";
import { failureOf } from "../support/failure.js";

const DAY = 86_400;
const EVERYBODY = "0x0000000000000000000000000000000000000000";

describe("inspect", function () {
  this.timeout(120_000);
  let world: AuthorityWorld;
  let a: string, b: string, c: string, d: string;

  before(async () => {
    world = await authorityWorld();
    [a, b, c, d] = world.accounts as [string, string, string, string];
  });
  after(() => world.stop());

  async function look(addresses: string[], more: Partial<Parameters<typeof inspect>[0]> = {}): Promise<InspectResult> {
    const result = await inspect({ chain: world.chain, addresses, ...more });
    // What is answered is what the schema says, to the byte.
    expect(inspectSchema.parse(JSON.parse(JSON.stringify(result)))).to.deep.equal(JSON.parse(JSON.stringify(result)));
    return result;
  }
  const rules = (result: InspectResult) => result.findings.map(({ rule, title }) => `${rule} ${title}`);
  const blocking = (result: InspectResult) => result.findings.filter(({ severity }) => severity === "critical" || severity === "high").map(({ rule }) => rule);
  const initialize = (owner: string) => new Interface(["function initialize(address)"]).encodeFunctionData("initialize", [owner]);
  const OWNED = "initialize(address)";

  /** A Safe 2/3 behind a timelock of two days that only the Safe uses: how it should be. */
  async function sound(options: { delay?: number; executors?: string[]; admin?: string; safe?: string } = {}) {
    const safe = options.safe ?? (await world.safe([a, b, c], 2));
    const timelock = await world.timelock({ delay: options.delay, proposers: [safe], executors: options.executors ?? [safe], admin: options.admin });
    const proxy = await world.vault("OwnedVault", OWNED, [timelock], [1n]);
    return { safe, timelock, proxy };
  }

  it("draws the one path of a sound system, and finds nothing", async () => {
    const { safe, timelock, proxy } = await sound();
    const result = await look([proxy]);
    expect(rules(result)).to.deep.equal([]);
    expect(result.verdict).to.equal("pass");
    expect(result.authority.paths).to.have.lengthOf(1);
    const [path] = result.authority.paths;
    expect(path).to.deep.include({ proxy, delay: String(2 * DAY), keys: 2, leaf: { address: safe, kind: "safe" }, cancellers: [safe] });
    expect(path!.steps.map(({ right, holder }) => [right, holder])).to.deep.equal([["owner", timelock], ["proposer", safe]]);
    expect(result.proxies[0]).to.deep.include({ kind: "uups", leastDelay: String(2 * DAY), leastKeys: 2, owner: timelock });
    expect(result.proxies[0]!.initialized).to.deep.equal({ version: "1", initializing: false, location: "erc7201" });
    expect(result.singlePointsOfFailure).to.deep.equal([]);
    expect(result.inventory.proxies[0]).to.deep.include({ timelock });
    const owner = result.authority.edges.find(({ to, right }) => to === proxy && right === "owner");
    expect(owner).to.deep.include({ from: timelock, evidence: "simulation" });
  });

  it("names a single key over many proxies without delay, once", async () => {
    const proxies = await Promise.all([1, 2, 3].map((cap) => world.vault("OwnedVault", OWNED, [d], [cap])));
    const result = await look(proxies);
    const [finding, ...others] = result.findings;
    expect(others).to.deep.equal([]);
    expect(finding).to.deep.include({ rule: "P9", severity: "high", title: "one key changes the code at once" });
    expect(finding!.where).to.deep.equal({ address: d });
    for (const proxy of proxies) expect(finding!.detail).to.contain(proxy);
    expect(result.singlePointsOfFailure).to.deep.equal([
      { address: d, label: null, kind: "eoa", effect: "changes-code", proxies: [...proxies].sort() },
      { address: d, label: null, kind: "eoa", effect: "blocks-fix", proxies: [...proxies].sort() },
    ]);
    expect(result.proxies[0]!.siblings.map(({ same }) => same)).to.deep.equal(["family", "family"]);
  });

  it("resolves transparent proxies through their ProxyAdmin", async () => {
    const { timelock, safe } = await sound();
    const implementation = await world.deploy("OwnedVault", [1n]);
    const proxy = await world.deploy("TransparentUpgradeableProxy", [implementation, timelock, initialize(timelock)]);
    const result = await look([proxy]);
    expect(blocking(result)).to.deep.equal([]);
    expect(result.proxies[0]).to.deep.include({ kind: "transparent", owner: timelock, upgradeInterfaceVersion: "5.0.0" });
    const [path] = result.authority.paths;
    expect(path!.steps.map(({ right }) => right)).to.deep.equal(["admin", "owner", "proposer"]);
    expect(path!.leaf.address).to.equal(safe);
    expect(result.authority.nodes.map(({ kind }) => kind)).to.include("proxy-admin");
  });

  it("resolves beacon proxies through their beacon", async () => {
    const implementation = await world.deploy("OwnedVault", [1n]);
    const beacon = await world.deploy("UpgradeableBeacon", [implementation, d]);
    const proxy = await world.deploy("BeaconProxy", [beacon, initialize(d)]);
    const result = await look([proxy]);
    expect(result.proxies.map(({ kind }) => kind).sort()).to.deep.equal(["beacon", "beacon-proxy"]);
    const path = result.authority.paths.find((one) => one.proxy === proxy);
    expect(path!.steps.map(({ right, holder }) => [right, holder])).to.deep.equal([["beacon", beacon], ["owner", d]]);
    expect(blocking(result)).to.deep.equal(["P9"]);
  });

  it("finds role holders and those who can grant the role", async () => {
    const { timelock } = await sound();
    const proxy = await world.vault("RoleVault", "initialize(address,address)", [d, timelock]);
    const result = await look([proxy]);
    const leaves = result.authority.paths.map(({ leaf, delay }) => [leaf.kind, delay]);
    expect(leaves).to.deep.equal([["eoa", "0"], ["safe", String(2 * DAY)]]);
    expect(result.authority.paths[0]!.steps[0]!.right).to.equal("DEFAULT_ADMIN_ROLE, which grants UPGRADER_ROLE");
    expect(blocking(result)).to.deep.equal(["P9"]);

    await world.send(proxy, "grantRole(bytes32,address)", [`0x${"0".repeat(64)}`, timelock], d);
    await world.send(proxy, "renounceRole(bytes32,address)", [`0x${"0".repeat(64)}`, d], d);
    const twin = await look([proxy]);
    expect(rules(twin)).to.deep.equal([]);
    expect(twin.verdict).to.equal("pass");
  });

  it("reads an AccessManager's delays, zero ones too", async () => {
    const { timelock } = await sound();
    const manager = await world.deploy("AccessManager", [timelock]);
    const proxy = await world.vault("ManagedVault", OWNED, [manager]);
    const twin = await look([proxy]);
    expect(blocking(twin)).to.deep.equal([]);
    expect(twin.authority.paths.every(({ delay }) => BigInt(delay) >= BigInt(2 * DAY))).to.equal(true);

    const hasty = await world.deploy("AccessManager", [a]);
    const other = await world.vault("ManagedVault", OWNED, [hasty]);
    await world.send(hasty, "setTargetFunctionRole(address,bytes4[],uint64)", [other, ["0x4f1ef286"], 7n], a);
    await world.send(hasty, "grantRole(uint64,address,uint32)", [7n, d, 0], a);
    await world.send(hasty, "grantRole(uint64,address,uint32)", [7n, b, 3 * DAY], a);
    await world.send(hasty, "grantRole(uint64,address,uint32)", [0n, timelock, 0], a);
    await world.send(hasty, "renounceRole(uint64,address)", [0n, a], a);
    const result = await look([other]);
    const role = result.authority.paths.filter(({ steps }) => steps[0]!.right === "AccessManager role 7");
    expect(role.map(({ leaf, delay }) => [leaf.address, delay])).to.deep.equal([[d, "0"], [b, String(3 * DAY)]]);
    expect(result.findings.find(({ severity }) => severity === "high")).to.deep.include({ rule: "P9", where: { address: d } });
  });

  it("finds who passes a guard that no getter shows", async () => {
    const proxy = await world.proxy(await world.deploy("CustomVault"));
    await world.send(proxy, "setSteward(address)", [d]);
    const result = await look([proxy]);
    expect(result.authority.paths.map(({ leaf, steps }) => [leaf.address, steps[0]!.right])).to.deep.equal([[d, "upgrade"]]);
    expect(blocking(result)).to.deep.equal(["P9"]);
  });

  it("finds who passes a guard in a mapping, and says that there may be more", async () => {
    const proxy = await world.proxy(await world.deploy("WardVault"));
    await world.send(proxy, "rely(address)", [d]);
    const result = await look([proxy]);
    expect(result.authority.paths.map(({ leaf }) => leaf.address)).to.deep.equal([d]);
    expect(rules(result)).to.include("P9 who can change this code could not be resolved completely");
  });

  it("sees a missing guard", async () => {
    const proxy = await world.proxy(await world.deploy("OpenVault"));
    const result = await look([proxy]);
    expect(result.findings[0]).to.deep.include({ rule: "P9", severity: "critical", title: "everybody can change the code" });
    expect(result.singlePointsOfFailure[0]).to.deep.include({ address: EVERYBODY, effect: "changes-code" });
    expect(result.proxies[0]!.leastKeys).to.equal(0);
  });

  it("resolves a diamond's owner", async () => {
    const proxy = await world.deploy("TinyDiamond", [d]);
    const result = await look([proxy]);
    expect(result.proxies[0]).to.deep.include({ kind: "diamond", owner: d, facets: [proxy] });
    expect(result.authority.paths.map(({ leaf }) => leaf.address)).to.deep.equal([d]);
  });

  it("finds a Safe module as the second way", async () => {
    const { safe, proxy } = await sound();
    const module = await world.deploy("OwnedModule", [d]);
    await enableModule(safe, module);
    const result = await look([proxy]);
    expect(rules(result)).to.include("P11 a module can act for the Safe");
    const hidden = result.authority.paths.find(({ leaf }) => leaf.address === d);
    expect(hidden!.steps.map(({ right }) => right)).to.deep.equal(["owner", "proposer", "module", "owner"]);
    expect(hidden!.keys).to.equal(1);
    expect(result.proxies[0]!.leastKeys).to.equal(1);
    expect(result.singlePointsOfFailure.map(({ address, effect }) => [address, effect])).to.deep.include([d, "changes-code"]);
  });

  it("judges a timelock's delay, executor and administration", async () => {
    const short = await sound({ delay: 60 });
    expect(rules(await look([short.proxy]))).to.include("P10 the timelock's delay is too short");
    const open = await sound({ executors: [EVERYBODY] });
    expect(rules(await look([open.proxy]))).to.deep.equal(["P10 everybody may execute"]);
    const administered = await sound({ admin: d });
    const result = await look([administered.proxy]);
    expect(rules(result)).to.include("P10 somebody else administers the timelock's roles");
    const byAdmin = result.authority.paths.find(({ leaf }) => leaf.address === d);
    expect(byAdmin).to.deep.include({ delay: String(2 * DAY), keys: 1, cancellers: [] });
    await world.send(administered.timelock, "renounceRole(bytes32,address)", [`0x${"0".repeat(64)}`, d], d);
    expect(rules(await look([administered.proxy]))).to.deep.equal([]);
  });

  it("names a proposer with one key, and a canceller that can stop every fix", async () => {
    const timelock = await world.timelock({ proposers: [d], executors: [d] });
    const proxy = await world.vault("OwnedVault", OWNED, [timelock], [1n]);
    const result = await look([proxy]);
    expect(rules(result)).to.include("P10 a single key may propose").and.include("P10 a single key may cancel");
    expect(result.singlePointsOfFailure.map(({ address, effect }) => [address, effect])).to.deep.equal([[d, "changes-code"], [d, "blocks-fix"]]);
  });

  it("follows nested Safes and counts a shared key once", async () => {
    const inner = await world.safe([a, b], 2);
    const outer = await world.safe([inner, a, b], 2);
    const { proxy } = await sound({ safe: outer });
    const result = await look([proxy]);
    expect(result.proxies[0]!.leastKeys).to.equal(2);
    expect(result.authority.nodes.filter(({ kind }) => kind === "safe")).to.have.lengthOf(2);
    const lonely = await world.safe([await world.safe([a], 1), a, b], 2);
    const weak = await look([(await sound({ safe: lonely })).proxy]);
    expect(weak.proxies[0]!.leastKeys).to.equal(1);
    expect(rules(weak)).to.include("P11 the Safe's threshold is too low");
  });

  it("sees that a timelock behind a proxy is only as slow as its proxy", async () => {
    const safe = await world.safe([a, b, c], 2);
    const initializer = new Interface(["function setUp(uint256,address[],address[],address)"]);
    const data = (admin: string) => initializer.encodeFunctionData("setUp", [2 * DAY, [safe], [safe], admin]);
    const implementation = await world.deploy("ProxiedTimelock");
    const hasty = await world.proxy(implementation, data(d));
    const result = await look([await world.vault("OwnedVault", OWNED, [hasty], [1n])]);
    const fast = result.authority.paths.find(({ delay }) => delay === "0");
    expect(fast!.leaf.address).to.equal(d);
    expect(fast!.steps.map(({ right }) => right)).to.deep.equal(["owner", "upgrade by DEFAULT_ADMIN_ROLE"]);
    expect(blocking(result)).to.include("P9").and.include("P10");

    const alone = await world.proxy(implementation, data(EVERYBODY));
    const twin = await look([await world.vault("OwnedVault", OWNED, [alone], [1n])]);
    expect(rules(twin)).to.deep.equal([]);
  });

  it("ends at a Governor, whose votes are no keys", async () => {
    const governor = await world.deploy("VillageGovernor");
    const timelock = await world.timelock({ proposers: [governor], executors: [governor] });
    const result = await look([await world.vault("OwnedVault", OWNED, [timelock], [1n])]);
    expect(result.authority.paths.map(({ leaf }) => leaf)).to.deep.equal([{ address: governor, kind: "governor" }]);
    expect(rules(result)).to.deep.equal([]);
  });

  it("names a key that has delegated to code (EIP-7702) as the key that it still is", async () => {
    const delegate = await world.deploy("OwnedModule", [a]);
    const key = world.accounts[9]!;
    const proxy = await world.vault("OwnedVault", OWNED, [key], [1n]);
    await world.provider.send("hardhat_setCode", [key, `0xef0100${delegate.slice(2).toLowerCase()}`]);
    const result = await look([proxy]);
    const node = result.authority.nodes.find(({ address }) => address === key);
    expect(node).to.deep.include({ kind: "eoa", facts: { "delegates to": delegate } });
    expect(blocking(result)).to.deep.equal(["P9"]);
  });

  it("finds a path past the declared timelock, by the trust file and by the plan's route", async () => {
    const { timelock, proxy, safe } = await sound();
    const { inventory } = await look([proxy]);
    expect(rules(await look([proxy], { trust: inventory, route: { safe, timelock } }))).to.deep.equal([]);
    const other = await world.timelock({ proposers: [safe], executors: [safe] });
    expect(rules(await look([proxy], { route: { safe, timelock: other } }))).to.deep.equal(["P9 the code can be changed past the declared timelock"]);
  });

  it("says when a bare implementation is open to anybody", async () => {
    const { timelock } = await sound();
    const result = await look([await world.vault("BareVault", OWNED, [timelock])]);
    expect(rules(result)).to.deep.equal(["P12 the bare implementation is not initialized"]);
  });

  it("answers a proxy whose implementation is a proxy, even in a cycle", async () => {
    const { timelock, proxy } = await sound();
    const outer = await world.proxy(await world.vault("OwnedVault", OWNED, [timelock], [1n]));
    expect(rules(await look([outer]))).to.include("P15 the implementation is itself a proxy");
    const word = `0x${proxy.slice(2).toLowerCase().padStart(64, "0")}`;
    await world.provider.send("hardhat_setStorageAt", [proxy, "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc", word]);
    const cycle = await look([proxy]);
    expect(rules(cycle)).to.include("P15 the implementation is itself a proxy");
    expect(cycle.verdict).to.equal("blocked");
  });

  it("answers a proxy whose implementation reverts on everything", async () => {
    const result = await look([await world.proxy(await world.deploy("Refusal"))]);
    expect(result.proxies[0]).to.deep.include({ kind: "unknown", leastKeys: null });
    expect(result.verdict).to.equal("blocked");
    expect(rules(result)).to.deep.equal(["P9 who can change this code could not be resolved completely"]);
  });

  it("says when the implementation is gone", async () => {
    const { proxy } = await sound();
    const implementation = (await look([proxy])).proxies[0]!.implementation!;
    await world.provider.send("hardhat_setCode", [implementation, "0x"]);
    const result = await look([proxy]);
    expect(rules(result)).to.include("P16 the implementation has no code");
    expect(result.verdict).to.equal("blocked");
  });

  it("answers a Safe with 200 owners", async () => {
    const owners = Array.from({ length: 200 }, (_, i) => `0x${(i + 0x1000).toString(16).padStart(40, "b")}`);
    const safe = await world.safe(owners, 101);
    const { proxy } = await sound({ safe });
    const result = await look([proxy]);
    expect(result.proxies[0]!.leastKeys).to.equal(101);
    expect(result.inventory.safes[0]!.owners).to.have.lengthOf(200);
    expect(rules(result)).to.deep.equal([]);
  });

  it("refuses an address without code", async () => {
    expect(DrydockError.is(await failureOf(look([d])), ERRORS.NO_CODE)).to.equal(true);
  });

  /** Enables a module on a 2-of-3 Safe of a, b and c, with approvals instead of signatures. */
  async function enableModule(safe: string, module: string): Promise<void> {
    const data = new Interface(["function enableModule(address)"]).encodeFunctionData("enableModule", [module]);
    const exec = "execTransaction(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,bytes)";
    const [first, second] = [a, b].sort((x, y) => (x.toLowerCase() < y.toLowerCase() ? -1 : 1)) as [string, string];
    const read = new Interface([
      "function getTransactionHash(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,uint256) view returns (bytes32)",
    ]);
    const fields = [safe, 0, data, 0, 0, 0, 0, EVERYBODY, EVERYBODY];
    const answer = await world.provider.call({ to: safe, data: read.encodeFunctionData("getTransactionHash", [...fields, 0]) });
    for (const owner of [first, second]) await world.send(safe, "approveHash(bytes32)", [answer], owner);
    const signatures = concat([first, second].flatMap((owner) => [zeroPadValue(owner, 32), `0x${"0".repeat(64)}`, "0x01"]));
    await world.send(safe, exec, [...fields, signatures], first);
  }
});
