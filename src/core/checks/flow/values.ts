import type { VariableDeclaration } from "solidity-ast";
import { phi, UNKNOWN, type Term } from "./term.js";

/** Component `index` of a value with several components. */
export function componentOf(value: Term, index: number, count = 2): Term {
  if (value.op === "tuple") return value.items[index] ?? UNKNOWN;
  if (value.op === "phi") return phi(...value.options.map((option) => componentOf(option, index, count)));
  if (value.op === "call" && count > 1) return { op: "component", of: value, index };
  return value;
}

/** The value of a local that was declared and not set. Storage pointers get their namespace when assembly sets the slot. */
export function zeroOf(declaration: VariableDeclaration): Term {
  const type = declaration.typeDescriptions.typeString ?? "";
  if (/^(?:u?int|bytes\d)/.test(type)) return { op: "literal", text: "0" };
  if (type === "bool") return { op: "literal", text: "false" };
  if (type.startsWith("address") || type.startsWith("contract ")) return { op: "literal", text: "0" };
  return { op: "unknown", name: declaration.name, declaration };
}
