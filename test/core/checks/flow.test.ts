import { expect } from "chai";
import { ContractView } from "../../../src/core/checks/ast/contract-view.js";
import { Program } from "../../../src/core/checks/ast/program.js";
import { factsOf } from "../../../src/core/checks/flow/facts.js";
import { guardsOf } from "../../../src/core/checks/flow/guards.js";
import { storageName, textOf } from "../../../src/core/checks/flow/term.js";
import { lastingWrites, lockKeys } from "../../../src/core/checks/moves.js";
import { mustCompile } from "../../support/compile.js";

function viewOf(body: string, more = ""): ContractView {
  const source = `pragma solidity ^0.8.28;\n${more}\ncontract T {\n  address owner; mapping(address => bool) keeper; mapping(address => uint256) balance; bool on; uint256 value; address feed;\n${body}\n}`;
  const { input, output } = mustCompile({ "T.sol": source });
  const program = new Program(input, output);
  const definition = program.contracts.find(({ name }) => name === "T");
  if (definition === undefined) throw new Error("no contract T");
  return new ContractView(program, definition);
}

/** Classes of the guards of the first write of `f`. */
function classes(body: string, more?: string): string[] {
  const view = viewOf(body, more);
  const fn = view.entryNamed("f");
  if (fn === undefined) throw new Error("no function f");
  const trace = view.traceOf(fn);
  const [write] = lastingWrites(trace);
  if (write === undefined) throw new Error("f writes nothing");
  return guardsOf(trace, write, factsOf(view)).map((guard) => guard.class);
}

describe("guards", function () {
  this.timeout(60_000);
  const set = "value = x;";
  const cases: [name: string, body: string, expected: string[]][] = [
    ["a require on the owner", `function f(uint256 x) external { require(msg.sender == owner); ${set} }`, ["authority"]],
    ["a custom error", `error E(); function f(uint256 x) external { if (owner != msg.sender) revert E(); ${set} }`, ["authority"]],
    ["a modifier that calls a function", `modifier m() { _c(); _; } function _c() internal view { require(owner == msg.sender); } function f(uint256 x) external m { ${set} }`, ["authority"]],
    ["a check behind the write", `function f(uint256 x) external { ${set} require(msg.sender == owner); }`, ["authority"]],
    ["an enclosing if", `function f(uint256 x) external { if (keeper[msg.sender]) { ${set} } }`, ["authority"]],
    ["an early return", `function f(uint256 x) external { if (!keeper[msg.sender]) return; ${set} }`, ["authority"]],
    ["two ways, both entitled", `function f(uint256 x) external { require(msg.sender == owner || keeper[msg.sender]); ${set} }`, ["authority"]],
    ["two ways, one for everybody", `function f(uint256 x) external { require(msg.sender == owner || x < 10); ${set} }`, ["condition"]],
    ["a switch that nobody can set", `function f(uint256 x) external { if (on) require(msg.sender == owner); ${set} }`, ["tautology"]],
    ["a switch that somebody can set", `function g() external { on = true; } function f(uint256 x) external { if (on) require(msg.sender == owner); ${set} }`, ["condition"]],
    ["a caller that is somebody", `function f(uint256 x) external { require(msg.sender != address(0)); ${set} }`, ["tautology"]],
    ["a parameter that is the caller", `function f(uint256 x, address who) external { require(msg.sender == who); ${set} }`, ["self"]],
    ["a list of the refused", `function f(uint256 x) external { require(!keeper[msg.sender]); ${set} }`, ["condition"]],
    ["one's own balance", `function f(uint256 x) external { require(balance[msg.sender] >= x); ${set} }`, ["condition"]],
    ["assembly", `function f(uint256 x) external { assembly { if iszero(eq(caller(), sload(owner.slot))) { revert(0, 0) } } ${set} }`, ["authority"]],
    ["a check on one path only", `function f(uint256 x) external { if (x > 10) require(msg.sender == owner); ${set} }`, ["condition"]],
    ["nothing", `function f(uint256 x) external { ${set} }`, []],
  ];
  for (const [name, body, expected] of cases) {
    it(`sees ${name}`, () => {
      expect(classes(body)).to.deep.equal(expected);
    });
  }

  it("resolves overrides: an emptied check of a base is no check", () => {
    const base = "abstract contract B { address a; modifier m() { _c(); _; } function _c() internal view virtual { require(msg.sender == a); } }";
    const view = (override: string): string[] =>
      classesOf(`${base}\ncontract T is B { uint256 value; ${override} function f(uint256 x) external m { value = x; } }`);
    expect(view("")).to.deep.equal(["authority"]);
    expect(view("function _c() internal view override {}")).to.deep.equal([]);
  });
});

function classesOf(source: string): string[] {
  const { input, output } = mustCompile({ "T.sol": `pragma solidity ^0.8.28;\n${source}` });
  const program = new Program(input, output);
  const definition = program.contracts.find(({ name }) => name === "T");
  if (definition === undefined) throw new Error("no contract T");
  const view = new ContractView(program, definition);
  const trace = view.traceOf(view.entryNamed("f") ?? view.allFunctions[0]!);
  const [write] = lastingWrites(trace);
  return write === undefined ? [] : guardsOf(trace, write, factsOf(view)).map((guard) => guard.class);
}

describe("traces", function () {
  this.timeout(60_000);

  it("put arguments in place of parameters, through library calls on a value", () => {
    const view = viewOf("using L for mapping(address => uint256); function f(uint256 x) external { balance.take(msg.sender, x); }", "library L { function take(mapping(address => uint256) storage m, address who, uint256 by) internal { m[who] -= by; } }");
    const [write] = lastingWrites(view.traceOf(view.entryNamed("f")!));
    expect([textOf(write!.term), textOf(write!.value)]).to.deep.equal(["balance[msg.sender]", "(balance[msg.sender] - $0)"]);
  });

  it("know a lock by what it does, not by its name", () => {
    const body = (inside: string): string => `modifier nonReentrant() { require(!on); ${inside} } function f(uint256 x) external nonReentrant { value = x; }`;
    const locks = (inside: string): string[] => {
      const view = viewOf(body(inside));
      return [...lockKeys(view.traceOf(view.entryNamed("f")!))];
    };
    expect(locks("on = true; _; on = false;")).to.deep.equal(["on"]);
    expect(locks("_;")).to.deep.equal([]);
    expect(locks("on = true; _;")).to.deep.equal([]);
  });

  it("name the fields of a namespace by its struct", () => {
    const view = viewOf("struct S { uint256 a; } function _s() private pure returns (S storage s) { assembly { s.slot := 0x1234567890123456789012 } } function f(uint256 x) external { _s().a = x; }");
    const [write] = lastingWrites(view.traceOf(view.entryNamed("f")!));
    expect(storageName(write!.storage)).to.equal("ns:S.a");
  });

  it("say where a node is, in characters, also behind characters of several bytes", () => {
    const { input, output } = mustCompile({ "T.sol": "pragma solidity ^0.8.28;\n/* äöü€𝄞 */ contract T {}\n" });
    const program = new Program(input, output);
    const line = "/* äöü€𝄞 */ contract T {}";
    expect(program.placeOf(program.contracts[0]!)).to.deep.include({ line: 2, column: line.indexOf("contract") + 1 });
  });
});
