import type { LayoutType, LayoutVariable, ValueType } from "./types.js";
import { arrayBytes, elementary } from "./type-from-ast.js";

/** One row of a `storageLayout` or of an OpenZeppelin manifest. */
export interface TableItem {
  label: string;
  type: string;
  astId?: number | undefined;
  contract?: string | undefined;
  src?: string | undefined;
  slot?: string | undefined;
  offset?: number | undefined;
  renamedFrom?: string | undefined;
  retypedFrom?: string | undefined;
}

/** A type as `storageLayout.types` or a manifest describes it: solc's fields are optional in manifests. */
export interface TableType {
  label: string;
  numberOfBytes?: string | undefined;
  encoding?: string | undefined;
  base?: string | undefined;
  key?: string | undefined;
  value?: string | undefined;
  /** Struct members, or an enum's member names (manifests). */
  members?: (TableItem | string)[] | undefined;
  underlying?: string | undefined;
}

/**
 * Reads a table of types, following ids like `t_mapping(t_address,t_struct(S)12_storage)` where the fields that would say
 * the same are missing. What the table doesn't describe becomes an `unknown` type; `missing` collects those ids.
 */
export class TypeTable {
  readonly types: Record<string, LayoutType> = {};
  readonly missing = new Set<string>();

  constructor(private readonly table: Readonly<Record<string, TableType>>) {}

  build(id: string): string {
    if (this.types[id] !== undefined) return id;
    const entry = this.table[id];
    const label = entry?.label ?? id;
    if (entry === undefined && !derivable(id)) this.missing.add(id);
    const bytes = entry?.numberOfBytes === undefined ? undefined : Number(entry.numberOfBytes);
    const [head, args, tail] = parseTypeId(id);
    switch (head) {
      case "t_mapping": {
        const key = entry?.key ?? args[0] ?? "t_unknown";
        const value = entry?.value ?? args[1] ?? "t_unknown";
        this.types[id] = { kind: "mapping", label, bytes: 32, key, value };
        this.build(key);
        this.build(value);
        return id;
      }
      case "t_array":
        return this.#array(id, label, entry?.base ?? args[0] ?? "t_unknown", tail, bytes);
      case "t_struct":
        return this.#struct(id, label, entry, bytes);
      case "t_enum": {
        const members = entry?.members?.filter((member): member is string => typeof member === "string");
        this.types[id] = { kind: "value", label, bytes: bytes ?? 1, family: "enum", ...(members === undefined || members.length === 0 ? {} : { members }) };
        return id;
      }
      case "t_contract":
        this.types[id] = { kind: "value", label, bytes: 20, family: "contract" };
        return id;
      case "t_userDefinedValueType":
        return this.#wrapped(id, label, entry, bytes);
      case "t_bytes_storage":
      case "t_string_storage":
        this.types[id] = { kind: "bytes", label, bytes: 32, text: head === "t_string_storage" };
        return id;
      default:
        if (head.startsWith("t_function_")) {
          const external = head.startsWith("t_function_external");
          this.types[id] = { kind: "value", label, bytes: bytes ?? (external ? 24 : 8), family: external ? "externalFunction" : "internalFunction" };
          return id;
        }
        this.types[id] = named(id, label, bytes);
        return id;
    }
  }

  variable(item: TableItem, slot: bigint): LayoutVariable {
    const line = /^(.*):([0-9]+)$/.exec(item.src ?? "");
    return {
      label: item.label,
      slot,
      offset: item.offset ?? 0,
      type: this.build(item.type),
      contract: (item.contract ?? "").split(":").pop() ?? "",
      ...(item.astId === undefined ? {} : { astId: item.astId }),
      ...(line === null ? {} : { place: { file: (line[1] ?? "").replaceAll("\\", "/"), line: Number(line[2]) } }),
      ...(item.renamedFrom === undefined ? {} : { renamedFrom: item.renamedFrom }),
      ...(item.retypedFrom === undefined ? {} : { retypedFrom: item.retypedFrom }),
    };
  }

  #array(id: string, label: string, base: string, tail: string, bytes: number | undefined): string {
    const length = /^([0-9]+)_/.exec(tail)?.[1];
    if (length === undefined) {
      this.types[id] = { kind: "array", label, bytes: 32, base };
      this.build(base);
      return id;
    }
    this.build(base);
    const element = this.types[base];
    const size = bytes ?? arrayBytes(element?.kind === "value" ? element.bytes : undefined, element?.bytes ?? 32, BigInt(length));
    this.types[id] = { kind: "array", label, bytes: size, base, length: BigInt(length) };
    return id;
  }

  #struct(id: string, label: string, entry: TableType | undefined, bytes: number | undefined): string {
    const items = entry?.members?.filter((member): member is TableItem => typeof member !== "string");
    if (items === undefined) {
      this.missing.add(id);
      this.types[id] = { kind: "unknown", label, bytes: bytes ?? 32 };
      return id;
    }
    const struct: LayoutType = { kind: "struct", label, bytes: bytes ?? 32, members: [] };
    this.types[id] = struct;
    struct.members = this.place(items, 0n).map((member) => ({ ...member, contract: label }));
    if (bytes === undefined) struct.bytes = Number(this.slotsOf(struct.members)) * 32;
    return id;
  }

  /** Variables of a list of items: at the slots they state, else packed by Solidity's rules. */
  place(items: TableItem[], start: bigint): LayoutVariable[] {
    const stated = items.every(({ slot }) => slot !== undefined);
    let slot = start;
    let offset = 0;
    return items.map((item) => {
      const type = this.types[this.build(item.type)];
      if (stated) return this.variable(item, start + BigInt(item.slot ?? "0"));
      const bytes = type?.bytes ?? 32;
      const fresh = type?.kind !== "value";
      if (offset > 0 && (fresh || offset + bytes > 32)) {
        slot += 1n;
        offset = 0;
      }
      const variable = this.variable({ ...item, offset }, slot);
      if (fresh) slot += BigInt(Math.ceil(bytes / 32));
      else offset += bytes;
      return variable;
    });
  }

  slotsOf(variables: LayoutVariable[]): bigint {
    const last = variables.at(-1);
    if (last === undefined) return 1n;
    return last.slot + BigInt(Math.max(1, Math.ceil((this.types[last.type]?.bytes ?? 32) / 32)));
  }

  #wrapped(id: string, label: string, entry: TableType | undefined, bytes: number | undefined): string {
    const underlying = entry?.underlying === undefined ? undefined : this.types[this.build(entry.underlying)];
    if (underlying?.kind === "value") this.types[id] = { ...underlying, label, wrapper: label };
    // solc's own table says how wide the type is, not what is inside.
    else this.types[id] = { kind: "value", label, bytes: bytes ?? 32, family: "uint", wrapper: label };
    return id;
  }
}

/** `t_array(t_uint256)50_storage` → `["t_array", ["t_uint256"], "50_storage"]`. */
export function parseTypeId(id: string): [head: string, args: string[], tail: string] {
  const open = id.indexOf("(");
  if (open < 0) return [id, [], ""];
  const args: string[] = [];
  let depth = 0;
  let start = open + 1;
  for (let at = open; at < id.length; at += 1) {
    const character = id[at];
    if (character === "(") depth += 1;
    else if (character === ")") {
      depth -= 1;
      if (depth === 0) {
        args.push(id.slice(start, at));
        return [id.slice(0, open), args, id.slice(at + 1)];
      }
    } else if (character === "," && depth === 1) {
      args.push(id.slice(start, at));
      start = at + 1;
    }
  }
  return [id.slice(0, open), args, ""];
}

function derivable(id: string): boolean {
  return /^t_(mapping|array|contract|uint[0-9]+|int[0-9]+|bytes[0-9]+|bool|address|address_payable|bytes_storage|string_storage)(\(|$)/.test(id);
}

function named(id: string, label: string, bytes: number | undefined): LayoutType {
  const name = id.replace(/^t_/, "");
  const type = elementary(name === "address_payable" ? "address payable" : name);
  if (type.kind === "unknown") return { kind: "unknown", label, bytes: bytes ?? 32 };
  return { ...type, label: id === label ? type.label : label } as ValueType;
}
