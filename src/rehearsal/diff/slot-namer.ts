import { keccak256 } from "ethers";
import { toWord } from "../../chain/reads.js";
import { elements, regionLeaves, spread, strideOf, type Leaf } from "../../core/layout/leaves.js";
import type { ContractLayout, LayoutType } from "../../core/layout/types.js";
import type { NamedPart } from "./names.js";
import type { Preimages } from "./preimages.js";
import { formatKey, formatValue, mask } from "./storage-values.js";

/** How many elements behind a dynamic array's start may be one of the array. */
const ARRAY_REACH = 1n << 40n;

/**
 * Names the slots of one contract by its layouts (the first that knows a slot decides): variables, members of structs,
 * elements of arrays, and values of mappings whose keys were seen being hashed. Of packed words the parts that changed.
 */
export class LayoutNamer {
  private readonly slots: Map<bigint, { leaf: Leaf; layout: ContractLayout }[]>[];

  /**
   * @param wanted the slots that will be asked for.
   * @param keys words that may be keys of mappings although nobody saw them being hashed: an optimizer hashes constants itself.
   */
  constructor(layouts: readonly ContractLayout[], preimages: Preimages, wanted: readonly string[], keys: readonly string[] = []) {
    const slots = wanted.map((slot) => BigInt(slot));
    const byBase = basesOf(preimages);
    // The layouts of two versions have most mappings at the same place, and a guess costs two hashes for every key.
    const guesses = new Map<string, MappingValue[]>();
    const valuesAt = (slot: bigint, reachesFurther: boolean): MappingValue[] => {
      const place = `${slot} ${reachesFurther}`;
      const guess = guesses.get(place) ?? guessed(slot, keys, reachesFurther, byBase, slots);
      guesses.set(place, guess);
      return [...(byBase.get(toWord(slot)) ?? []), ...guess];
    };
    this.slots = layouts.map((layout) => indexSlots(layout, slots, valuesAt));
  }

  public name(slot: string, before: string, after: string): NamedPart[] | undefined {
    for (const index of this.slots) {
      const leaves = index.get(BigInt(slot));
      if (leaves !== undefined) return this.parts(leaves, slot, BigInt(before), BigInt(after));
    }
    return undefined;
  }

  private parts(leaves: { leaf: Leaf; layout: ContractLayout }[], slot: string, before: bigint, after: bigint): NamedPart[] {
    const parts: NamedPart[] = [];
    let rest = before ^ after;
    for (const { leaf, layout } of leaves) {
      const bytes = Number(leaf.bytes);
      const shift = 8n * (leaf.start % 32n);
      const type = layout.types[leaf.type];
      rest &= ~(mask(bytes) << shift);
      const [old, current] = [before, after].map((word) => (word >> shift) & mask(bytes));
      if (old === undefined || current === undefined || old === current) continue;
      parts.push({ name: nameOf(leaf), before: formatValue(old, type, bytes), after: formatValue(current, type, bytes) });
    }
    // Bytes that no variable covers changed as well: those must not get lost behind the ones that have a name.
    if (rest !== 0n) {
      const hex = (word: bigint): string => toWord(word & rest);
      parts.push({ name: `unnamed bytes of slot ${slot}`, before: hex(before), after: hex(after) });
    }
    return parts;
  }
}

function nameOf({ region, path }: Leaf): string {
  return region.kind === "main" ? path : `${region.id.replace(/^erc7201:/, "")}:${path}`;
}

/** Where a mapping's value for `key` stands. */
interface MappingValue {
  hash: string;
  key: string;
}

function indexSlots(
  layout: ContractLayout,
  wanted: readonly bigint[],
  valuesAt: (slot: bigint, reachesFurther: boolean) => readonly MappingValue[],
): Map<bigint, { leaf: Leaf; layout: ContractLayout }[]> {
  const index = new Map<bigint, { leaf: Leaf; layout: ContractLayout }[]>();
  const queue = layout.regions.filter(({ kind }) => kind !== "transient").flatMap((region) => regionLeaves(region, layout.types));
  const seen = new Set<string>();
  for (let leaf = queue.pop(); leaf !== undefined; leaf = queue.pop()) {
    const key = `${leaf.start} ${leaf.path}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const type = layout.types[leaf.type];
    if (type?.kind === "array" && type.length !== undefined) {
      const expanded = elements(leaf, layout.types);
      if (expanded.length !== 1 || expanded[0] !== leaf) {
        queue.push(...expanded);
        continue;
      }
    }
    const slot = leaf.start / 32n;
    if (leaf.bytes <= 32n) index.set(slot, [...(index.get(slot) ?? []), { leaf, layout }]);
    if (type?.kind === "mapping") {
      for (const { hash, key: hashed } of valuesAt(slot, hasData(layout.types[type.value], layout.types))) {
        const path = `${leaf.path}[${formatKey(hashed, layout.types[type.key])}]`;
        queue.push(...spread({ ...leaf, start: BigInt(hash) * 32n, type: type.value, path }, layout.types));
      }
    } else if (type?.kind === "array" && type.length === undefined) {
      queue.push(...arrayElements(leaf, type.base, layout, wanted));
    } else if (type?.kind === "bytes") {
      const first = BigInt(keccak256(toWord(slot)));
      for (const at of wanted.filter((one) => one >= first && one < first + ARRAY_REACH)) {
        index.set(at, [{ leaf: { ...leaf, start: at * 32n, path: `${leaf.path}[bytes ${32n * (at - first)}…]`, type: "" }, layout }]);
      }
    }
  }
  for (const leaves of index.values()) leaves.sort((a, b) => (a.leaf.start < b.leaf.start ? -1 : 1));
  return index;
}

/** The elements of a dynamic array that lie in a wanted slot. */
function arrayElements(leaf: Leaf, base: string, layout: ContractLayout, wanted: readonly bigint[]): Leaf[] {
  const first = BigInt(keccak256(toWord(leaf.start / 32n)));
  const stride = strideOf(layout.types[base]);
  const found: Leaf[] = [];
  for (const slot of wanted) {
    if (slot < first || slot >= first + ARRAY_REACH) continue;
    const distance = slot - first;
    const perSlot = stride.packed ? 32n / stride.bytes : 1n;
    const from = stride.packed ? distance * perSlot : (distance * 32n) / stride.bytes;
    for (let at = from; at < from + perSlot; at++) {
      const start = first * 32n + (stride.packed ? distance * 32n + (at % perSlot) * stride.bytes : at * stride.bytes);
      found.push(...spread({ ...leaf, start, type: base, path: `${leaf.path}[${at}]` }, layout.types));
    }
  }
  return found;
}

/** Structs are not larger than this many slots, for the guess whether a slot belongs to a mapping's value. */
const VALUE_REACH = 64n;

/** Whether a value of this type has data elsewhere, at the hash of its slot: a dynamic array's elements, long bytes. */
function hasData(type: LayoutType | undefined, types: ContractLayout["types"]): boolean {
  switch (type?.kind) {
    case "struct":
      return type.members.some((member) => hasData(types[member.type], types));
    case "array":
      return type.length === undefined || hasData(types[type.base], types);
    case "value":
    case "mapping":
      return false;
    default:
      return true;
  }
}

/**
 * Which of `keys` the mapping at `slot` has a changed value for, or a nested mapping or array that was reached.
 *
 * @param reachesFurther whether its values have data at the hash of their slot as well.
 */
function guessed(
  slot: bigint,
  keys: readonly string[],
  reachesFurther: boolean,
  byBase: ReadonlyMap<string, unknown>,
  wanted: readonly bigint[],
): MappingValue[] {
  const isWanted = (from: bigint): boolean => wanted.some((at) => at >= from && at < from + VALUE_REACH);
  return keys
    .map((key) => ({ key, hash: keccak256(`${key}${toWord(slot).slice(2)}`) }))
    .filter(({ hash }) => byBase.has(hash) || isWanted(BigInt(hash)) || (reachesFurther && isWanted(BigInt(keccak256(hash)))));
}

/** Preimages by the slot that they end with: key ++ slot is how Solidity finds a mapping's value. */
function basesOf(preimages: Preimages): Map<string, MappingValue[]> {
  const bases = new Map<string, MappingValue[]>();
  for (const [hash, preimage] of preimages) {
    if (preimage.length < 2 + 64 + 2) continue;
    const base = `0x${preimage.slice(-64)}`;
    bases.set(base, [...(bases.get(base) ?? []), { hash, key: preimage.slice(0, -64) }]);
  }
  return bases;
}
