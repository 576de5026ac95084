/** A small deterministic generator (mulberry32): the same seed gives the same pairs. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** An integer from 0 to `below` − 1. */
  next(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  }

  chance(percent: number): boolean {
    return this.next(100) < percent;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.next(items.length)] as T;
  }
}

export type Type =
  | { k: "value"; name: string }
  | { k: "enum"; def: number }
  | { k: "struct"; def: number }
  | { k: "text"; name: "string" | "bytes" }
  | { k: "fixed"; base: Type; length: number }
  | { k: "dynamic"; base: Type }
  | { k: "mapping"; key: string; value: Type };

/** A declaration; `id` stays the same through edits, `name` and `type` may not. */
export interface Variable {
  id: number;
  name: string;
  type: Type;
}

export interface Model {
  /** State variables; the first `inBase` stand in a base contract. */
  variables: Variable[];
  inBase: number;
  /** Members of each enum by name. */
  enums: string[][];
  /** Members of each struct. */
  structs: Variable[][];
  nextId: number;
}

const VALUES = ["uint256", "uint128", "uint64", "uint8", "uint160", "int256", "int128", "int64", "bool", "address", "bytes32", "bytes16", "bytes4", "bytes20"];
const KEYS = ["uint256", "uint64", "address", "bytes32", "bytes4", "int64", "int256", "uint32", "uint160"];

export function randomModel(random: Random): Model {
  const model: Model = { variables: [], inBase: 0, enums: [], structs: [], nextId: 1 };
  for (let at = random.next(2); at >= 0; at -= 1) model.enums.push(["A", "B", "C", "D"].slice(0, 2 + random.next(3)));
  for (let at = random.next(3); at > 0; at -= 1) {
    const members: Variable[] = [];
    for (let member = random.next(3); member >= 0; member -= 1) members.push(fresh(model, memberType(random, model), "m"));
    model.structs.push(members);
  }
  for (let at = 2 + random.next(5); at > 0; at -= 1) model.variables.push(fresh(model, anyType(random, model, 2), "v"));
  model.inBase = random.next(model.variables.length);
  return model;
}

/** One to three random edits of a copy. */
export function randomEdit(random: Random, before: Model): Model {
  const model = structuredClone(before);
  for (let times = 1 + random.next(3); times > 0; times -= 1) edit(random, model);
  return model;
}

function edit(random: Random, model: Model): void {
  const { variables } = model;
  const at = random.next(variables.length);
  const chosen = variables[at];
  switch (random.next(14)) {
    case 0:
    case 1:
      variables.push(fresh(model, anyType(random, model, 1), "v"));
      return;
    case 2:
      variables.splice(at, 0, fresh(model, anyType(random, model, 1), "v"));
      if (at < model.inBase) model.inBase += 1;
      return;
    case 3:
      if (variables.length > 1) variables.splice(at, 1);
      model.inBase = Math.min(model.inBase, variables.length);
      return;
    case 4: {
      const other = random.next(variables.length);
      [variables[at], variables[other]] = [variables[other] as Variable, variables[at] as Variable];
      return;
    }
    case 5:
      if (chosen !== undefined) chosen.name = `${chosen.name}x`;
      return;
    case 6:
    case 7:
    case 8:
      if (chosen !== undefined) chosen.type = retype(random, model, chosen.type);
      return;
    case 9: {
      const struct = model.structs.length === 0 ? undefined : random.pick(model.structs);
      struct?.push(fresh(model, memberType(random, model), "m"));
      return;
    }
    case 10: {
      const struct = model.structs.length === 0 ? undefined : random.pick(model.structs);
      struct?.splice(random.next(struct.length), 0, fresh(model, memberType(random, model), "m"));
      return;
    }
    case 11: {
      const struct = model.structs.length === 0 ? undefined : random.pick(model.structs);
      const member = struct === undefined ? undefined : random.pick(struct);
      if (member !== undefined) member.type = memberType(random, model);
      return;
    }
    case 12: {
      const members = random.pick(model.enums);
      if (random.chance(50)) members.push(`E${members.length}`);
      else if (random.chance(50)) members.splice(random.next(members.length), 0, `N${members.length}`);
      else members.reverse();
      return;
    }
    default:
      model.inBase = random.next(variables.length);
  }
}

/** Another type for the same variable, mostly a near one. */
function retype(random: Random, model: Model, type: Type): Type {
  switch (type.k) {
    case "fixed":
      return random.chance(50) ? { ...type, length: type.length + 1 } : { ...type, base: retype(random, model, type.base) };
    case "dynamic":
      return { ...type, base: retype(random, model, type.base) };
    case "mapping":
      return random.chance(40) ? { ...type, key: random.pick(KEYS) } : { ...type, value: retype(random, model, type.value) };
    case "text":
      return { k: "text", name: type.name === "string" ? "bytes" : "string" };
    case "struct":
      return type;
    default:
      return random.chance(90) ? valueType(random, model) : anyType(random, model, 1);
  }
}

function valueType(random: Random, model: Model): Type {
  return random.chance(12) ? { k: "enum", def: random.next(model.enums.length) } : { k: "value", name: random.pick(VALUES) };
}

/** Struct members hold no struct: a struct can't hold itself by value. */
function memberType(random: Random, model: Model): Type {
  if (random.chance(80)) return valueType(random, model);
  if (random.chance(30)) return { k: "text", name: "bytes" };
  return random.chance(50) ? { k: "dynamic", base: valueType(random, model) } : { k: "mapping", key: random.pick(KEYS), value: valueType(random, model) };
}

function anyType(random: Random, model: Model, depth: number): Type {
  if (depth === 0 || random.chance(50)) return valueType(random, model);
  const element = (): Type => (model.structs.length > 0 && random.chance(40) ? { k: "struct", def: random.next(model.structs.length) } : anyType(random, model, depth - 1));
  switch (random.next(5)) {
    case 0:
      return { k: "fixed", base: element(), length: 1 + random.next(3) };
    case 1:
      return { k: "dynamic", base: element() };
    case 2:
      return { k: "mapping", key: random.pick(KEYS), value: element() };
    case 3:
      return { k: "text", name: random.chance(50) ? "string" : "bytes" };
    default:
      return model.structs.length > 0 ? { k: "struct", def: random.next(model.structs.length) } : valueType(random, model);
  }
}

function fresh(model: Model, type: Type, prefix: string): Variable {
  const id = model.nextId;
  model.nextId += 1;
  return { id, name: `${prefix}${id}`, type };
}
