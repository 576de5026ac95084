import type { Place } from "./leaves.js";
import type { Model, Type } from "./model.js";

/**
 * A contract with the model's storage, `write(uint256[])` that sets every place from one word, and `read(uint256)` that
 * answers one place as one word. `readAll` calls `read` through the proxy for each, so that one that reverts spoils nothing.
 */
export function contractSource(model: Model, list: Place[]): string {
  const declare = (variables: Model["variables"]): string => variables.map(({ name, type }) => `  ${typeName(type)} internal ${name};`).join("\n");
  const types = [
    ...model.enums.map((members, at) => `enum E${at} { ${members.join(", ")} }`),
    ...model.structs.map((members, at) => `struct S${at} { ${members.map(({ name, type }) => `${typeName(type)} ${name};`).join(" ")} }`),
  ].join("\n");
  const writes = list.flatMap(({ expression, type, grow }, at) => [...grow, ...(type.k === "length" ? [] : [`    ${expression} = ${fromWord(type, `v[${at}]`, model)};`])]);
  const reads = list.map(({ expression, type }, at) => `    if (i == ${at}) return ${toWord(type, expression)};`);
  return `// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;
${types}
abstract contract Base {
${declare(model.variables.slice(0, model.inBase))}
}
contract C is Base {
${declare(model.variables.slice(model.inBase))}
  function write(uint256[] calldata v) external {
${writes.join("\n")}
  }
  function read(uint256 i) external view returns (uint256) {
${reads.join("\n")}
    revert();
  }
  function readAll(uint256 n) external view returns (bool[] memory ok, uint256[] memory v) {
    ok = new bool[](n);
    v = new uint256[](n);
    for (uint256 i; i < n; ++i) try this.read{gas: 300000}(i) returns (uint256 x) { (ok[i], v[i]) = (true, x); } catch {}
  }
}
`;
}

export function typeName(type: Type): string {
  switch (type.k) {
    case "value":
      return type.name;
    case "text":
      return type.name;
    case "enum":
      return `E${type.def}`;
    case "struct":
      return `S${type.def}`;
    case "fixed":
      return `${typeName(type.base)}[${type.length}]`;
    case "dynamic":
      return `${typeName(type.base)}[]`;
    case "mapping":
      return `mapping(${type.key} => ${typeName(type.value)})`;
  }
}

function fromWord(type: Place["type"], word: string, model: Model): string {
  if (type.k === "enum") return `E${type.def}(${word} % ${(model.enums[type.def] ?? []).length})`;
  if (type.k === "text") {
    const data = `(${word} & 1 == 1 ? abi.encodePacked(${word}) : abi.encodePacked(uint64(${word})))`;
    return type.name === "string" ? `string${data}` : data;
  }
  if (type.k === "length") return "0";
  const { name } = type;
  if (name === "bool") return `${word} & 1 == 1`;
  if (name === "address") return `address(uint160(${word}))`;
  if (name.startsWith("bytes")) return `${name}(uint${Number(name.slice(5)) * 8}(${word}))`;
  if (name.startsWith("int")) return `${name}(int256(${word}))`;
  return `${name}(${word})`;
}

function toWord(type: Place["type"], expression: string): string {
  if (type.k === "enum") return `uint256(${expression})`;
  if (type.k === "text") return type.name === "string" ? `uint256(keccak256(bytes(${expression})))` : `uint256(keccak256(${expression}))`;
  if (type.k === "length") return expression;
  const { name } = type;
  if (name === "bool") return `${expression} ? 1 : 0`;
  if (name === "address") return `uint256(uint160(${expression}))`;
  if (name.startsWith("bytes")) return `uint256(uint${Number(name.slice(5)) * 8}(${expression}))`;
  if (name.startsWith("int")) return `uint256(int256(${expression}))`;
  return `uint256(${expression})`;
}
