import { execFile } from "node:child_process";
import { cp, mkdtemp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { Interface, JsonRpcProvider, ZeroAddress } from "ethers";
import hre from "hardhat";
import { buildContract } from "../src/build/project.js";
import { initCodeOf } from "../src/build/init-code.js";
import { projectOf } from "../tasks/upgrade/shared/context.js";
import { createSafe, deploySafeContracts } from "../scripts/chain/safe-contracts.js";
import { startNode, type RunningNode } from "../scripts/chain/start-node.js";
import { ROOT } from "./support/cli.js";

const run = promisify(execFile);

const CONFIG = `import { createRequire } from "node:module";
import { defineConfig } from "hardhat/config";
import drydock from "hardhat-drydock";
const path = createRequire(import.meta.url).resolve("solc-0.8.28/soljson.js");
export default defineConfig({
  plugins: [drydock],
  // Hardhat's own build downloads where no path is given; the verbs have to do without either.
  solidity: { compilers: [{ version: "0.8.28", ...(process.env.COMPILER_OF_NPM ? { path } : {}), settings: { optimizer: { enabled: true, runs: 200 }, evmVersion: "cancun" } }] },
  networks: { live: { type: "http", chainType: "l1", url: process.env.NODE_URL ?? "http://127.0.0.1:1" } },
});
`;

const vault = (name: string, variables: string, more = "") => `// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;
import {UUPSUpgradeable} from "@openzeppelin/contracts-upgradeable/proxy/utils/UUPSUpgradeable.sol";
import {OwnableUpgradeable} from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";
contract ${name} is UUPSUpgradeable, OwnableUpgradeable {
    ${variables}
    constructor() { _disableInitializers(); }
    function initialize(address owner_) external initializer { __Ownable_init(owner_); cap = 7; }
    function _authorizeUpgrade(address) internal override onlyOwner {}
    ${more}
}
`;

const INITIALIZER = "function initializeV2(uint256 fee_) external reinitializer(2) onlyOwner { fee = fee_; }";

const EXPECTATIONS = `import { defineExpectations } from "hardhat-drydock/expectations";
export default defineExpectations({
  storage: [
    { contract: "vault", name: "fee", after: "25" },
    { contract: "vault", name: "InitializableStorage._initialized", after: "2" },
  ],
  events: [{ contract: "vault", event: "Initialized(uint64)" }],
});
`;

const planOf = (contract: string, initializer = "") => `import { defineUpgrade } from "hardhat-drydock/plan";
export default defineUpgrade({
  title: "Fees", chainId: 20262, route: { safe: "safe", timelock: "timelock" },
  changes: [{ proxy: "vault", kind: "uups", contract: "${contract}", reference: "Vault"${initializer} }],
});
`;

/** Another team's Hardhat 3 project, made from the packed package, with proxies of its own. */
describe("the package in another project", function () {
  this.timeout(900_000);
  let folder: string;
  let node: RunningNode;
  let proxy: string;

  /** Runs a command in the consumer's project; npm and Hardhat are run by the Node that runs the tests. */
  async function consumer(args: readonly string[], more: Record<string, string> = {}): Promise<{ status: number; stdout: string; stderr: string }> {
    const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("HARDHAT_")));
    const cli = join(folder, "node_modules", "hardhat", "dist", "src", "cli.js");
    try {
      const { stdout, stderr } = await run(process.execPath, [cli, ...args], { cwd: folder, env: { ...own, ...more, NODE_URL: node.url }, maxBuffer: 1 << 26 });
      return { status: 0, stdout, stderr };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { status: code, stdout, stderr };
    }
  }

  before(async () => {
    node = await startNode({ chainId: 20262 });
    await run(process.execPath, ["--import", "tsx", join(ROOT, "scripts", "build-package.ts")], { cwd: ROOT });
    folder = await mkdtemp(join(tmpdir(), "drydock-consumer-"));
    const { stdout: packed } = await run("npm", ["pack", "--silent", "--pack-destination", folder, join(ROOT, "dist")]);
    const dependencies = {
      hardhat: "3.17.0",
      "hardhat-drydock": `file:./${packed.trim()}`,
      "@openzeppelin/contracts": "5.7.0",
      "@openzeppelin/contracts-upgradeable": "5.7.0",
      "solc-0.8.28": "npm:solc@0.8.28",
    };
    await writeFile(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module", dependencies }));
    await run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline"], { cwd: folder, maxBuffer: 1 << 26 });
    // An npm on an old Node skips EDR's native binding, which is the consumer's Hardhat's affair; this repository has it.
    await cp(join(ROOT, "node_modules", "@nomicfoundation"), join(folder, "node_modules", "@nomicfoundation"), {
      recursive: true,
      filter: (path) => !/node_modules\/@nomicfoundation\/.+/.test(path) || path.includes("@nomicfoundation/edr-"),
    });
    await writeFile(join(folder, "hardhat.config.ts"), CONFIG);
    await mkdir(join(folder, "contracts"));
    await writeFile(join(folder, "contracts", "Vault.sol"), vault("Vault", "uint256 public cap;"));
    await writeFile(join(folder, "contracts", "VaultV2.sol"), vault("VaultV2", "uint256 public cap;\n    uint256 public fee;", INITIALIZER));
    await writeFile(join(folder, "contracts", "VaultBad.sol"), vault("VaultBad", "uint256 public fee;\n    uint256 public cap;"));
    proxy = await deployProxy();
  });

  after(async () => {
    await node?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function deployProxy(): Promise<string> {
    const provider = new JsonRpcProvider(node.url, undefined, { staticNetwork: true, cacheTimeout: -1, pollingInterval: 20 });
    const signer = await provider.getSigner(0);
    const project = { ...projectOf(hre), root: ROOT };
    const erc1967 = await buildContract(project, "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol:ERC1967Proxy");
    const artifact = await buildVault();
    const deploy = async (data: string) => (await (await signer.sendTransaction({ data })).wait())?.contractAddress ?? ZeroAddress;
    const implementation = await deploy(artifact.bytecode);
    const initializer = new Interface(["function initialize(address)"]).encodeFunctionData("initialize", [await signer.getAddress()]);
    const address = await deploy(initCodeOf(erc1967, [implementation, initializer]));

    // A second proxy behind a Safe and a timelock, and a plan that changes it.
    const safes = await deploySafeContracts(provider, signer);
    const owners = async (count: number): Promise<string[]> => ((await provider.send("eth_accounts", [])) as string[]).slice(0, count);
    const safe = await createSafe(signer, safes, { owners: await owners(3), threshold: 2, saltNonce: 0n });
    const controller = await buildContract(project, "@openzeppelin/contracts/governance/TimelockController.sol:TimelockController");
    const timelock = await deploy(initCodeOf(controller, [86_400n, [safe], [safe], ZeroAddress]));
    const governed = new Interface(["function initialize(address)"]).encodeFunctionData("initialize", [timelock]);
    const governedProxy = await deploy(initCodeOf(erc1967, [implementation, governed]));
    await mkdir(join(folder, "deployments"));
    const contracts = { vault: governedProxy, safe, timelock };
    await writeFile(join(folder, "deployments", "20262.json"), JSON.stringify({ schema: "drydock/deployments@1", chainId: 20262, contracts }));
    const withInitializer = ', initializer: { function: "initializeV2", args: [25n] }';
    for (const [name, plan] of [["0001-good", planOf("VaultV2", withInitializer)], ["0002-bad", planOf("VaultBad")]] as const) {
      await mkdir(join(folder, "upgrades", name), { recursive: true });
      await writeFile(join(folder, "upgrades", name, "plan.ts"), plan);
    }
    await writeFile(join(folder, "upgrades", "0001-good", "expectations.ts"), EXPECTATIONS);
    // Past the depth at which a rehearsal starts.
    for (let block = 0; block < 130; block++) await provider.send("evm_mine", []);
    provider.destroy();
    return address;
  }

  async function buildVault(): Promise<{ bytecode: string }> {
    const compiled = await consumer(["compile", "--quiet"], { COMPILER_OF_NPM: "yes" });
    expect(compiled.status, compiled.stderr).to.equal(0);
    return JSON.parse(await readFile(join(folder, "artifacts", "contracts", "Vault.sol", "Vault.json"), "utf8")) as { bytecode: string };
  }

  it("shows the verbs", async () => {
    const { stdout } = await consumer(["--help"]);
    for (const verb of ["inspect", "validate", "check", "rehearse", "propose", "review", "sign", "schedule", "execute", "cancel", "status"]) {
      expect(stdout).to.match(new RegExp(`upgrade ${verb}\\s`));
    }
  });

  it("brings nothing of this repository's own set-up", async () => {
    const installed = JSON.parse(await readFile(join(folder, "node_modules", "hardhat-drydock", "package.json"), "utf8")) as Record<string, unknown>;
    expect(installed).to.not.have.any.keys("scripts", "optionalDependencies", "devDependencies", "overrides", "private");
  });

  it("installs the review that needs no Hardhat project", async () => {
    const bin = join(folder, "node_modules", ".bin", "hardhat-drydock");
    const { stdout } = await run(process.execPath, [bin, "review", "--help"], { cwd: folder });
    expect(stdout).to.match(/^hardhat-drydock review /);
  });

  it("inspects a proxy of the consumer's own: one key without a delay blocks", async () => {
    const { status, stdout, stderr } = await consumer(["upgrade", "inspect", proxy, "--network", "live", "--json"]);
    const answer = JSON.parse(stdout) as { verdict: string; proxies: { kind: string; leastDelay: string; leastKeys: number }[] };
    expect([status, answer.verdict, answer.proxies[0]?.kind], stderr).to.deep.equal([1, "blocked", "uups"]);
    expect([answer.proxies[0]?.leastDelay, answer.proxies[0]?.leastKeys]).to.deep.equal(["0", 1]);
  });

  it("validates the consumer's own contracts, the good pair and the bad one", async () => {
    const good = await consumer(["upgrade", "validate", "--from", "Vault", "--to", "VaultV2", "--json"]);
    expect([good.status, (JSON.parse(good.stdout) as { verdict: string }).verdict], good.stderr).to.deep.equal([0, "pass"]);
    const bad = await consumer(["upgrade", "validate", "--from", "Vault", "--to", "VaultBad", "--json"]);
    expect([bad.status, (JSON.parse(bad.stdout) as { verdict: string }).verdict], bad.stderr).to.deep.equal([1, "blocked"]);
  });

  it("validates a plan of the consumer's own against the live proxy, the good one and the bad one", async () => {
    const good = await consumer(["upgrade", "validate", "upgrades/0001-good", "--network", "live", "--json"]);
    expect(good.status, good.stdout.slice(0, 1_500) + good.stderr).to.equal(0);
    const bad = await consumer(["upgrade", "validate", "upgrades/0002-bad", "--network", "live", "--json"]);
    expect([bad.status, (JSON.parse(bad.stdout) as { verdict: string }).verdict], bad.stdout.slice(0, 1_500)).to.deep.equal([1, "blocked"]);
  });

  it("proposes, and a signer comes to the same verdict in an empty folder, without the author's names", async () => {
    const inspected = await consumer(["upgrade", "inspect", "--write", "trust.json", "--network", "live"]);
    expect(inspected.status, inspected.stderr).to.equal(0);
    const proposed = await consumer(["upgrade", "propose", "upgrades/0001-good", "--network", "live"]);
    expect(proposed.status, proposed.stdout + proposed.stderr).to.equal(0);
    const empty = await mkdtemp(join(tmpdir(), "drydock-signer-"));
    try {
      const trust = JSON.parse(await readFile(join(folder, "trust.json"), "utf8")) as Record<string, unknown>;
      await writeFile(join(empty, "trust.json"), JSON.stringify({ ...trust, labels: {} }));
      await cp(join(folder, "proposals", "0001-good"), join(empty, "bundle"), { recursive: true });
      const bin = join(folder, "node_modules", ".bin", "hardhat-drydock");
      const env = { ...process.env, HOME: empty };
      const { stdout } = await run(process.execPath, [bin, "review", "bundle", "--rpc", node.url], { cwd: empty, env, maxBuffer: 1 << 26 });
      expect(stdout).to.match(/^SIGN: every check passed/);
    } finally {
      await rm(empty, { recursive: true, force: true });
    }
  });
});
