import type { Leaf } from "./leaves.js";
import { similarNames } from "./names.js";
import type { ContractLayout, LayoutType, StorageRegion } from "./types.js";

export interface Pairs {
  /** Old leaf → new leaf that starts at the same byte and is taken as its successor. */
  inPlace: Map<Leaf, Leaf>;
  /** Old leaf → new leaf of the same name that starts elsewhere. */
  moved: Map<Leaf, Leaf>;
  /** Old leaves whose successor in place has another name. */
  rename: Set<Leaf>;
  /** Old leaves that stay in place under a new name which code reads, while a region of the new version has the old name. */
  copied: Map<Leaf, Leaf>;
}

/**
 * Finds for each old leaf what became of it. A name that stays at its place is the same variable. A name that turns up
 * elsewhere moved. A name that is gone, with a new name at its bytes, was renamed or overwritten; the caller tells which.
 */
export function pairLeaves(before: Leaf[], after: Leaf[], from: ContractLayout, to: ContractLayout): Pairs {
  const pairs: Pairs = { inPlace: new Map(), moved: new Map(), rename: new Set(), copied: new Map() };
  const byStart = new Map(after.map((leaf) => [leaf.start, leaf]));
  const taken = new Set<Leaf>();
  const open: Leaf[] = [];
  const [homesBefore, homesAfter] = [new Set(before.map(homeOf)), new Set(after.map(homeOf))];
  /** Private variables of one name in two contracts: each belongs to its own, as long as that one has it. */
  const ofAnother = (old: Leaf, here: Leaf): boolean => homeOf(old) !== homeOf(here) && homesAfter.has(homeOf(old)) && homesBefore.has(homeOf(here));

  for (const old of before) {
    const here = byStart.get(old.start);
    if (here !== undefined && !changedPlaces(old, here, after) && ((sameName(old, here) && !ofAnother(old, here)) || isRenamedFrom(here, old))) {
      pairs.inPlace.set(old, here);
      taken.add(here);
      if (!sameName(old, here)) pairs.rename.add(old);
    } else open.push(old);
  }
  const stillOpen: Leaf[] = [];
  const byName = new Map<string, Leaf[]>();
  for (const leaf of after) {
    if (taken.has(leaf)) continue;
    for (const name of [tailOf(leaf.path), leaf.declared.renamedFrom]) {
      if (name === undefined) continue;
      const known = byName.get(name);
      if (known === undefined) byName.set(name, [leaf]);
      else known.push(leaf);
    }
  }
  for (const old of open) {
    const candidates = (byName.get(tailOf(old.path)) ?? []).filter((leaf) => !taken.has(leaf) && leaf.start !== old.start);
    const target = chooseMoved(old, candidates, from, to) ?? renamedSlot(old, after, taken, from, to);
    const wrapped = byStart.get(old.start);
    const stays = wrapped !== undefined && !taken.has(wrapped) && isRegrouped(old, wrapped) && !ofAnother(old, wrapped) && !changedPlaces(old, wrapped, after);
    const keeper = target !== undefined && wrapped !== undefined && !taken.has(wrapped) && keepsForCopy(old, wrapped, target, before, from, to);
    if (keeper && target !== undefined) pairs.copied.set(old, target);
    if (target === undefined || stays || keeper) stillOpen.push(old);
    else {
      pairs.moved.set(old, target);
      taken.add(target);
    }
  }
  for (const old of stillOpen) {
    const here = byStart.get(old.start);
    if (here === undefined || taken.has(here)) continue;
    pairs.inPlace.set(old, here);
    taken.add(here);
    if (!isRegrouped(old, here)) pairs.rename.add(old);
  }
  return pairs;
}

/**
 * Whether a variable that goes by its old name in another region keeps its bytes under a new one that code reads: how state
 * is carried from linear slots into namespaces. A new name that nothing reads carries nothing.
 */
function keepsForCopy(old: Leaf, here: Leaf, target: Leaf, before: Leaf[], from: ContractLayout, to: ContractLayout): boolean {
  return (
    target.region.id !== old.region.id &&
    here.region.id === old.region.id &&
    (isRenamedFrom(here, old) || similarNames(here.declared.label, old.declared.label)) &&
    !before.some((leaf) => sameName(leaf, here)) &&
    sameShape(from.types[old.type], to.types[here.type]) &&
    (here.root.usage?.functions.length ?? 0) > 0
  );
}

function homeOf(leaf: Leaf): string {
  return `${leaf.region.id}|${leaf.root.contract}|${leaf.path}`;
}

function sameName(a: Leaf, b: Leaf): boolean {
  return a.path === b.path;
}

/** Grouped into (or out of) a struct at the same bytes: only the path got longer (or shorter). */
function isRegrouped(old: Leaf, current: Leaf): boolean {
  return current.path === old.path || current.path.endsWith(`.${old.path}`) || old.path.endsWith(`.${current.path}`);
}

function isRenamedFrom(current: Leaf, old: Leaf): boolean {
  return current.declared.renamedFrom !== undefined && current.declared.renamedFrom === old.declared.label;
}

/** The leaf that carries the old one's name elsewhere: same full path before same last member, same contract before any. */
function chooseMoved(old: Leaf, candidates: Leaf[], from: ContractLayout, to: ContractLayout): Leaf | undefined {
  const type = from.types[old.type];
  const ranked = candidates
    .map((leaf) => ({
      leaf,
      score:
        (leaf.path === old.path ? 4 : 0) +
        (isRenamedFrom(leaf, old) ? 4 : 0) +
        (leaf.root.contract === old.root.contract ? 2 : 0) +
        (sameShape(type, to.types[leaf.type]) ? 1 : 0) +
        (leaf.region.id === old.region.id ? 1 : 0),
    }))
    // A bare member name in common is no evidence; with the same shape it is.
    .filter(({ leaf, score }) => leaf.path === old.path || isRenamedFrom(leaf, old) || (sameShape(type, to.types[leaf.type]) && score >= 1 && leaf.path.includes(".") !== old.path.includes(".")))
    .sort((a, b) => b.score - a.score);
  return ranked[0]?.leaf;
}

/**
 * A single slot whose constant got a similar name and another value: its preimage was changed along with its name. Slots
 * without a name are told by who uses them: the only one that a function gave up became the only one that it took.
 */
function renamedSlot(old: Leaf, after: Leaf[], taken: Set<Leaf>, from: ContractLayout, to: ContractLayout): Leaf | undefined {
  if (old.region.kind !== "unstructured") return undefined;
  const here = after.find(({ start }) => start === old.start);
  if (here !== undefined) return changedPlaces(old, here, after) ? after.find((leaf) => isUnnamed(leaf) && !taken.has(leaf) && shares(leaf.region, old.region)) : undefined;
  const open = after.filter((leaf) => leaf.region.kind === "unstructured" && !taken.has(leaf) && sameShape(from.types[old.type], to.types[leaf.type]));
  const bare = (path: string): string => path.replace(/_?(SLOT|POSITION)$/i, "");
  if (!isUnnamed(old)) return open.find((leaf) => !isUnnamed(leaf) && similarNames(bare(leaf.path), bare(old.path)));
  const gone = (region: StorageRegion, others: ContractLayout): boolean => region.kind === "unstructured" && !others.regions.some(({ base }) => base === region.base);
  const [given, come] = [from.regions.filter((region) => gone(region, to) && shares(region, old.region)), open.filter((leaf) => gone(leaf.region, from) && shares(leaf.region, old.region))];
  return given.length === 1 && come.length === 1 ? come[0] : undefined;
}

/** Two slots without a name whose users changed places: each function finds the other's value. */
function changedPlaces(old: Leaf, here: Leaf, after: Leaf[]): boolean {
  const unnamed = old.region.kind === "unstructured" && isUnnamed(old) && isUnnamed(here);
  return unnamed && !shares(old.region, here.region) && after.some((leaf) => leaf !== here && leaf.region.kind === "unstructured" && shares(leaf.region, old.region));
}

function isUnnamed({ path }: Leaf): boolean {
  return path.startsWith("0x");
}

function shares(a: StorageRegion, b: StorageRegion): boolean {
  return (a.accessedBy ?? []).some((accessor) => b.accessedBy?.includes(accessor));
}

function sameShape(a: LayoutType | undefined, b: LayoutType | undefined): boolean {
  if (a === undefined || b === undefined || a.kind !== b.kind) return false;
  return a.kind === "value" && b.kind === "value" ? a.family === b.family && a.bytes === b.bytes : a.label === b.label;
}

function tailOf(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}
