import { spawnSync } from "node:child_process";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { expect } from "chai";
import { upgrade, type Run } from "../support/cli.js";
import { BANK, CALM, writeCheckProject } from "../support/check-project.js";

const ALL = ["check", "--contracts", "contracts/**/*.sol"];

/** A SARIF log of one result. */
function sarif(tool: string, file: string, startLine: number, more: object = {}): string {
  const rules = [{ id: "weird-thing", shortDescription: { text: "a weird thing" }, properties: { precision: "high", "security-severity": "8.0" } }];
  const location = { physicalLocation: { artifactLocation: { uri: file }, region: { startLine } } };
  const results = [{ ruleId: "weird-thing", level: "error", message: { text: "seen here" }, locations: [location] }];
  return JSON.stringify({ version: "2.1.0", runs: [{ tool: { driver: { name: tool, rules } }, results, ...more }] });
}

describe("upgrade check --contracts", function () {
  this.timeout(120_000);

  const run = (cwd: string, ...args: string[]): Promise<Run> => upgrade([...ALL, ...args], { cwd, network: "default" });
  const rulesOf = ({ answer }: Run): string[] => answer.findings.map(({ rule }) => rule);

  function expectRefused({ status, answer, stderr }: Run, code: string, words: RegExp): void {
    expect([status, answer.verdict, answer.error?.code], JSON.stringify(answer.error)).to.deep.equal([2, "not-run", code]);
    expect(answer.error?.message).to.match(words);
    expect(stderr.trim().split("\n").length, stderr).to.be.lessThan(4);
  }

  describe("on a project with one fault", () => {
    let folder: string;
    before(async () => {
      folder = await writeCheckProject("one-fault", { "contracts/Bank.sol": BANK, "contracts/Calm.sol": CALM });
    });

    it("blocks, names the place, and writes SARIF", async () => {
      const { status, answer } = await run(folder, "--sarif", "out/check.sarif");
      const [finding, ...others] = answer.findings;
      expect([status, answer.verdict, others]).to.deep.equal([1, "blocked", []]);
      expect(finding).to.deep.include({ rule: "G1", severity: "high", confidence: "high" });
      expect(finding?.where).to.deep.include({ file: "contracts/Bank.sol", line: 13, contract: "Bank", function: "withdraw()" });
      const log = JSON.parse(await readFile(join(folder, "out/check.sarif"), "utf8")) as { runs: { results: { ruleId: string }[] }[] };
      expect(log.runs[0]?.results.map(({ ruleId }) => ruleId)).to.deep.equal(["G1"]);
    });

    it("is clean where the pattern leaves the fault out", async () => {
      const { status, answer } = await upgrade(["check", "--contracts", "contracts/Calm.sol"], { cwd: folder, network: "default" });
      expect([status, answer.verdict, answer.findings]).to.deep.equal([0, "pass", []]);
    });

    it("takes other tools' findings into the same verdict", async () => {
      await writeFile(join(folder, "aderyn.sarif"), sarif("Aderyn", "contracts/Calm.sol", 8));
      const calm = ["check", "--contracts", "contracts/Calm.sol", "--import", "aderyn.sarif"];
      const { status, answer } = await upgrade(calm, { cwd: folder, network: "default" });
      expect([status, answer.findings.map(({ rule, where }) => [rule, where.file, where.line])]).to.deep.equal([1, [["aderyn/weird-thing", "contracts/Calm.sol", 8]]]);
    });

    it("does not pass when an imported log says that its tool failed", async () => {
      const failed = { results: [], invocations: [{ executionSuccessful: false }] };
      await writeFile(join(folder, "mythril.sarif"), sarif("Mythril", "contracts/Calm.sol", 8, failed));
      const calm = ["check", "--contracts", "contracts/Calm.sol", "--import", "mythril.sarif"];
      const { status, answer } = await upgrade(calm, { cwd: folder, network: "default" });
      expect([status, answer.verdict, answer.notRun.map(({ check }) => check)]).to.deep.equal([2, "not-run", ["mythril.sarif"]]);
    });

    it("refuses an imported log that is missing or no SARIF", async () => {
      await writeFile(join(folder, "broken.sarif"), '{"runs": 1}');
      expectRefused(await run(folder, "--import", "broken.sarif"), "DD234", /broken\.sarif is not a SARIF/);
      expectRefused(await run(folder, "--import", "nowhere.sarif"), "DD110", /nowhere\.sarif does not exist/);
    });

    it("accepts what blocks only with a reason and an author, and from the next run on", async () => {
      expectRefused(await run(folder, "--write-baseline", "accepted.json", "--author", "A. Auditor"), "DD109", /--reason/);
      const first = await run(folder, "--write-baseline", "accepted.json", "--author", "A. Auditor", "--reason", "the bank pays its own vault only");
      expect([first.status, (first.answer.baseline as { accepted: number }).accepted]).to.deep.equal([1, 1]);
      const second = await run(folder, "--baseline", "accepted.json");
      expect([second.status, second.answer.verdict, rulesOf(second)]).to.deep.equal([0, "pass", []]);
      const [suppressed] = second.answer.suppressed as { rule: string; by: string; reason: string; source: string }[];
      expect(suppressed).to.deep.include({ rule: "G1", by: "baseline", reason: "the bank pays its own vault only" });
      expect(suppressed?.source).to.match(/^A\. Auditor, until \d{4}-/);
    });

    it("counts a finding again when its entry has expired or its code has changed", async () => {
      await run(folder, "--write-baseline", "dated.json", "--author", "A", "--reason", "R");
      const dated = JSON.parse(await readFile(join(folder, "dated.json"), "utf8")) as { entries: { expires: string; snippet: string }[] };
      const [entry] = dated.entries;
      await writeFile(join(folder, "expired.json"), JSON.stringify({ ...dated, entries: [{ ...entry, expires: "2020-01-01" }] }));
      const expired = await run(folder, "--baseline", "expired.json");
      expect([expired.status, rulesOf(expired)]).to.deep.equal([1, ["G1", "baseline/expired"]]);
      await writeFile(join(folder, "other.json"), JSON.stringify({ ...dated, entries: [{ ...entry, snippet: `0x${"00".repeat(32)}` }] }));
      const other = await run(folder, "--baseline", "other.json");
      expect([other.status, rulesOf(other)]).to.deep.equal([1, ["G1", "baseline/unused"]]);
    });

    it("refuses a malformed baseline and a missing one", async () => {
      await writeFile(join(folder, "bad.json"), "{");
      expectRefused(await run(folder, "--baseline", "bad.json"), "DD232", /bad\.json is not valid: it is not JSON/);
      expectRefused(await run(folder, "--baseline", "absent.json"), "DD110", /absent\.json does not exist/);
    });

    it("refuses a pattern that matches nothing", async () => {
      const nothing = await upgrade(["check", "--contracts", "src/**"], { cwd: folder, network: "default" });
      expectRefused(nothing, "DD109", /no source of this project matches/);
    });
  });

  describe("with slither", () => {
    let folder: string;
    const path = process.env.PATH ?? "";
    before(async () => {
      folder = await writeCheckProject("slither", { "contracts/Calm.sol": CALM });
    });
    afterEach(() => {
      process.env.PATH = path;
    });

    /** A program of this name that writes what slither would, put before everything else on the PATH. */
    async function pretend(json: string, results: string, said: string): Promise<void> {
      const bin = join(folder, "bin");
      await mkdir(bin, { recursive: true });
      const log = `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"Slither","rules":[]}},"results":${results}}]}`;
      const script = `#!/bin/sh\n[ "$1" = --version ] && exit 0\necho '${log}' > "$4"\necho '${json}' > "$6"\necho '${said}' >&2\nexit 255\n`;
      await writeFile(join(bin, "slither"), script);
      await chmod(join(bin, "slither"), 0o755);
      process.env.PATH = `${bin}${delimiter}${path}`;
    }

    it("is not run when slither broke off with an empty report", async () => {
      await pretend('{"success":false,"error":"KeyError: 42","results":{}}', "[]", "Traceback");
      const { status, answer } = await run(folder, "--with-slither");
      expect([status, answer.verdict, answer.notRun]).to.deep.equal([2, "not-run", [{ check: "slither", reason: "slither could not run: KeyError: 42" }]]);
    });

    it("is not run when slither analyzed nothing", async () => {
      await pretend('{"success":true,"error":null,"results":{}}', "[]", ". analyzed (0 contracts with 102 detectors), 0 result(s) found");
      expect((await run(folder, "--with-slither")).status).to.equal(2);
    });

    it("passes when slither succeeded and found nothing", async () => {
      await pretend('{"success":true,"error":null,"results":{}}', "[]", ". analyzed (1 contracts with 102 detectors), 0 result(s) found");
      const { status, answer } = await run(folder, "--with-slither");
      expect([status, answer.verdict]).to.deep.equal([0, "pass"]);
    });

    it("is not run when there is no slither", async () => {
      process.env.PATH = join(folder, "nothing");
      const { status, answer } = await run(folder, "--with-slither");
      expect([status, answer.verdict, answer.notRun[0]?.check]).to.deep.equal([2, "not-run", "slither"]);
    });
  });

  it("reads what a real slither says about Hardhat's build, where one is installed", async function () {
    const slither = spawnSync("slither", ["--version"]);
    if (slither.error !== undefined) {
      process.stdout.write("      slither is not installed here: not tried with a real one\n");
      return this.skip();
    }
    const folder = await writeCheckProject("real-slither", { "contracts/Bank.sol": BANK });
    const result = await run(folder, "--with-slither");
    expect([result.status, result.answer.notRun]).to.deep.equal([1, []]);
    expect(rulesOf(result)).to.include("slither/reentrancy-eth");
  });

  describe("with a configuration", () => {
    it("leaves a rule out and says so, or changes its severity", async () => {
      const folder = await writeCheckProject("off", { "contracts/Bank.sol": BANK }, '{ check: { rules: { G1: "off" } } }');
      const off = await run(folder);
      expect([off.status, off.answer.off, rulesOf(off)]).to.deep.equal([0, ["G1"], []]);
    });

    it("changes a rule's severity, and judges by the project's policy", async () => {
      const folder = await writeCheckProject("milder", { "contracts/Bank.sol": BANK }, '{ check: { rules: { G1: "medium" } } }');
      const milder = await run(folder);
      expect([milder.status, milder.answer.findings[0]?.severity]).to.deep.equal([0, "medium"]);
      const strict = await writeCheckProject("strict", { "contracts/Bank.sol": BANK }, '{ policy: { medium: "high" }, check: { rules: { G1: "medium" } } }');
      expect((await run(strict)).status).to.equal(1);
    });

    it("refuses a rule that does not exist, and one that is decided elsewhere", async () => {
      const unknown = await writeCheckProject("unknown", { "contracts/Calm.sol": CALM }, '{ check: { rules: { G99: "off" } } }');
      expectRefused(await run(unknown), "DD230", /G99/);
      const layout = await writeCheckProject("layout", { "contracts/Calm.sol": CALM }, '{ check: { rules: { U1: "off" } } }');
      expectRefused(await run(layout), "DD237", /U1/);
    });
  });

  describe("with comments in the source", () => {
    const commented = (comment: string): string => BANK.replace("        (bool success", `        // ${comment}\n        (bool success`);

    it("lists what one of ours silences", async () => {
      const folder = await writeCheckProject("silenced", { "contracts/Bank.sol": commented("drydock-disable-next-line G1 -- pays its own vault only") });
      const { status, answer } = await run(folder);
      const listed = (answer.suppressed as { rule: string; by: string; reason: string }[]).map(({ rule, by, reason }) => [rule, by, reason]);
      expect([status, listed]).to.deep.equal([0, [["G1", "comment", "pays its own vault only"]]]);
    });

    it("refuses an unknown rule and a missing reason", async () => {
      const unknown = await writeCheckProject("comment-unknown", { "contracts/Bank.sol": commented("drydock-disable-next-line G99 -- why") });
      expectRefused(await run(unknown), "DD230", /contracts\/Bank\.sol:13.*G99/);
      const bare = await writeCheckProject("comment-bare", { "contracts/Bank.sol": commented("drydock-disable-next-line G1") });
      expectRefused(await run(bare), "DD231", /Bank\.sol:13 gives no reason/);
    });
  });

  describe("with sources that don't build", () => {
    const OLD = BANK.replace("pragma solidity 0.8.28", "pragma solidity ^0.4.24");
    const BROKEN = CALM.replace("total += amount", "total += nothing");

    it("lints what asks for another compiler, says which and why, and checks the others", async () => {
      const folder = await writeCheckProject("old", { "contracts/Old.sol": OLD.replace("contract Bank", "contract Old"), "contracts/Bank.sol": BANK });
      const result = await run(folder);
      expect([result.status, rulesOf(result)]).to.deep.equal([1, ["G1"]]);
      expect(result.answer.notRun.map(({ check }) => check)).to.include("sources/contracts/Old.sol");
    });

    it("checks what builds beside a compilation that holds types only", async () => {
      const types = "// SPDX-License-Identifier: MIT\npragma solidity 0.7.6;\n\nstruct Pair {\n    uint256 a;\n    uint256 b;\n}\n";
      const folder = await writeCheckProject("types", { "contracts/Types.sol": types, "contracts/Bank.sol": BANK });
      const result = await run(folder);
      expect([result.status, rulesOf(result), result.answer.notRun]).to.deep.equal([1, ["G1"], []]);
    });

    it("does not pass where only such sources are", async () => {
      const folder = await writeCheckProject("only-old", { "contracts/Old.sol": OLD });
      expect((await run(folder)).status).to.equal(2);
    });

    it("ends with one sentence when nothing builds", async () => {
      const folder = await writeCheckProject("broken", { "contracts/Broken.sol": BROKEN });
      expectRefused(await run(folder), "DD123", /Broken\.sol/);
    });

    it("names a source that the compiler refuses, and checks the others", async () => {
      const folder = await writeCheckProject("half-broken", { "contracts/Broken.sol": BROKEN.replace("Calm", "Broken"), "contracts/Bank.sol": BANK });
      const result = await run(folder);
      expect([result.status, rulesOf(result)]).to.deep.equal([1, ["G1"]]);
      expect(result.answer.notRun.find(({ check }) => check === "sources/contracts/Broken.sol")?.reason).to.match(/Undeclared identifier.*Broken\.sol:8/);
    });
  });
});
