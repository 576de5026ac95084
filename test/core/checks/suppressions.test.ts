import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { applyBaseline, keyOf, parseBaseline, snippetHash } from "../../../src/core/checks/baseline.js";
import { findingsFromSarif } from "../../../src/core/checks/sarif-import.js";
import { applySuppressions, suppressionsIn } from "../../../src/core/checks/suppressions.js";
import type { Finding } from "../../../src/core/finding.js";
import { ERRORS } from "../../../src/errors/drydock-error.js";
import { checkAnswer, checkSources } from "../../../src/stages/check.js";
import { runSolhint } from "../../../src/stages/check-solhint.js";
import { mustCompile } from "../../support/compile.js";

function finding(rule: string, line: number, where: Partial<Finding["where"]> = {}): Finding {
  return { rule, severity: "high", confidence: "high", title: "t", detail: "d", remedy: "r", where: { file: "A.sol", line, contract: "A", ...where } };
}

const code = (error: unknown): unknown => (error as { code?: string }).code;

function thrown(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return code(error);
  }
  return undefined;
}

describe("suppressions", () => {
  it("silence the named rule on the next line, and nothing else", () => {
    const list = suppressionsIn("A.sol", "a\n// drydock-disable-next-line G1 -- own vault\nb\nc\n");
    const { kept, suppressed } = applySuppressions([finding("G1", 3), finding("G1", 4), finding("G2", 3)], list);
    expect(kept.map(({ rule, where }) => `${rule}:${where.line}`)).to.deep.equal(["G1:4", "G2:3"]);
    expect(suppressed.map(({ reason, source }) => `${reason} ${source}`)).to.deep.equal(["own vault A.sol:2"]);
  });

  it("skip over further directives to the next line of code", () => {
    const text = "// drydock-disable-next-line G1 -- x\n// slither-disable-next-line tx-origin\ncode\n";
    const { kept, suppressed } = applySuppressions([finding("G1", 3), finding("G3", 3)], suppressionsIn("A.sol", text));
    expect([kept.length, suppressed.length]).to.deep.equal([0, 2]);
  });

  it("reach from start to end, for slither's and solhint's comments too", () => {
    const text = "// slither-disable-start reentrancy-eth\nx\n// slither-disable-end reentrancy-eth\ny\n/* solhint-disable avoid-tx-origin */\nz\n";
    const list = suppressionsIn("A.sol", text);
    const { kept } = applySuppressions([finding("G1", 2), finding("G1", 4), finding("G3", 4), finding("G3", 6)], list);
    expect(kept.map(({ rule, where }) => `${rule}:${where.line}`)).to.deep.equal(["G1:4", "G3:4"]);
  });

  it("are reported when they silence nothing", () => {
    const { kept } = applySuppressions([], suppressionsIn("A.sol", "// drydock-disable-next-line G1 -- x\ny\n"));
    expect(kept.map(({ rule, severity }) => `${rule} ${severity}`)).to.deep.equal(["suppression/unused low"]);
  });

  it("refuse an unknown rule and a missing reason", () => {
    expect(thrown(() => suppressionsIn("A.sol", "// drydock-disable-next-line G99 -- x"))).to.equal(ERRORS.UNKNOWN_RULE.code);
    expect(thrown(() => suppressionsIn("A.sol", "// drydock-disable-next-line G1"))).to.equal(ERRORS.SUPPRESSION_WITHOUT_REASON.code);
  });

  it("don't count inside code and strings", () => {
    expect(suppressionsIn("A.sol", 'string s = "drydock-disable-next-line G1";')).to.deep.equal([]);
  });

  it("never silence a finding about an address on chain", () => {
    const list = suppressionsIn("A.sol", "// drydock-disable-next-line P9 -- x\ny\n");
    const onChain = finding("P9", 2, { address: "0x0000000000000000000000000000000000000001" });
    expect(applySuppressions([onChain], list).kept).to.include(onChain);
  });
});

describe("baseline", () => {
  const entry = { rule: "G1", contract: "A", function: "", snippet: snippetHash("x = 1;"), reason: "known", author: "me", expires: "2026-12-31" };
  const accept = (text: string, today: string): string[] => {
    const one = finding("G1", 7);
    const { kept } = applyBaseline([one], [keyOf(one, text)], { schema: "drydock/baseline@1", entries: [entry] }, today);
    return kept.map(({ rule }) => rule);
  };

  it("accepts by text, whatever the line, the white space and the comments", () => {
    expect(accept("  x   = 1; // why", "2026-12-31")).to.deep.equal([]);
  });

  it("does not accept changed code, and says that the entry matches nothing", () => {
    expect(accept("x = 2;", "2026-12-31")).to.deep.equal(["G1", "baseline/unused"]);
  });

  it("expires", () => {
    expect(accept("x = 1;", "2027-01-01")).to.deep.equal(["G1", "baseline/expired"]);
  });

  it("refuses a malformed file and rules about the chain's state", () => {
    const file = (more: object): string => JSON.stringify({ schema: "drydock/baseline@1", entries: [{ ...entry, ...more }] });
    expect(parseBaseline("b.json", file({})).entries).to.have.length(1);
    for (const bad of ["{", "{}", file({ reason: "" }), file({ expires: "soon" }), file({ expires: "2026-13-01" }), file({ rule: "G99" }), file({ rule: "P9" })]) {
      expect(thrown(() => parseBaseline("b.json", bad)), bad).to.equal(ERRORS.BASELINE_MALFORMED.code);
    }
  });
});

describe("solhint", function () {
  this.timeout(60_000);
  const content = "// solhint-disable\ncontract A { function f() public { require(tx.origin == msg.sender); } }";

  it("fails closed when a rule of the preset is not there", async () => {
    const failed = await runSolhint([], { rules: ["avoid-tx-origin", "no-such-rule"] }).catch(code);
    expect(failed).to.equal(ERRORS.RULE_NOT_LOADED.code);
  });

  it("is not silenced by a bare solhint-disable: Drydock applies it itself", async () => {
    const { reports } = await runSolhint([{ file: "A.sol", content }]);
    expect(reports.map(({ rule }) => rule)).to.deep.equal(["avoid-tx-origin"]);
  });

  it("says the same in worker threads and from its cache, and names what it can't read", async () => {
    const many = Array.from({ length: 40 }, (_, index) => ({ file: `A${index}.sol`, content: index === 7 ? "contract {" : `${content}// ${index} ${"-".repeat(4_000)}` }));
    const cacheFolder = await mkdtemp(join(tmpdir(), "drydock-solhint-"));
    try {
      const first = await runSolhint(many, { cacheFolder });
      expect(first.reports.map(({ file, rule }) => `${file} ${rule}`)).to.deep.equal(many.filter((_, index) => index !== 7).map(({ file }) => `${file} avoid-tx-origin`));
      expect(first.unreadable.map(({ file }) => file)).to.include("A7.sol");
      expect(await readdir(cacheFolder)).to.not.be.empty;
      expect(await runSolhint(many, { cacheFolder })).to.deep.equal(first);
    } finally {
      await rm(cacheFolder, { recursive: true, force: true });
    }
  });
});

describe("the check stage", function () {
  this.timeout(60_000);
  const bank = (comment: string): string => `pragma solidity ^0.8.28;
contract Bank {
    mapping(address => uint256) public balances;
    function withdraw() external {
        ${comment}
        (bool ok, ) = msg.sender.call{value: balances[msg.sender]}("");
        require(ok);
        balances[msg.sender] = 0;
    }
}`;

  it("blocks, and passes once the finding is accepted with a reason; the acceptance is listed", async () => {
    const open = await checkSources({ ...mustCompile({ "Bank.sol": bank("") }) });
    expect(open.verdict).to.equal("blocked");
    const accepted = await checkSources({ ...mustCompile({ "Bank.sol": bank("// drydock-disable-next-line G1 -- test") }) });
    expect(accepted.verdict).to.equal("pass");
    expect(checkAnswer(accepted).suppressed.map(({ rule, by, reason }) => `${rule} ${by} ${reason}`)).to.deep.equal(["G1 comment test"]);
  });

  it("lists a comment and lets it silence nothing where the sources are somebody else's claim", async () => {
    const request = { ...mustCompile({ "Bank.sol": bank("// drydock-disable-next-line G1 -- trust me") }), commentsSilence: false };
    const { verdict, findings, suppressed } = await checkSources(request);
    expect([verdict, findings.map(({ rule }) => rule)]).to.deep.equal(["blocked", ["G1"]]);
    expect(suppressed.map(({ reason }) => reason)).to.deep.equal(["trust me"]);
  });

  it("does not pass when a source could not be built, and still lints it", async () => {
    const unbuilt = { file: "Old.sol", content: "contract Old { function f(address payable a) public { a.send(1); } }", reason: "no solc 0.4.11 here" };
    const result = await checkSources({ ...mustCompile({ "A.sol": "pragma solidity ^0.8.28; contract A {}" }), unbuilt: [unbuilt] });
    expect(result.verdict).to.equal("not-run");
    expect(result.notRun).to.deep.equal([{ check: "sources/Old.sol", reason: unbuilt.reason }]);
    expect(result.findings.map(({ rule, confidence }) => `${rule} ${confidence}`)).to.include("G2 low");
  });

  it("refuses settings of a rule that does not exist, and lists rules that are off", async () => {
    const input = mustCompile({ "Bank.sol": bank("") });
    const refused = await checkSources({ ...input, rules: { G99: "off" } }).catch(code);
    expect(refused).to.equal(ERRORS.UNKNOWN_RULE.code);
    const { off, verdict } = await checkSources({ ...input, rules: { G1: "off" } });
    expect([off, verdict]).to.deep.equal([["G1"], "pass"]);
  });

  it("takes findings of another tool's SARIF through the same comments and policy", async () => {
    const log = (line: number): string =>
      JSON.stringify({
        version: "2.1.0",
        runs: [
          {
            tool: { driver: { name: "Slither", rules: [{ id: "0-1-x", properties: { precision: "very-high", "security-severity": "8.0" } }] } },
            results: [{ ruleId: "0-1-x", message: { text: "said" }, locations: [{ physicalLocation: { artifactLocation: { uri: "A.sol" }, region: { startLine: line } } }] }],
          },
        ],
      });
    const [imported] = findingsFromSarif("s.sarif", log(1));
    expect(imported).to.deep.include({ rule: "slither/x", severity: "high", confidence: "high", where: { file: "A.sol", line: 1 } });
    const { verdict } = await checkSources({ ...mustCompile({ "A.sol": "pragma solidity ^0.8.28; contract A {}" }), findings: findingsFromSarif("s.sarif", log(1)) });
    expect(verdict).to.equal("blocked");
    for (const bad of ["{", '{"version":"2.0.0","runs":[]}']) expect(thrown(() => findingsFromSarif("s", bad))).to.equal(ERRORS.SARIF_MALFORMED.code);
  });
});
