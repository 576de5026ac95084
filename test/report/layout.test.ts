import { expect } from "chai";
import { layoutSvg } from "../../src/report/layout-svg.js";
import { layoutTable } from "../../src/report/layout-table.js";
import { layoutText } from "../../src/report/layout-text.js";
import { upgradeDiffText } from "../../src/report/upgrade-diff-text.js";
import { validatePair } from "../../src/stages/validate.js";
import { build } from "../support/layout-pairs.js";

describe("layout report", () => {
  const pair = (to: string) => validatePair(build("contract C { uint128 a; uint64 b; uint256 c; mapping(address => uint256) held; }"), build(to), { secondOpinion: false });

  it("prints changed ranges side by side, and kept ones only on request", async () => {
    const { changes } = await pair("contract C { uint128 a; uint128 b; address n; uint256 c; mapping(address => uint256) held; }");
    const table = layoutTable(changes);
    expect(table[0]?.trim().split(/\s+/)).to.deep.equal(["slot", "offset", "bytes", "old", "new", "live", "fate"]);
    expect(table.join("\n")).to.match(/0x0 +16 +8 +b: uint64 +b: uint128 +retyped/);
    expect(table.join("\n")).to.match(/0x1 +0 +32 +c: uint256 +c: uint256 → 0x2\+0 +moved \(high\)/);
    expect(table.join("\n")).to.not.match(/ a: uint128/);
    expect(layoutTable(changes, { kept: true }).join("\n")).to.match(/ a: uint128/);
  });

  it("draws the slots whose bytes changed, and nothing when none did", async () => {
    const { changes } = await pair("contract C { uint128 a; uint128 b; address n; uint256 c; mapping(address => uint256) held; }");
    const svg = layoutSvg(changes, `C <V1> → "V2"`);
    expect(svg).to.match(/^<svg [^>]*viewBox/);
    expect(svg).to.include("&#60;V1&#62;");
    expect(svg).to.include("moved. c moved by +1 slot(s)");
    const same = await pair("contract C { uint128 a; uint64 b; uint256 c; mapping(address => uint256) held; }");
    expect(layoutSvg(same.changes, "same")).to.equal(undefined);
  });

  it("prints what else changes, and only that", async () => {
    const parts = await pair("contract C { uint128 a; uint64 b; uint256 c; mapping(address => uint256) held; event E(uint256 n); function f(uint256 n) external { emit E(n); } }");
    const text = layoutText([{ title: "C", ...parts }], parts);
    expect(text).to.match(/^ {2}\+ event E\(uint256\)\n {2}\+ function f\(uint256\) 0xb3de648b\n {2}code size: \d+ → \d+ bytes, \d+ left under EIP-170$/m);
    const same = await pair("contract C { uint128 a; uint64 b; uint256 c; mapping(address => uint256) held; }");
    expect(upgradeDiffText(same)).to.deep.equal([]);
  });

  it("prints compiler, EVM version, immutables and history where they differ", () => {
    const code = { oldSize: 9, newSize: 25_000, margin: -424, oldCompiler: "0.8.20", newCompiler: "0.8.28", oldEvmVersion: "paris", newEvmVersion: "cancun" };
    const history = [
      { implementation: "0x01", source: "events" as const, compared: false, detail: "no build" },
      { implementation: "0x02", source: "current" as const, compared: true, detail: "V2" },
    ];
    const immutables = [
      { name: "C.rate", old: "0x1", new: "0x2", changed: true },
      { name: "C.self", old: "0x3", new: "0x4", changed: false },
    ];
    expect(upgradeDiffText({ code, history, immutables, oldCode: { verdict: "match", detail: "the code is identical" } })).to.deep.equal([
      "  live code: the code is identical",
      "  1 earlier implementation(s):",
      "    0x01 NOT compared: no build",
      "  code size: 9 → 25000 bytes, 424 more than EIP-170 allows",
      "  compiler: 0.8.20 → 0.8.28",
      "  EVM version: paris → cancun",
      "  immutable C.rate: 0x1 → 0x2",
    ]);
    const abi = Array.from({ length: 15 }, (_, at) => ({ kind: "function" as const, change: "removed" as const, signature: `f${at}()`, selector: "0x00000000" }));
    expect(upgradeDiffText({ abi }).at(-1)).to.equal("  - … and 3 more removed");
  });
});
