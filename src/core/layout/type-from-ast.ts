import { DrydockError, ERRORS } from "../../errors/drydock-error.js";
import { type AstIndex, type AstNode, node, nodesOf } from "./ast.js";
import { constantWord } from "./constant.js";
import type { LayoutType, LayoutVariable, SourcePlace, ValueType } from "./types.js";

/**
 * Builds storage types from the AST and packs variables by Solidity's rules ("Layout of State Variables in Storage"):
 * what solc's own `storageLayout` prints, and also what it leaves out: structs behind ERC-7201 namespaces, enum members,
 * underlying types.
 */
export class TypeBuilder {
  readonly types: Record<string, LayoutType> = {};

  constructor(private readonly index: AstIndex) {}

  /** The id of the type that `typeName` names; its description is in `types`. */
  build(typeName: AstNode): string {
    switch (typeName.nodeType) {
      case "ElementaryTypeName":
        return this.#put(elementary(canonicalElementary(typeName)));
      case "Mapping": {
        const key = this.build(required(node(typeName.keyType), typeName));
        const value = this.build(required(node(typeName.valueType), typeName));
        return this.#put({ kind: "mapping", label: `mapping(${this.#label(key)} => ${this.#label(value)})`, bytes: 32, key, value }, `mapping(${key},${value})`);
      }
      case "ArrayTypeName":
        return this.#array(typeName);
      case "FunctionTypeName": {
        const external = typeName.visibility === "external";
        const label = typeString(typeName);
        return this.#put({ kind: "value", label, bytes: external ? 24 : 8, family: external ? "externalFunction" : "internalFunction" });
      }
      case "UserDefinedTypeName":
        return this.#userDefined(typeName);
      default:
        throw new DrydockError(ERRORS.LAYOUT_UNREADABLE, { what: typeString(typeName), detail: `unknown type node ${typeName.nodeType}` });
    }
  }

  /** Places `declarations` one after the other from `start` on. */
  pack(declarations: AstNode[], start: bigint, contract: (declaration: AstNode) => string): { variables: LayoutVariable[]; slots: bigint } {
    const variables: LayoutVariable[] = [];
    let slot = start;
    let offset = 0;
    for (const declaration of declarations) {
      const type = this.build(required(node(declaration.typeName), declaration));
      const description = this.types[type];
      if (description === undefined) continue;
      const fresh = description.kind !== "value";
      if (offset > 0 && (fresh || offset + description.bytes > 32)) {
        slot += 1n;
        offset = 0;
      }
      variables.push({
        label: String(declaration.name ?? ""),
        astId: declaration.id,
        slot,
        offset,
        type,
        contract: contract(declaration),
        ...place(this.index.placeOf(String(declaration.nameLocation ?? declaration.src))),
        ...(typeof declaration.visibility === "string" ? { visibility: declaration.visibility } : {}),
        ...annotations(this.index.documentationOf(declaration)),
      });
      if (fresh) slot += BigInt(description.bytes) / 32n;
      else offset += description.bytes;
    }
    return { variables, slots: slot - start + (offset > 0 ? 1n : 0n) };
  }

  #array(typeName: AstNode): string {
    const base = this.build(required(node(typeName.baseType), typeName));
    const lengthNode = node(typeName.length);
    if (lengthNode === undefined) {
      return this.#put({ kind: "array", label: `${this.#label(base)}[]`, bytes: 32, base }, `${base}[]`);
    }
    const printed = /\$([0-9]+)_storage(_ptr)?$/.exec(String((typeName.typeDescriptions as { typeIdentifier?: string } | undefined)?.typeIdentifier ?? ""));
    const length = constantWord(this.index, lengthNode) ?? (printed?.[1] === undefined ? undefined : BigInt(printed[1]));
    if (length === undefined) throw new DrydockError(ERRORS.LAYOUT_UNREADABLE, { what: typeString(typeName), detail: "the array length is not constant" });
    const element = this.types[base];
    const bytes = arrayBytes(element?.kind === "value" ? element.bytes : undefined, element?.bytes ?? 32, length);
    return this.#put({ kind: "array", label: `${this.#label(base)}[${length}]`, bytes, base, length }, `${base}[${length}]`);
  }

  #userDefined(typeName: AstNode): string {
    const definition = this.index.get(typeName.referencedDeclaration);
    if (definition === undefined) {
      throw new DrydockError(ERRORS.LAYOUT_UNREADABLE, { what: typeString(typeName), detail: "its definition is not in the compiler's output" });
    }
    const name = String(definition.canonicalName ?? definition.name);
    switch (definition.nodeType) {
      case "ContractDefinition":
        return this.#put({ kind: "value", label: `contract ${name}`, bytes: 20, family: "contract", functions: callable(this.index, definition) }, `contract#${definition.id}`);
      case "EnumDefinition": {
        const members = nodesOf(definition.members).map((member) => String(member.name));
        return this.#put({ kind: "value", label: `enum ${name}`, bytes: members.length > 256 ? 2 : 1, family: "enum", members }, `enum#${definition.id}`);
      }
      case "UserDefinedValueTypeDefinition": {
        const underlying = this.types[this.build(required(node(definition.underlyingType), definition))] as ValueType;
        return this.#put({ ...underlying, label: name, wrapper: name }, `udvt#${definition.id}`);
      }
      case "StructDefinition":
        return this.struct(definition);
      default:
        throw new DrydockError(ERRORS.LAYOUT_UNREADABLE, { what: name, detail: `unexpected ${definition.nodeType}` });
    }
  }

  /** The id of a struct's type. */
  struct(definition: AstNode): string {
    const id = `struct#${definition.id}`;
    if (this.types[id] !== undefined) return id;
    const label = `struct ${String(definition.canonicalName ?? definition.name)}`;
    const shell: LayoutType = { kind: "struct", label, bytes: 32, members: [] };
    // Put before the members are built: a recursive struct refers to itself, and only through a mapping or dynamic array.
    this.types[id] = shell;
    const { variables, slots } = this.pack(nodesOf(definition.members), 0n, () => label);
    shell.members = variables;
    shell.bytes = Number(slots) * 32;
    return id;
  }

  #put(type: LayoutType, id: string = type.label): string {
    this.types[id] ??= type;
    return id;
  }

  #label(id: string): string {
    return this.types[id]?.label ?? id;
  }
}

/** Return types by selector of what a contract type can be called with, inherited functions and getters included. */
function callable(index: AstIndex, definition: AstNode): Record<string, string> {
  const bases = (Array.isArray(definition.linearizedBaseContracts) ? definition.linearizedBaseContracts : [definition.id]).flatMap((id) => nodesOf(index.get(id)?.nodes));
  return Object.fromEntries(
    bases.flatMap((member): [string, string][] => {
      if (typeof member.functionSelector !== "string") return [];
      const returned = nodesOf(node(member.returnParameters)?.parameters).map(({ typeName }) => typeString(node(typeName) ?? member));
      return [[member.functionSelector, member.nodeType === "VariableDeclaration" ? "" : `(${returned.join(",")})`]];
    }),
  );
}

/** Storage bytes of a fixed array: several values share a slot when they fit, everything else starts a slot. */
export function arrayBytes(valueBytes: number | undefined, elementBytes: number, length: bigint): number {
  const slots =
    valueBytes !== undefined && valueBytes <= 16
      ? (length + BigInt(Math.floor(32 / valueBytes)) - 1n) / BigInt(Math.floor(32 / valueBytes))
      : length * BigInt(Math.ceil(elementBytes / 32));
  return Number(slots) * 32;
}

/** The value type that an elementary type name stands for. */
export function elementary(name: string): LayoutType {
  const value = (family: ValueType["family"], bytes: number): ValueType => ({ kind: "value", label: name, bytes, family });
  if (name === "bool") return value("bool", 1);
  if (name === "address" || name === "address payable") return value("address", 20);
  if (name === "bytes" || name === "string") return { kind: "bytes", label: name, bytes: 32, text: name === "string" };
  const integer = /^(u?int)([0-9]+)$/.exec(name);
  if (integer) return value(integer[1] === "int" ? "int" : "uint", Number(integer[2]) / 8);
  const fixed = /^bytes([0-9]+)$/.exec(name);
  if (fixed) return value("fixedBytes", Number(fixed[1]));
  return { kind: "unknown", label: name, bytes: 32 };
}

function canonicalElementary(typeName: AstNode): string {
  const name = String(typeName.name);
  if (name === "uint") return "uint256";
  if (name === "int") return "int256";
  if (name === "byte") return "bytes1";
  return name === "address" && typeName.stateMutability === "payable" ? "address payable" : name;
}

export function annotations(documentation: string): { renamedFrom?: string; retypedFrom?: string } {
  const renamed = /@custom:oz-renamed-from[ \t]+(\S+)/.exec(documentation)?.[1];
  const retyped = /@custom:oz-retyped-from[ \t]+([^\n*]+)/.exec(documentation)?.[1]?.trim();
  return {
    ...(renamed === undefined ? {} : { renamedFrom: renamed }),
    ...(retyped === undefined ? {} : { retypedFrom: retyped }),
  };
}

function place(found: SourcePlace | undefined): { place?: SourcePlace } {
  return found === undefined ? {} : { place: found };
}

function typeString(typeName: AstNode): string {
  return String((typeName.typeDescriptions as { typeString?: string } | undefined)?.typeString ?? typeName.name ?? typeName.nodeType);
}

function required(child: AstNode | undefined, parent: AstNode): AstNode {
  if (child === undefined) throw new DrydockError(ERRORS.LAYOUT_UNREADABLE, { what: parent.nodeType, detail: "a type name is missing" });
  return child;
}
