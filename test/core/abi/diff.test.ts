import { expect } from "chai";
import { diffAbi, selectorClashes } from "../../../src/core/abi/diff.js";
import { build } from "../../support/layout-pairs.js";

const abi = (source: string) => build(source).output.contracts?.["C.sol"]?.C?.abi ?? [];

describe("ABI differences", () => {
  it("names what was added, removed and changed, return types and indexed parameters too", () => {
    const before = abi("contract C { struct P { uint256 a; } event E(uint256 indexed x); error Bad(uint256); function gone(P calldata) external {} function get() external view returns (uint128) { return 1; } function pay() external payable {} }");
    const after = abi("contract C { event E(uint256 x); error Worse(); function fresh() external {} function get() external view returns (uint256) { return 1; } function pay() external {} }");
    expect(diffAbi(before, after).map(({ kind, change, signature }) => `${change} ${kind} ${signature}`)).to.deep.equal([
      "removed error Bad(uint256)",
      "added error Worse()",
      "changed event E(uint256)",
      "added function fresh()",
      "changed function get()",
      "removed function gone((uint256))",
      "changed function pay()",
    ]);
    expect(diffAbi(before, after).find(({ signature }) => signature === "get()")?.detail).to.equal("returns (uint128) → (uint256)");
    expect(diffAbi(before, before)).to.deep.equal([]);
  });

  it("finds functions of different names with one selector", () => {
    // A known pair of signatures with the selector 0x42966c68.
    const clash = selectorClashes(abi("contract C { function burn(uint256) external {} }"), abi("contract C { function collate_propagate_storage(bytes16) external {} }"));
    expect(clash.map(({ selector }) => selector)).to.deep.equal(["0x42966c68"]);
    expect(selectorClashes(abi("contract C { function burn(uint256) external {} }"), abi("contract C { function burn(uint256) external {} }"))).to.deep.equal([]);
  });
});
