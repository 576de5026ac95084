import { expect } from "chai";
import { erc7201Slot, extractLayout, fromTable } from "../../../src/core/layout/index.js";
import type { ContractLayout, LayoutVariable } from "../../../src/core/layout/index.js";
import { compileSource } from "../../support/solc.js";

const KITCHEN_SINK = `
type Price is uint128;
interface IERC20 {}
uint256 constant LENGTH = 3;
library Vault {
  /// @custom:storage-location erc7201:lib.vault
  struct Store { uint256 total; mapping(address => uint256) held; }
  bytes32 internal constant SLOT = 0x1111111111111111111111111111111111111111111111111111111111111100;
  function store() internal pure returns (Store storage s) { bytes32 at = SLOT; assembly { s.slot := at } }
}
library Diamond {
  struct Store { address owner; uint64 since; }
  bytes32 internal constant POSITION = keccak256("diamond.standard.diamond.storage");
  function store() internal pure returns (Store storage s) { bytes32 position = POSITION; assembly { s.slot := position } }
}
library Slots {
  struct AddressSlot { address value; }
  function at(bytes32 slot) internal pure returns (AddressSlot storage r) { assembly { r.slot := slot } }
}
contract Base { bool internal paused; uint256[LENGTH] private __gap; }
contract Mixin is Base { uint8 internal level; }
contract C is Mixin {
  enum Side { Long, Short }
  struct Node { uint256 v; mapping(uint256 => Node) kids; Node[] list; }
  struct Inner { uint64 a; int192 b; bool c; }
  /// @custom:storage-location erc7201:example.main
  struct MainStorage { uint64 x; uint128 y; Node r; Inner[2] pair; }
  bytes32 private constant MAIN = keccak256(abi.encode(uint256(keccak256("example.main")) - 1)) & ~bytes32(uint256(0xff));
  bytes32 private constant ADMIN = bytes32(uint256(keccak256("eip1967.proxy.admin")) - 1);
  uint256 private constant RAW = uint256(keccak256("raw.slot"));
  function _main() private pure returns (MainStorage storage $) { bytes32 at = MAIN; assembly { $.slot := at } }
  Side side; Price price; IERC20 token; function() internal fi; function(uint256) external returns (uint256) fe;
  Node node; mapping(address => mapping(uint256 => uint8)) grid; bytes raw; string text;
  uint8[40] packed; uint24[11][2] matrix; Inner[] inners; address payable sink; bytes3 tag; int16 small; uint256 transient lock;
  address immutable ORIGIN; uint256 constant ONE = 1;
  constructor() { ORIGIN = msg.sender; }
  function go(uint256 n) external {
    lock = n; _main().x = uint64(n); Vault.store().total = n; Diamond.store().owner = msg.sender; Slots.at(ADMIN).value = msg.sender;
    bytes32 at = bytes32(RAW); assembly { sstore(at, n) }
    paused = true; level = 1;
  }
}`;

describe("layout extraction", () => {
  const { input, output } = compileSource(KITCHEN_SINK);
  const layout = extractLayout(output, input, { file: "C.sol", name: "C" });
  const region = (id: string) => layout.regions.find((candidate) => candidate.id === id);

  it("places state variables and sizes types exactly as solc does", () => {
    const built = output.contracts?.["C.sol"]?.C;
    if (built?.storageLayout === undefined) throw new Error("no storage layout");
    const reference = fromTable(built.storageLayout, built.transientStorageLayout, { file: "C.sol", name: "C" });
    for (const id of ["", "transient"]) {
      const ours = layout.regions.find((candidate) => candidate.id === id);
      const theirs = reference.regions.find((candidate) => candidate.id === id);
      expect(ours?.variables.map((variable) => shape(variable, layout))).to.deep.equal(theirs?.variables.map((variable) => shape(variable, reference)));
    }
  });

  it("finds an ERC-7201 namespace at the slot that the formula and the code agree on", () => {
    expect(region("erc7201:example.main")).to.include({ kind: "namespace", source: "code", base: erc7201Slot("example.main") });
    // The example that ERC-7201 itself gives.
    expect(erc7201Slot("example.main")).to.equal(0x183a6125c38840424c4a85fa12bab2ab606c4b6d0e7cc73c0c06ba5300eab500n);
    const packed = region("erc7201:example.main")?.variables.map(({ label, slot, offset }) => [label, slot - erc7201Slot("example.main"), offset]);
    expect(packed).to.deep.equal([["x", 0n, 0], ["y", 0n, 8], ["r", 1n, 0], ["pair", 4n, 0]]);
  });

  it("takes the constant that the code uses over the annotation, and says that they differ", () => {
    expect(region("erc7201:lib.vault")?.base).to.equal(0x1111111111111111111111111111111111111111111111111111111111111100n);
    expect(layout.notes.filter(({ kind }) => kind === "namespace-differs").map(({ place }) => place?.line)).to.deep.equal([9]);
  });

  it("finds diamond structs without annotation, slot helpers, and slots that assembly writes", () => {
    expect(region("diamond:Diamond.Store")?.base).to.equal(0xc8fcad8db84d3cc18b4c41d551ea0ee66dd599cde068d998e57d5e09332c131cn);
    expect(layout.regions.some(({ base }) => base === 0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103n)).to.equal(true);
    expect(region("slot:RAW")?.variables).to.have.length(1);
  });

  it("knows constants and immutables, the linearization, lines and uses", () => {
    expect(layout.unstored.filter(({ mutability }) => mutability === "immutable").map(({ label }) => label)).to.deep.equal(["ORIGIN"]);
    expect(layout.linearization).to.deep.equal(["Base", "Mixin", "C"]);
    const paused = region("")?.variables.find(({ label }) => label === "paused");
    expect(paused?.place).to.deep.equal({ file: "C.sol", line: 22 });
    expect(paused?.usage?.functions).to.deep.equal(["go"]);
  });

  it("follows `layout at`", () => {
    const at = compileSource(`contract B layout at 0x100 - 1 { uint8 x; uint256 z; }\ncontract C layout at uint256(0xabc) + 4 { uint256 y; uint8 x; }`.replace("uint256(0xabc) + 4", "0xabc + 4").replace("contract B", "contract Other"), "0.8.37");
    const moved = extractLayout(at.output, at.input, { file: "C.sol", name: "C" });
    expect(moved.regions[0]?.base).to.equal(0xac0n);
    const solc = at.output.contracts?.["C.sol"]?.C?.storageLayout?.storage.map(({ slot }) => BigInt(slot));
    expect(moved.regions[0]?.variables.map(({ slot }) => slot)).to.deep.equal(solc);
  });

  for (const version of ["0.6.12", "0.7.6"]) {
    it(`reads the AST of solc ${version}`, () => {
      const old = compileSource(`library L { struct S { uint8 a; uint256 b; } bytes32 constant P = keccak256("old.p"); function s() internal pure returns (S storage r) { bytes32 p = P; assembly { ${version === "0.6.12" ? "r_slot" : "r.slot"} := p } } }
contract C { enum E { A, B } E e; bool b; address[2] two; mapping(bytes32 => E[]) m; uint256 immutable i = 3; function f() external { L.s().a = 1; } }`, version);
      const found = extractLayout(old.output, old.input, { file: "C.sol", name: "C" });
      const built = old.output.contracts?.["C.sol"]?.C?.storageLayout;
      if (built === undefined) throw new Error("no storage layout");
      const reference = fromTable(built, undefined, { file: "C.sol", name: "C" });
      expect(found.regions[0]?.variables.map((variable) => shape(variable, found))).to.deep.equal(reference.regions[0]?.variables.map((variable) => shape(variable, reference)));
      expect(found.regions.map(({ id }) => id)).to.include("diamond:L.S");
    });
  }
});

function shape(variable: LayoutVariable, layout: ContractLayout): unknown[] {
  const type = layout.types[variable.type];
  const members = type?.kind === "struct" ? type.members.map(({ label, slot, offset }) => [label, slot, offset]) : [];
  return [variable.label, variable.slot, variable.offset, type?.bytes, members];
}
