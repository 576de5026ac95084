import { toBeHex } from "ethers";
import { type AstIndex, type AstNode, node, nodesOf } from "./ast.js";
import { erc7201Slot } from "./constant.js";
import type { FunctionFacts } from "./functions.js";
import { type Access, type Code, findAccesses } from "./slot-accesses.js";
import type { TypeBuilder } from "./type-from-ast.js";
import type { LayoutNote, LayoutVariable, SourcePlace, StorageRegion } from "./types.js";

/**
 * The storage outside of the compiler's own layout: ERC-7201 namespaces at the slot that the code really uses, structs
 * behind a slot constant (diamond storage), and single slots that assembly or a slot helper reads and writes.
 */
export function storageRegions(
  code: Code,
  contracts: AstNode[],
  builder: TypeBuilder,
): { regions: StorageRegion[]; notes: LayoutNote[]; computed: Record<string, string> } {
  const { index, functions } = code;
  const notes: LayoutNote[] = [];
  const computed: Record<string, string> = {};
  const accesses = findAccesses(code, (facts, pointer) => {
    const struct = structOf(index, pointer);
    if (struct !== undefined) computed[String(struct.canonicalName ?? struct.name)] = builder.struct(struct);
    notes.push(unresolved(index, facts, struct));
  });
  const annotated = annotatedStructs(index, contracts, functions);
  const regions = new Map<string, StorageRegion>();

  for (const access of accesses) {
    const struct = access.pointer === undefined ? undefined : structOf(index, access.pointer);
    const annotation = struct === undefined ? undefined : annotated.get(struct.id);
    const region = regionOf(index, builder, access, struct, annotation);
    const key = `${region.id}@${region.base}`;
    const accessor = `${String(index.ownerOf(access.facts.definition.id)?.name ?? "")}.${String(access.facts.definition.name)}`;
    const known = regions.get(key) ?? region;
    regions.set(key, { ...known, accessedBy: [...new Set([...(known.accessedBy ?? []), accessor])] });
    if (annotation === undefined || struct === undefined) continue;
    const expected = slotOfAnnotation(annotation);
    if (expected !== undefined && expected !== region.base) {
      notes.push({
        kind: "namespace-differs",
        detail: `the annotation ${annotation} stands for slot ${toBeHex(expected, 32)}, but the code uses ${toBeHex(region.base, 32)}`,
        ...placeOf(index, struct.src),
        slot: region.base,
      });
    }
  }
  for (const [id, annotation] of annotated) {
    if ([...regions.values()].some((region) => region.id === annotation)) continue;
    const struct = index.get(id);
    const base = slotOfAnnotation(annotation);
    if (struct === undefined) continue;
    if (base === undefined) {
      notes.push({ kind: "slot-unresolved", detail: `the formula of the annotation ${annotation} is not known here`, ...placeOf(index, struct.src) });
      continue;
    }
    regions.set(`${annotation}@${base}`, {
      kind: "namespace",
      id: annotation,
      base,
      variables: structVariables(builder, struct, base),
      source: "annotation",
      ...placeOf(index, struct.src),
    });
    notes.push({
      kind: "namespace-unverified",
      detail: `no code that this contract reaches uses the namespace ${annotation} through a constant slot; the slot is the annotation's`,
      ...placeOf(index, struct.src),
      slot: base,
    });
  }
  const found = distinguish([...regions.values()]);
  notes.push(...collisions(found));
  return { regions: found, notes, computed };
}

/** `@custom:storage-location` of every struct in sight, by AST id. */
function annotatedStructs(index: AstIndex, contracts: AstNode[], functions: FunctionFacts[]): Map<number, string> {
  const owners = new Set(contracts);
  const candidates = new Map<number, AstNode>();
  for (const facts of functions) {
    const owner = index.ownerOf(facts.definition.id);
    if (owner !== undefined) owners.add(owner);
    for (const id of facts.references) {
      const target = index.get(id);
      if (target?.nodeType === "StructDefinition") candidates.set(target.id, target);
    }
  }
  for (const owner of owners) {
    for (const member of nodesOf(owner.nodes)) if (member.nodeType === "StructDefinition") candidates.set(member.id, member);
  }
  const found = new Map<number, string>();
  for (const struct of candidates.values()) {
    const annotation = /@custom:storage-location[ \t]+(\S+)/.exec(index.documentationOf(struct))?.[1];
    if (annotation !== undefined) found.set(struct.id, annotation);
  }
  return found;
}

function slotOfAnnotation(annotation: string): bigint | undefined {
  return annotation.startsWith("erc7201:") ? erc7201Slot(annotation.slice("erc7201:".length)) : undefined;
}

function structOf(index: AstIndex, pointer: AstNode): AstNode | undefined {
  const definition = index.get(node(pointer.typeName)?.referencedDeclaration);
  return definition?.nodeType === "StructDefinition" ? definition : undefined;
}

function regionOf(index: AstIndex, builder: TypeBuilder, access: Access, struct: AstNode | undefined, annotation: string | undefined): StorageRegion {
  const { base, pointer } = access;
  const slotName = access.constant ?? toBeHex(base, 32);
  const where = placeOf(index, (struct ?? access.facts.definition).src);
  if (struct !== undefined) {
    return {
      kind: annotation === undefined ? "diamond" : "namespace",
      id: annotation ?? `diamond:${String(struct.canonicalName ?? struct.name)}`,
      base,
      variables: structVariables(builder, struct, base),
      source: "code",
      ...where,
    };
  }
  const typeNode = pointer === undefined ? undefined : node(pointer.typeName);
  const type = typeNode === undefined ? wordType(builder) : builder.build(typeNode);
  const variable: LayoutVariable = { label: slotName, slot: base, offset: 0, type, contract: "", ...where };
  return { kind: "unstructured", id: `slot:${slotName}`, base, variables: [variable], source: "code", ...where };
}

function wordType(builder: TypeBuilder): string {
  builder.types["slot word"] ??= { kind: "value", label: "bytes32", bytes: 32, family: "fixedBytes" };
  return "slot word";
}

function structVariables(builder: TypeBuilder, struct: AstNode, base: bigint): LayoutVariable[] {
  const type = builder.types[builder.struct(struct)];
  if (type?.kind !== "struct") return [];
  return type.members.map((member) => ({ ...member, slot: base + member.slot }));
}

/** A struct that is used at several slots (OpenZeppelin's StorageSlot) is one region per slot, told apart by the slot. */
function distinguish(regions: StorageRegion[]): StorageRegion[] {
  const times = new Map<string, number>();
  for (const { id } of regions) times.set(id, (times.get(id) ?? 0) + 1);
  return regions
    .map((region) => (region.kind !== "namespace" && (times.get(region.id) ?? 0) > 1 ? { ...region, id: `${region.id}@${toBeHex(region.base, 32)}` } : region))
    .sort((a, b) => (a.base < b.base ? -1 : a.base > b.base ? 1 : a.id < b.id ? -1 : 1));
}

function collisions(regions: StorageRegion[]): LayoutNote[] {
  const notes: LayoutNote[] = [];
  const structs = regions.filter(({ kind }) => kind === "namespace" || kind === "diamond");
  structs.forEach((region, at) => {
    const other = structs[at + 1];
    if (other === undefined || other.base !== region.base || other.id === region.id) return;
    notes.push({
      kind: "namespace-collision",
      detail: `${region.id} and ${other.id} both start at slot ${toBeHex(region.base, 32)}`,
      ...(region.place === undefined ? {} : { place: region.place }),
      slot: region.base,
    });
  });
  return notes;
}

function unresolved(index: AstIndex, facts: FunctionFacts, struct: AstNode | undefined): LayoutNote {
  const compared = struct === undefined ? "what lies there was not compared" : `the members of ${String(struct.name)} were compared, the place was not`;
  return {
    kind: "slot-unresolved",
    detail: `${String(facts.definition.name)} points storage at a slot that is computed at run time: ${compared}`,
    ...placeOf(index, facts.definition.src),
  };
}

function placeOf(index: AstIndex, src: string): { place?: SourcePlace } {
  const place = index.placeOf(src);
  return place === undefined ? {} : { place };
}

