import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import type { SolcOutput } from "../../src/core/solc.js";
import type { LayoutChange } from "../../src/core/layout/index.js";
import { authorityWorld, type AuthorityWorld } from "../support/authority-world.js";
import { writeCheckProject } from "../support/check-project.js";
import { upgrade, type Run } from "../support/cli.js";
import { compileSources } from "../support/solc.js";

const vault = (name: string, variables: string, more = "", pragma = "0.8.28", doc = ""): string => `// SPDX-License-Identifier: MIT
pragma solidity ${pragma};

${doc}contract ${name} {
    ${variables}

    ${more}

    function proxiableUUID() external pure returns (bytes32) {
        return 0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc;
    }
}
`;

const OLD = "uint256 public priceE8;\n    int128 public drift;\n    uint256 public total;\n    address public owner;";
const SET = "function set() external { priceE8 = 7; drift = -4; total = 3; owner = msg.sender; }";
const CONTRACTS = {
  "contracts/VaultV1.sol": vault("VaultV1", OLD, SET),
  "contracts/VaultV2.sol": vault("VaultV2", `${OLD}\n    uint256 public cap;`, SET),
  "contracts/Shifted.sol": vault("Shifted", `uint256 public cap;\n    ${OLD}`, SET),
  "contracts/Lying.sol": vault(
    "Lying",
    `/// @custom:oz-renamed-from priceE8
    uint256 public priceE18;
    /// @custom:oz-retyped-from int128
    uint128 public drift;
    bool public paused;
    /// @custom:oz-renamed-from total
    address public treasury;
    address public owner;`,
    "",
    "0.8.28",
    "/// @custom:oz-upgrades-unsafe-allow state-variable-assignment struct-definition\n",
  ),
  "contracts/Telling.sol": vault(
    "Telling",
    `/// @custom:oz-renamed-from priceE8
    uint256 public indexPriceE8;
    int128 public drift;
    /// @custom:oz-retyped-from uint256
    bytes32 public total;
    address public owner;`,
    "",
    "0.8.28",
    "/// @custom:oz-upgrades-unsafe-allow state-variable-assignment struct-definition\n",
  ),
};

/** `upgrade validate` as a user runs it, in a project of its own. */
describe("upgrade validate", function () {
  this.timeout(240_000);
  let folder: string;

  before(async () => {
    folder = await writeCheckProject("validate", CONTRACTS);
  });

  const run = (...args: string[]): Promise<Run> => upgrade(["validate", ...args, "--no-reference"], { cwd: folder, network: "default" });
  const rules = ({ answer }: Run): string[] => [...new Set(answer.findings.map(({ rule, severity }) => `${rule} ${severity}`))].sort();

  function expectRefused({ status, answer, stderr }: Run, code: string, words: RegExp): void {
    expect([status, answer.verdict, answer.error?.code], JSON.stringify(answer.error)).to.deep.equal([2, "not-run", code]);
    expect(answer.error?.message).to.match(words);
    expect(answer.error?.remedy).to.not.equal("");
    expect(stderr.trim().split("\n").length, stderr).to.be.lessThan(4);
  }

  it("writes the findings at their variables' lines, and draws the slots that change", async () => {
    const { status, answer } = await run("--from", "VaultV1", "--to", "Shifted", "--sarif", "out/shifted.sarif", "--svg", "out/shifted.svg");
    expect([status, answer.verdict]).to.deep.equal([1, "blocked"]);
    const log = JSON.parse(await readFile(join(folder, "out/shifted.sarif"), "utf8")) as {
      runs: { results: { ruleId: string; locations: { physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } } }[] }[] }[];
    };
    const places = log.runs[0]?.results.map(({ ruleId, locations: [at] }) => [ruleId, at?.physicalLocation.artifactLocation.uri, at?.physicalLocation.region.startLine]);
    const source = CONTRACTS["contracts/Shifted.sol"].split("\n");
    const lineOf = (text: string): number => source.findIndex((line) => line.includes(text)) + 1;
    expect(places).to.deep.include(["U1", "contracts/Shifted.sol", lineOf("public owner")]);
    expect(places).to.deep.include(["U1", "contracts/Shifted.sol", lineOf("public priceE8")]);
    const svg = await readFile(join(folder, "out/shifted.svg"), "utf8");
    expect(svg).to.match(/^<svg [^>]*viewBox/);
    expect(svg).to.contain("owner: address, moved.").and.to.contain("cap: uint256, appended.");
  });

  it("passes the twin, with an empty log and a picture of the new slot only", async () => {
    const { status, answer } = await run("--from", "VaultV1", "--to", "VaultV2", "--sarif", "out/same.sarif", "--svg", "out/same.svg");
    expect([status, answer.verdict, answer.findings]).to.deep.equal([0, "pass", []]);
    const log = JSON.parse(await readFile(join(folder, "out/same.sarif"), "utf8")) as { runs: { results: unknown[] }[] };
    expect(log.runs[0]?.results).to.deep.equal([]);
    const svg = await readFile(join(folder, "out/same.svg"), "utf8");
    expect(svg).to.contain("cap: uint256, appended.").and.to.not.contain("moved.").and.to.not.contain("priceE8");
    await run("--from", "VaultV1", "--to", "VaultV1", "--svg", "out/none.svg");
    expect(await readFile(join(folder, "out/none.svg"), "utf8")).to.contain("no slot changes");
  });

  it("reports what annotations would silence, and believes those that tell the truth", async () => {
    const lying = await run("--from", "VaultV1", "--to", "Lying");
    expect([lying.status, lying.answer.verdict]).to.deep.equal([1, "blocked"]);
    expectLies(lying);
    const telling = await run("--from", "VaultV1", "--to", "Telling");
    expect([telling.status, rules(telling)]).to.deep.equal([0, []]);
  });

  function expectLies({ answer }: Run): void {
    const details = answer.findings.filter(({ rule }) => rule === "U13").map(({ detail }) => detail);
    const said = (words: RegExp): boolean => details.some((detail) => words.test(detail));
    expect(said(/oz-retyped-from int128 on drift would silence/), details.join("\n")).to.equal(true);
    expect(said(/another unit \(1e8 → 1e18\)/), details.join("\n")).to.equal(true);
    expect(said(/oz-renamed-from total on treasury would silence/), details.join("\n")).to.equal(true);
    expect(said(/oz-upgrades-unsafe-allow state-variable-assignment, struct-definition/), details.join("\n")).to.equal(true);
  }

  it("refuses bad input in one sentence", async () => {
    const put = async (name: string, text: string): Promise<string> => {
      await writeFile(join(folder, name), text);
      return name;
    };
    expectRefused(await run("--manifest", await put("broken.json", "{ not JSON")), "DD202", /broken\.json is not an OpenZeppelin manifest: .*JSON/);
    expectRefused(await run("--manifest", await put("other.json", '{"name":"x"}')), "DD202", /other\.json is not an OpenZeppelin manifest/);
    expectRefused(await run("--manifest", "nowhere.json"), "DD110", /nowhere\.json does not exist/);
    expectRefused(await run("--from", "VaultV1"), "DD109", /--to/);
    expectRefused(await run("--from", "VaultV1", "--to", "VaultV7"), "DD121", /"VaultV7" is not in this project/);
    expectRefused(await run("--from", "VaultV1", "--to", "VaultV2", "--manifest", "broken.json"), "DD109", /give one of/);
    expectRefused(await run("--from-ref", "no-such-ref", "--to", "VaultV2"), "DD203", /VaultV2\.sol can't be read at no-such-ref/);
  });

  describe("of a plan", () => {
    let world: AuthorityWorld;
    let route: string;

    before(async () => {
      world = await authorityWorld();
      const safe = await world.safe([world.accounts[0] ?? "", world.accounts[1] ?? ""], 2);
      const timelock = await world.timelock({ proposers: [safe], executors: [safe] });
      route = `chainId: ${world.node.chainId}, route: { safe: "${safe}", timelock: "${timelock}" }`;
    });
    after(() => world?.stop());

    it("compares with what is live, and reports what annotations would silence there, too", async () => {
      const proxy = await live(compiled(CONTRACTS["contracts/VaultV1.sol"]));
      const good = await planned(proxy, "VaultV2");
      expect([good.status, good.answer.verdict], JSON.stringify(good.answer.findings)).to.deep.equal([0, "pass"]);
      const lying = await planned(proxy, "Lying");
      expect([lying.status, lying.answer.verdict]).to.deep.equal([1, "blocked"]);
      expectLies(lying);
      const [first] = lying.answer.proxies as { changes: LayoutChange[] }[];
      expect(first?.changes.find(({ label }) => label === "drift")?.from?.live).to.match(/^0xf+c$/);
    });

    it("says that nothing was compared where the live contract's source is not known", async () => {
      const proxy = await live(compiled(vault("Stranger", "uint256 secret;", "function set() external { secret = 1; }")));
      expectUnknown(await planned(proxy, "VaultV2"), /no build at hand matches the code of 0x\w+'s live implementation 0x\w+; name its contract as `reference` in the plan/);
    });

    it("says so where another compiler made the live code", async () => {
      const proxy = await live(compiled(vault("VaultV1", OLD, SET, "0.7.6"), "0.7.6"));
      expectUnknown(await planned(proxy, "VaultV2", 'reference: "VaultV1"'), /, which solc 0\.7\.6 compiled \(this project builds with 0\.8\.28\); the plan's reference VaultV1 builds other code/);
    });

    it("finds the layout of a build-info that was written without one", async () => {
      const source = vault("Former", `${OLD}\n    uint256 public fee;`, SET);
      const build = compiled(source);
      const proxy = await live(build);
      const infos = join(folder, "artifacts", "build-info");
      await mkdir(infos, { recursive: true });
      const contracts = { "C.sol": { Former: { evm: { deployedBytecode: build.output.contracts?.["C.sol"]?.Former?.evm?.deployedBytecode } } } };
      const input = { ...build.input, settings: { ...build.input.settings, outputSelection: { "*": { "*": ["evm.deployedBytecode"] } } } };
      const info = join(infos, "former.json");
      // Without the compiler that made it there is nothing to read, and it says how to get it.
      await writeFile(info, JSON.stringify({ solcLongVersion: "0.8.1+commit.00000000", input, output: { contracts } }));
      const refused = await planned(proxy, "VaultV2");
      expectRefused(refused, "DD201", /the compiler output of C\.sol:Former has neither an AST nor a storage layout/);
      expect(refused.answer.error?.remedy).to.contain("storageLayout");
      // One file, as Hardhat 2 and Foundry write it.
      await writeFile(info, JSON.stringify({ solcLongVersion: "0.8.28+commit.7893614a", input, output: { contracts } }));
      const { status, answer } = await planned(proxy, "VaultV2");
      const [first] = answer.proxies as { changes: LayoutChange[]; oldCode: { verdict: string } }[];
      expect(first?.oldCode.verdict).to.equal("match");
      expect(first?.changes.filter(({ fate }) => fate !== "kept").map(({ fate, label }) => `${fate} ${label}`)).to.deep.equal(["renamed fee"]);
      expect([status, answer.verdict]).to.deep.equal([0, "pass"]);
      await rm(info);
    });

    /** With the settings that Hardhat's production profile has. */
    function compiled(source: string, version = "0.8.28"): ReturnType<typeof compileSources> {
      return compileSources({ "C.sol": source }, { version, settings: { optimizer: { enabled: true, runs: 200 } } });
    }

    function expectUnknown({ status, answer, stderr }: Run, words: RegExp): void {
      expect([status, answer.verdict, answer.findings], stderr).to.deep.equal([2, "not-run", []]);
      expect(answer.notRun.map(({ reason }) => reason)).to.have.length(1);
      expect(answer.notRun[0]?.reason).to.match(words);
    }

    async function live({ output }: { output: SolcOutput }): Promise<string> {
      const [contract] = Object.values(output.contracts?.["C.sol"] ?? {});
      const implementation = await world.deploy({ abi: contract?.abi ?? [], bytecode: `0x${contract?.evm?.bytecode?.object ?? ""}` });
      const proxy = await world.proxy(implementation);
      await world.send(proxy, "set()", []);
      return proxy;
    }

    async function planned(proxy: string, contract: string, more = ""): Promise<Run> {
      const plan = `import { defineUpgrade } from "../../../../src/plan.js";
export default defineUpgrade({ title: "a change", ${route}, changes: [{ proxy: "${proxy}", kind: "uups", contract: "${contract}", ${more} }] });
`;
      await mkdir(join(folder, "upgrade"), { recursive: true });
      await writeFile(join(folder, "upgrade", "plan.ts"), plan);
      return upgrade(["validate", "upgrade", "--no-reference"], { cwd: folder, url: world.node.url });
    }
  });
});
