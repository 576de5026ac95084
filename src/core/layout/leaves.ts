import type { PlacedRange } from "./changes.js";
import { isGap } from "./names.js";
import type { LayoutType, LayoutVariable, StorageRegion } from "./types.js";

export type Types = Readonly<Record<string, LayoutType>>;

/** A range of bytes with one type: a value, a mapping, a dynamic array's or string's head slot, or a fixed array. */
export interface Leaf {
  /** Byte address: slot · 32 + offset, in the space of `region`. */
  start: bigint;
  bytes: bigint;
  type: string;
  /** Members and array indices from the variable down, `pos.legs[1].size`. */
  path: string;
  /** The declaration closest to the bytes: a struct member, or the variable itself. */
  declared: LayoutVariable;
  /** The state variable. */
  root: LayoutVariable;
  region: StorageRegion;
  gap: boolean;
}

/** Beyond this many elements a fixed array is compared as a whole only. */
export const EXPAND_LIMIT = 64n;

export function regionLeaves(region: StorageRegion, types: Types): Leaf[] {
  return region.variables.flatMap((variable) => variableLeaves(variable, variable.slot * 32n, types, region));
}

function variableLeaves(variable: LayoutVariable, slotStart: bigint, types: Types, region: StorageRegion): Leaf[] {
  const start = slotStart + BigInt(variable.offset);
  return spread({ start, path: variable.label, type: variable.type, declared: variable, root: variable, region }, types);
}

type Stem = Omit<Leaf, "bytes" | "gap">;

/** Takes structs apart; fixed arrays stay whole. */
export function spread(stem: Stem, types: Types): Leaf[] {
  const type = types[stem.type];
  if (type?.kind === "struct") {
    return type.members.flatMap((member) =>
      spread(
        {
          ...stem,
          start: stem.start + member.slot * 32n + BigInt(member.offset),
          path: `${stem.path}.${member.label}`,
          type: member.type,
          declared: member,
        },
        types,
      ),
    );
  }
  return [{ ...stem, bytes: BigInt(type?.bytes ?? 32), gap: isGap(stem.declared, type) }];
}

/** How elements of an array follow each other: several to a slot, or each from a slot of its own. */
export function strideOf(element: LayoutType | undefined): { packed: boolean; bytes: bigint } {
  if (element?.kind === "value" && element.bytes <= 16) return { packed: true, bytes: BigInt(element.bytes) };
  return { packed: false, bytes: BigInt(Math.ceil((element?.bytes ?? 32) / 32)) * 32n };
}

/** The leaves of each element of a fixed array. */
export function elements(leaf: Leaf, types: Types): Leaf[] {
  const type = types[leaf.type];
  if (type?.kind !== "array" || type.length === undefined || type.length > EXPAND_LIMIT) return [leaf];
  const stride = strideOf(types[type.base]);
  const perSlot = stride.packed ? 32n / stride.bytes : 1n;
  const found: Leaf[] = [];
  for (let at = 0n; at < type.length; at += 1n) {
    const start = leaf.start + (stride.packed ? (at / perSlot) * 32n + (at % perSlot) * stride.bytes : at * stride.bytes);
    found.push(...spread({ ...leaf, start, path: `${leaf.path}[${at}]`, type: type.base }, types));
  }
  return found;
}

export function rangeOf(leaf: Leaf, types: Types, within?: string): PlacedRange {
  const bytes = leaf.bytes <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(leaf.bytes) : leaf.bytes.toString();
  return {
    label: leaf.path,
    type: types[leaf.type]?.label ?? leaf.type,
    region: leaf.region.id,
    slot: `0x${(leaf.start / 32n).toString(16).padStart(64, "0")}`,
    offset: Number(leaf.start % 32n),
    bytes,
    ...(leaf.root.contract === "" ? {} : { contract: leaf.root.contract }),
    ...(within === undefined ? {} : { within }),
    ...(isKeyed(leaf.type, types) ? { keyed: true } : {}),
  };
}

/** Whether a mapping lies in the type's own bytes. A dynamic array of length zero has no elements, a mapping may have any. */
function isKeyed(id: string, types: Types): boolean {
  const type = types[id];
  if (type?.kind === "mapping") return true;
  if (type?.kind === "struct") return type.members.some((member) => isKeyed(member.type, types));
  return type?.kind === "array" && type.length !== undefined && isKeyed(type.base, types);
}

export function endOf(leaf: Leaf): bigint {
  return leaf.start + leaf.bytes;
}

export function overlaps(a: Leaf, b: Leaf): boolean {
  return a.start < endOf(b) && b.start < endOf(a);
}
