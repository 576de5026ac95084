import { expect } from "chai";
import { layoutSvg } from "../../src/report/layout-svg.js";
import { layoutTable } from "../../src/report/layout-table.js";
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
});
