import { expect } from "chai";
import { matchRuntimeCode } from "../../../src/core/bytecode/match.js";
import { stripMetadata } from "../../../src/core/bytecode/metadata.js";
import { dispatchedSelectors, pushedSelectors, scanSlots } from "../../../src/core/bytecode/opcodes.js";
import type { SolcBytecode } from "../../../src/core/solc.js";
import { compileSource, compileSources } from "../../support/solc.js";

const SOURCE = `library Lib { function twice(uint256 x) external pure returns (uint256) { return 2 * x; } }
contract C { uint256 immutable RATE; address immutable OWNER; uint256 x; constructor(uint256 r) { RATE = r; OWNER = msg.sender; }
 function rate() external view returns (uint256) { return Lib.twice(RATE) + RATE; } function owner() external view returns (address) { return OWNER; }
 function poke() external { x = 1; bytes32 s = 0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103; assembly { sstore(s, 1) } } }`;

describe("code match", () => {
  const code = deployed(SOURCE);
  const compiled = { deployedBytecode: code.object, immutableReferences: code.immutableReferences ?? {}, linkReferences: code.linkReferences ?? {} };
  const library = "11".repeat(20);
  const live = (change: (hex: string) => string = (hex) => hex): string => `0x${change(fill(code, "00".repeat(31) + "07", library))}`;

  it("matches, itemising immutables and library links", () => {
    const match = matchRuntimeCode(live(), compiled);
    expect(match).to.include({ verdict: "match", metadataDiffers: false });
    expect(match.immutables.map(({ value }) => BigInt(value))).to.deep.equal([7n, 7n]);
    expect(match.libraries).to.deep.equal([{ name: "C.sol:Lib", address: `0x${library}`, offsets: match.libraries[0]?.offsets }]);
  });

  it("says when only the metadata hash differs", () => {
    const commented = deployed(`// another comment\n${SOURCE}`);
    expect(stripMetadata(code.object).solc).to.equal("0.8.28");
    const match = matchRuntimeCode(`0x${fill(commented, "00".repeat(32), library)}`, compiled);
    expect(match).to.include({ verdict: "match", metadataDiffers: true });
  });

  it("does not let an immutable differ between its places, nor any other byte differ", () => {
    const [places] = Object.values(code.immutableReferences ?? {}).filter((list) => list.length > 1);
    const second = (places?.[1]?.start ?? 0) * 2;
    expect(matchRuntimeCode(live((hex) => `${hex.slice(0, second)}ff${hex.slice(second + 2)}`), compiled).verdict).to.equal("mismatch");
    expect(matchRuntimeCode(live((hex) => `6001${hex.slice(4)}`), compiled)).to.include({ verdict: "mismatch" });
    expect(matchRuntimeCode(live((hex) => `${hex}00`), compiled).verdict).to.equal("mismatch");
  });

  it("can't verify an address without code or a contract without a build", () => {
    expect(matchRuntimeCode("0x", compiled).verdict).to.equal("unverifiable");
    expect(matchRuntimeCode(live(), { deployedBytecode: "" }).verdict).to.equal("unverifiable");
  });

  it("ignores the metadata of contracts that are embedded in a factory", () => {
    const factory = (comment: string) =>
      compileSources({
        "C.sol": `pragma solidity 0.8.28; import "./D.sol"; contract C { function make() external returns (address) { return address(new D()); } }`,
        "D.sol": `pragma solidity 0.8.28; contract D { uint256 x; } // ${comment}`,
      }).output.contracts?.["C.sol"]?.C?.evm?.deployedBytecode?.object ?? "";
    expect(factory("a")).to.not.equal(factory("b"));
    expect(matchRuntimeCode(factory("a"), { deployedBytecode: factory("b") })).to.include({ verdict: "match", metadataDiffers: true });
  });

  it("lists pushed and dispatched selectors and constant slots", () => {
    const hex = live();
    for (const selector of ["0x2c4e722e", "0x8da5cb5b"]) {
      expect(pushedSelectors(hex)).to.include(selector);
      expect(dispatchedSelectors(hex)).to.include(selector);
    }
    expect(dispatchedSelectors(hex)).to.not.include("0xffffffff");
    expect(scanSlots(hex).written).to.deep.equal([`0x${"00".repeat(32)}`, "0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103"]);
  });
});

function deployed(source: string): SolcBytecode {
  const code = compileSource(source).output.contracts?.["C.sol"]?.C?.evm?.deployedBytecode;
  if (code === undefined) throw new Error("not compiled");
  return code;
}

function fill(code: SolcBytecode, immutable: string, library: string): string {
  let hex = code.object.replace(/__.{36}__/g, library);
  for (const places of Object.values(code.immutableReferences ?? {})) {
    for (const { start, length } of places) hex = hex.slice(0, start * 2) + immutable + hex.slice((start + length) * 2);
  }
  return hex;
}
