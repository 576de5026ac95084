import type { Model, Type, Variable } from "./model.js";

/** Elements that dynamic arrays get. */
export const ELEMENTS = 2;

/** One place that holds one value. `id` names what it means and is stable through edits of names and types. */
export interface Place {
  id: string;
  /** Solidity expression. */
  expression: string;
  type: Exclude<Type, { k: "struct" | "fixed" | "dynamic" | "mapping" }> | { k: "length" };
  /** Statements that must run before a write: arrays grow. */
  grow: string[];
  /** Key types on the way, with the index of each key. */
  keys: string[];
}

/** Every place of a model. `keyTypes` says which type a mapping's sample keys come from: the old version's. */
export function places(model: Model, keyTypes: ReadonlyMap<string, string>): Place[] {
  return model.variables.flatMap((variable) => walk(model, variable, variable.name, `${variable.id}`, [], [], keyTypes));
}

function walk(model: Model, { type }: Pick<Variable, "type">, expression: string, id: string, grow: string[], keys: string[], keyTypes: ReadonlyMap<string, string>): Place[] {
  switch (type.k) {
    case "struct":
      return (model.structs[type.def] ?? []).flatMap((member) => walk(model, member, `${expression}.${member.name}`, `${id}.${member.id}`, grow, keys, keyTypes));
    case "fixed":
      return Array.from({ length: type.length }, (_, at) => walk(model, { type: type.base }, `${expression}[${at}]`, `${id}[${at}]`, grow, keys, keyTypes)).flat();
    case "dynamic": {
      const growth = [...grow, `while (${expression}.length < ${ELEMENTS}) ${expression}.push();`];
      const inside = Array.from({ length: ELEMENTS }, (_, at) => walk(model, { type: type.base }, `${expression}[${at}]`, `${id}[${at}]`, growth, keys, keyTypes)).flat();
      return [{ id: `${id}#`, expression: `${expression}.length`, type: { k: "length" }, grow: growth, keys }, ...inside];
    }
    case "mapping": {
      const source = keyTypes.get(id) ?? type.key;
      return walk(model, { type: type.value }, `${expression}[${keyLiteral(source, type.key) ?? zeroKey(type.key)}]`, `${id}{}`, grow, [...keys, keyLiteral(source, type.key) === undefined ? "unreachable" : type.key], keyTypes);
    }
    default:
      return [{ id, expression, type, grow, keys }];
  }
}

/** Key type of every mapping, by id. */
export function keyTypesOf(model: Model): Map<string, string> {
  const found = new Map<string, string>();
  const visit = (type: Type, id: string): void => {
    if (type.k === "mapping") {
      found.set(id, type.key);
      visit(type.value, `${id}{}`);
    } else if (type.k === "struct") for (const member of model.structs[type.def] ?? []) visit(member.type, `${id}.${member.id}`);
    else if (type.k === "fixed") for (let at = 0; at < type.length; at += 1) visit(type.base, `${id}[${at}]`);
    else if (type.k === "dynamic") for (let at = 0; at < ELEMENTS; at += 1) visit(type.base, `${id}[${at}]`);
  };
  for (const { type, id } of model.variables) visit(type, `${id}`);
  return found;
}

/**
 * The extreme key of the old type (all ones; −1 for signed ones), written in the new key type. Undefined when the new type
 * has no such value.
 */
export function keyLiteral(old: string, current: string): string | undefined {
  const bits = (type: string): number => (type === "address" ? 160 : type.startsWith("bytes") ? Number(type.slice(5)) * 8 : Number(type.replace(/^u?int/, "")));
  const signed = (type: string): boolean => type.startsWith("int");
  const isBytes = (type: string): boolean => type.startsWith("bytes");
  if (signed(old)) return signed(current) && bits(current) >= bits(old) ? `${current}(-1)` : undefined;
  if (isBytes(old) && isBytes(current)) {
    const left = (ones(bits(old)) << BigInt(bits(current) - bits(old) > 0 ? bits(current) - bits(old) : 0)).toString();
    return bits(current) >= bits(old) ? `${current}(uint${bits(current)}(${left}))` : undefined;
  }
  if (bits(current) < bits(old) || (signed(current) && bits(current) === bits(old))) return undefined;
  const number = ones(bits(old)).toString();
  if (current === "address") return `address(uint160(uint256(${number})))`;
  if (isBytes(current)) return `${current}(uint${bits(current)}(uint256(${number})))`;
  return signed(current) ? `${current}(int256(uint256(${number})))` : `${current}(uint256(${number}))`;
}

function ones(bits: number): bigint {
  return (1n << BigInt(bits)) - 1n;
}

function zeroKey(type: string): string {
  return type === "address" ? "address(0)" : `${type}(0)`;
}
