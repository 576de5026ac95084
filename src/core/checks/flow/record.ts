import type { Expression, StructDefinition } from "solidity-ast";
import type { Program } from "../ast/program.js";
import { phi, phiWhen, type Term } from "./term.js";

export type RecordTerm = Extract<Term, { op: "record" }>;

/** The struct that an expression in memory or calldata is of. The compiler's type identifier ends in the declaration's id. */
export function structInMemory(expression: Expression, program: Program): StructDefinition | undefined {
  const id = /^t_struct\$_.*\$(\d+)_(?:memory|calldata)/.exec(expression.typeDescriptions.typeIdentifier ?? "")?.[1];
  const declaration = id === undefined ? undefined : program.declaration(Number(id));
  return declaration?.nodeType === "StructDefinition" ? declaration : undefined;
}

/** A struct's value from its constructor's arguments, in the order of the members. */
export function recordOf(struct: StructDefinition, names: readonly string[], args: readonly Term[]): RecordTerm | undefined {
  const members = struct.members.map(({ name }) => name);
  if (members.length !== args.length) return undefined;
  const items = names.length === 0 ? args : members.map((name) => args[names.indexOf(name)]);
  return items.every((item) => item !== undefined) ? { op: "record", names: members, items: items as Term[] } : undefined;
}

/** `value.name`, taken out of the record where the value is one. */
export function memberOf(value: Term, name: string): Term {
  if (value.op === "record") return value.items[value.names.indexOf(name)] ?? { op: "field", base: value, name };
  if (value.op === "phi" && value.options.some(({ op }) => op === "record")) {
    const options = value.options.map((option) => memberOf(option, name));
    return value.when === undefined ? phi(...options) : phiWhen(value.when, ...options);
  }
  return { op: "field", base: value, name };
}

/** `value` with another member; the other members stay what they were. */
export function withMember(value: Term, struct: StructDefinition, name: string, item: Term): RecordTerm {
  const names = struct.members.map((member) => member.name);
  return { op: "record", names, items: names.map((own) => (own === name ? item : memberOf(value, own))) };
}
