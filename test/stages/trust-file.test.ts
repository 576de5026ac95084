import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Trust } from "../../src/core/schema/trust.js";
import { DrydockError, ERRORS } from "../../src/errors/drydock-error.js";
import { inspect } from "../../src/stages/inspect.js";
import { checkTrust, readTrust, trustedAddresses, unlistedProxies, writeTrust } from "../../src/stages/inspect/trust-file.js";
import { authorityWorld, type AuthorityWorld } from "../support/authority-world.js";
import { failureOf } from "../support/failure.js";

describe("the trust file", function () {
  this.timeout(120_000);
  let world: AuthorityWorld;
  let folder: string;
  let path: string;
  let accounts: string[];

  before(async () => {
    world = await authorityWorld();
    accounts = world.accounts;
    folder = await mkdtemp(join(tmpdir(), "drydock-trust-"));
    path = join(folder, "trust.json");
  });
  after(async () => {
    await world.stop();
    await rm(folder, { recursive: true });
  });

  async function written(admin?: string): Promise<{ trust: Trust; proxy: string; timelock: string }> {
    const safe = await world.safe(accounts.slice(0, 3), 2);
    const timelock = await world.timelock({ proposers: [safe], executors: [safe], admin });
    const proxy = await world.vault("OwnedVault", "initialize(address)", [timelock], [1n]);
    const result = await inspect({ chain: world.chain, addresses: [proxy], labels: { [proxy]: "Vault", [safe]: "Council" } });
    await writeTrust(path, result);
    return { trust: await readTrust(path), proxy, timelock };
  }

  const check = async (trust: Trust) => checkTrust(await inspect({ chain: world.chain, addresses: trustedAddresses(trust), trust }), trust);
  const changed = async (trust: Trust) =>
    (await check(trust)).findings.filter(({ rule }) => rule === "trust/changed").map(({ detail }) => detail);

  it("holds what was found, with labels, and checks clean against the same chain a day later", async () => {
    const { trust, timelock, proxy } = await written();
    expect(trust.labels[proxy]).to.equal("Vault");
    expect(trust.proxies[0]).to.deep.include({ address: proxy, owner: timelock, timelock, initialized: "1" });
    await world.provider.send("evm_increaseTime", [86_400]);
    await world.provider.send("evm_mine", []);
    const result = await check(trust);
    expect(result.verdict).to.equal("pass");
    expect(result.findings).to.deep.equal([]);
  });

  it("notices a proxy of the deployments that the file leaves out", async () => {
    const { trust, proxy, timelock } = await written();
    const other = await world.vault("OwnedVault", "initialize(address)", [timelock], [1n]);
    const found = await inspect({ chain: world.chain, addresses: trustedAddresses(trust), trust });
    const at = { block: BigInt(found.block.number), file: "deployments/31337.json" };
    const known = [["Vault", proxy], ["Timelock", timelock]] as const;
    expect(await unlistedProxies(world.chain, trust, known, at)).to.deep.equal([]);
    const unlisted = await unlistedProxies(world.chain, trust, [...known, ["Second vault", other]], at);
    const { findings } = checkTrust(found, trust, unlisted);
    expect(findings.map(({ rule, severity, where }) => [rule, severity, where.address])).to.deep.equal([["trust/unlisted-proxy", "medium", other]]);
    expect(findings[0]!.detail).to.contain("Second vault").and.to.contain("deployments/31337.json");
  });

  it("is written in the same bytes again", async () => {
    const { trust } = await written();
    const first = await readFile(path, "utf8");
    const block = BigInt(trust.block.number);
    await writeTrust(path, await inspect({ chain: world.chain, addresses: trustedAddresses(trust), trust, block }));
    expect(await readFile(path, "utf8")).to.equal(first);
  });

  it("blocks on a changed implementation or role, even where the policy lets everything pass", async () => {
    const { trust, proxy, timelock } = await written(accounts[3]!);
    const lenient: Trust = { ...trust, policy: { critical: "never", high: "never", medium: "never", low: "never", info: "never" } };
    expect((await check(lenient)).verdict).to.equal("pass");
    const [another, newcomer] = [await world.deploy("OwnedVault", [1n]), accounts[5]!];
    const slot = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";
    await world.provider.send("hardhat_setStorageAt", [proxy, slot, `0x${another.slice(2).toLowerCase().padStart(64, "0")}`]);
    const [implementation, codeHash, ...others] = await changed(lenient);
    expect(implementation).to.contain("Vault: proxies.implementation is").and.contain(another);
    // The same source, but UUPSUpgradeable keeps its own address as an immutable.
    expect(codeHash).to.contain("Vault: proxies.implementationCodeHash is");
    expect(others).to.deep.equal([]);
    expect((await check(lenient)).verdict).to.equal("blocked");

    const cancellerRole = "0xfd643c72710c63c0180259aba6b2d05451e3591a24e58b62239378085726f783";
    await world.send(timelock, "grantRole(bytes32,address)", [cancellerRole, newcomer], accounts[3]!);
    expect((await changed(lenient)).join("\n")).to.contain("timelocks.cancellers").and.contain(newcomer);
  });

  it("blocks on another chain with the same id", async () => {
    const { trust } = await written();
    const elsewhere = await inspect({ chain: world.chain, addresses: trustedAddresses(trust) });
    const result = checkTrust(elsewhere, { ...trust, genesisHash: `0x${"11".repeat(32)}` });
    expect(result.verdict).to.equal("blocked");
    expect(result.findings.map(({ detail }) => detail).join()).to.contain("genesisHash");
  });

  it("refuses a file that is not as the schema says", async () => {
    const { trust } = await written();
    await writeFile(path, JSON.stringify({ ...trust, safes: [{ ...trust.safes[0], owners: ["0x00"] }] }));
    expect(DrydockError.is(await failureOf(readTrust(path)), ERRORS.FILE_MALFORMED)).to.equal(true);
    expect(DrydockError.is(await failureOf(readTrust(join(folder, "none.json"))), ERRORS.FILE_NOT_FOUND)).to.equal(true);
  });
});
