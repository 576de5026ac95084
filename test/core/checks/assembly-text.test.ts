import { expect } from "chai";
import type { InlineAssembly } from "solidity-ast";
import { Program } from "../../../src/core/checks/ast/program.js";
import { walk } from "../../../src/core/checks/ast/walk.js";
import { parseAssembly } from "../../../src/core/checks/flow/assembly-text.js";
import { mustCompile } from "../../support/compile.js";

const SOURCE = `// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;
contract A {
    uint256 private total; // ünïcode before the block
    function f(address to, uint256 value) external payable returns (bool ok, uint256 size) {
        assembly {
            // a comment with } and "
            let pointer := mload(0x40) /* ü */
            let a, b
            a, b := g(1, 2)
            function g(x, y) -> u, v { u := x v := y }
            calldatacopy(pointer, 0, calldatasize())
            if iszero(value) { revert(0, 0) }
            for { let i := 0 } lt(i, 3) { i := add(i, 1) } { if eq(i, 2) { continue } size := add(size, i) }
            switch call(gas(), to, value, pointer, calldatasize(), 0, 0)
            case 0 { mstore(pointer, "no") }
            case 0x1 { sstore(total.slot, value) }
            default { stop() }
            { ok := sload(total.slot) }
        }
    }
}
`;

/** Kinds, names and places of all Yul nodes in order, bodies of Yul functions aside. */
function shapeOf(node: unknown, found: string[] = []): string[] {
  if (Array.isArray(node)) for (const item of node) shapeOf(item, found);
  else if (typeof node === "object" && node !== null) {
    const { nodeType, name, src, value } = node as { nodeType?: string; name?: string; src?: string; value?: unknown };
    if (nodeType === "YulFunctionDefinition") return found;
    if (nodeType === "YulIdentifier" || nodeType === "YulTypedName") found.push(`${nodeType} ${name} ${src}`);
    else if (nodeType === "YulLiteral") found.push(`${nodeType} ${String(value)} ${src}`);
    else if (nodeType !== undefined) found.push(nodeType);
    const keys = ["pre", "condition", "post", "variables", "variableNames", "functionName", "arguments", "expression", "value", "cases", "body", "statements"];
    for (const key of keys) shapeOf((node as Record<string, unknown>)[key], found);
  }
  return found;
}

describe("inline assembly as text", function () {
  this.timeout(60_000);
  const { input, output } = mustCompile({ "A.sol": SOURCE });
  const program = new Program(input, output);
  const blocks: InlineAssembly[] = [];
  for (const contract of program.contracts) walk(contract, (node) => node.nodeType === "InlineAssembly" && blocks.push(node));

  it("parses to the tree that the compiler gives, places included", () => {
    const [assembly] = blocks;
    if (assembly === undefined) throw new Error("no assembly was compiled");
    expect(shapeOf(parseAssembly(assembly, program))).to.deep.equal(shapeOf(assembly.AST));
    expect(shapeOf(assembly.AST)).to.have.length.greaterThan(80);
  });

  it("is refused where it is written as instructions", () => {
    const content = "contract B { function f() { assembly { 1 2 add =: x } } }";
    const at = content.indexOf("assembly");
    const ast = { nodeType: "SourceUnit", nodes: [] };
    const old = new Program({ language: "Solidity", sources: { "B.sol": { content } }, settings: { outputSelection: {} } }, { sources: { "B.sol": { id: 0, ast } } });
    const node = { src: `${at}:${content.indexOf("}") + 1 - at}:0` } as InlineAssembly;
    expect(parseAssembly(node, old)).to.equal(undefined);
  });
});
