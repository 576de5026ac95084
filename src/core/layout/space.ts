import type { Confidence, Severity, Where } from "../finding.js";
import type { Fate, LayoutChange, PlacedRange } from "./changes.js";
import { elements, endOf, type Leaf, overlaps, rangeOf, regionLeaves, spread, strideOf } from "./leaves.js";
import { decidesAuthority, renameEvidence } from "./names.js";
import { pairLeaves } from "./pairing.js";
import { summarize } from "./summary.js";
import type { ContractLayout, LayoutVariable, StorageRegion } from "./types.js";
import { oppositeMeaning, unitChange } from "./units.js";
import { compareKeys, compareValues, type ValueRelation } from "./values.js";

/** What comparing two types at one place gives: the fate of the head's bytes, and changes inside of elements. */
interface TypeComparison extends ValueRelation {
  nested: LayoutChange[];
}

const SAME: TypeComparison = { relation: "same", reason: "", nested: [] };

/** Compares byte spaces: the contract's own storage, and, relative to their first slot, the elements of mappings and arrays. */
export class SpaceComparison {
  readonly #active = new Set<string>();

  constructor(
    private readonly from: ContractLayout,
    private readonly to: ContractLayout,
  ) {}

  /** Changes for every old leaf and every new range; `within` names the element space, `positions[*]`. */
  run(before: Leaf[], after: Leaf[], within?: string): LayoutChange[] {
    const [old, current] = this.#expand(before, after);
    const occupied = old.filter(({ gap }) => !gap);
    const changes: LayoutChange[] = [];
    const heirs = new Set<Leaf>();
    const { inPlace, moved, rename, copied } = pairLeaves(occupied, current.filter(({ gap }) => !gap), this.from, this.to);

    for (const leaf of occupied) {
      const here = inPlace.get(leaf);
      const there = moved.get(leaf);
      const copy = copied.get(leaf);
      if (here !== undefined && copy !== undefined) changes.push(this.#kept(leaf, here, copy, within));
      else if (here !== undefined) changes.push(...this.#inPlace(leaf, here, occupied, current, rename.has(leaf), within));
      else if (there !== undefined) changes.push(this.#moved(leaf, there, within));
      else {
        changes.push(this.#gone(leaf, current, within));
        for (const heir of current) if (overlaps(heir, leaf)) heirs.add(heir);
      }
    }
    changes.push(...this.#fresh(occupied, old.filter(({ gap }) => gap), current, new Set([...inPlace.values(), ...moved.values()]), heirs, within));
    return summarize(changes);
  }

  /**
   * Takes fixed arrays apart where bytes have to be told apart: an array that has a successor of the same stride, at its place
   * or under its name, and one that nobody overlaps, is compared as a whole.
   */
  #expand(before: Leaf[], after: Leaf[]): [Leaf[], Leaf[]] {
    const byStart = new Map(after.map((leaf) => [leaf.start, leaf]));
    const byPath = new Map(after.map((leaf) => [leaf.path, leaf]));
    const whole = new Set<Leaf>();
    const old = before.flatMap((leaf) => {
      if (leaf.gap || this.#arrayOf(leaf, this.from) === undefined) return [leaf];
      const successor = [byStart.get(leaf.start), byPath.get(leaf.path)].find((other) => other !== undefined && !other.gap && this.#sameStride(leaf, other));
      if (successor !== undefined) whole.add(successor);
      if (successor !== undefined || !after.some((other) => !other.gap && overlaps(other, leaf))) return [leaf];
      return elements(leaf, this.from.types);
    });
    const current = after.flatMap((leaf) => {
      if (leaf.gap || whole.has(leaf) || this.#arrayOf(leaf, this.to) === undefined) return [leaf];
      return before.some((other) => !other.gap && overlaps(other, leaf)) ? elements(leaf, this.to.types) : [leaf];
    });
    return [old, current];
  }

  #arrayOf(leaf: Leaf, layout: ContractLayout) {
    const type = layout.types[leaf.type];
    return type?.kind === "array" && type.length !== undefined ? type : undefined;
  }

  #sameStride(a: Leaf, b: Leaf): boolean {
    const [left, right] = [this.#arrayOf(a, this.from), this.#arrayOf(b, this.to)];
    if (left === undefined || right === undefined) return false;
    const [x, y] = [strideOf(this.from.types[left.base]), strideOf(this.to.types[right.base])];
    return x.packed === y.packed && x.bytes === y.bytes;
  }

  #inPlace(old: Leaf, current: Leaf, occupied: Leaf[], all: Leaf[], renamed: boolean, within: string | undefined): LayoutChange[] {
    const types = this.compareTypes(old.type, current.type, old.path);
    const make = (fate: Fate, severity: Severity, confidence: Confidence, reason: string, rule?: string): LayoutChange =>
      this.#change(fate, old, current, severity, confidence, reason, within, rule);
    const nested = types.nested;

    if (types.relation === "incompatible") {
      if (renamed && this.#startsEmpty(old, current)) return [make("reused", "medium", "high", orphaned(old, current), "U2"), ...nested];
      if (renamed) return [make("reused", this.#harm(old), "high", `${current.path} now lies on the bytes of ${old.path}; ${types.reason}`, "U1"), ...nested];
      return [make("incompatible", this.#harm(old), "high", types.reason, "U1"), ...nested];
    }
    if (endOf(current) > endOf(old)) {
      const neighbour = occupied.find((leaf) => leaf !== old && leaf.start < endOf(current) && leaf.start >= endOf(old));
      if (neighbour !== undefined) {
        return [make("incompatible", this.#harm(old), "high", `${types.reason || `${old.path} grows`}, but the bytes it grows into hold ${neighbour.path}`, "U1"), ...nested];
      }
    }
    const shrunk = endOf(current) < endOf(old) ? this.#tail(old, current, all, within) : [];
    const typesDiffer = types.relation === "compatible";
    if (renamed) {
      // A member that kept its name says nothing about the variable around it that did not.
      const sameMember = old.declared.label === current.declared.label;
      const [was, is] = sameMember ? [old.root, current.root] : [old.declared, current.declared];
      const evidence = renameEvidence(was, is);
      const unit = unitChange(was.label, is.label);
      const annotated = is.renamedFrom !== undefined;
      if (evidence === "contradicted" && !annotated) {
        return [make("reused", this.#harm(old), "medium", `${old.path} is gone, and the code uses ${current.path}, which now lies on its bytes, in wholly other places: it reads the old value of ${old.path}`, "U1"), ...nested, ...shrunk];
      }
      if (unit !== undefined) return [make("renamed", "high", "medium", `the same bytes under a name that states another unit (${unit}): stored values are not converted`, "U13"), ...nested, ...shrunk];
      const opposite = oppositeMeaning(was.label, is.label);
      if (opposite !== undefined) return [make("renamed", "high", "medium", `the same bytes under a name that states the opposite (${opposite}): stored values now mean something else`, "U13"), ...nested, ...shrunk];
      if (evidence === "contradicted") return [make("renamed", "medium", "medium", `the annotation says that ${old.path} was renamed to ${current.path}, but the code uses the two in wholly other places`, "U13"), ...nested, ...shrunk];
      if (types.suspicion !== undefined) return [make("renamed", types.suspicion.severity, "low", types.suspicion.detail, "U13"), ...nested, ...shrunk];
      const doubtful = evidence === "unclear" && !annotated;
      const reason = `${current.path} holds what ${old.path} held${doubtful ? "; the names have nothing in common: make sure that it is the same thing" : ""}${typesDiffer ? ` (${types.reason})` : ""}`;
      return [make("renamed", doubtful ? "low" : "info", doubtful ? "low" : "high", reason, doubtful ? "U1" : undefined), ...nested, ...shrunk];
    }
    if (typesDiffer || types.suspicion !== undefined) {
      const { suspicion } = types;
      return [make("retyped", suspicion?.severity ?? "info", suspicion === undefined ? "high" : "medium", suspicion?.detail ?? types.reason, suspicion === undefined ? undefined : "U13"), ...nested, ...shrunk];
    }
    if (this.#isInternalFunction(current)) {
      return [make("kept", "high", "high", `${old.path} is an internal function pointer: the stored position belongs to the old build and jumps elsewhere in the new one`, "U12"), ...nested];
    }
    return [make("kept", "info", "high", "same place, same type", undefined), ...nested, ...shrunk];
  }

  /** The elements that a shorter fixed array leaves behind. */
  #tail(old: Leaf, current: Leaf, all: Leaf[], within: string | undefined): LayoutChange[] {
    const rest: Leaf = { ...old, start: endOf(current), bytes: endOf(old) - endOf(current), path: `${old.path}[…]` };
    return [this.#gone(rest, all, within)];
  }

  #kept(old: Leaf, here: Leaf, copy: Leaf, within: string | undefined): LayoutChange {
    const reason = `${here.path} keeps what ${old.path} held, and ${copy.path} of ${copy.region.id} starts at zero: the upgrade's own call must copy it`;
    return this.#change("renamed", old, here, "medium", "medium", reason, within, "U1");
  }

  #moved(old: Leaf, current: Leaf, within: string | undefined): LayoutChange {
    const slots = current.start / 32n - old.start / 32n;
    const distance = slots === 0n ? "inside its slot" : slots > -1000000n && slots < 1000000n ? `by ${slots > 0n ? "+" : ""}${slots} slot(s)` : `to ${current.region.id || "the main region"}`;
    const reason = `${old.path} moved ${distance}: the new code reads other bytes than the old code wrote`;
    return this.#change("moved", old, current, this.#harm(old), "high", reason, within, "U1");
  }

  #gone(old: Leaf, all: Leaf[], within: string | undefined): LayoutChange {
    const over = all.find((leaf) => !leaf.gap && overlaps(leaf, old));
    const unstored = within === undefined ? this.to.unstored.find(({ label }) => label === old.root.label) : undefined;
    if (unstored !== undefined) {
      const reason = `${old.path} became ${unstored.mutability}: the stored value is ignored from now on${over === undefined ? "" : `, and ${over.path} lies on its bytes`}`;
      return this.#change(over === undefined ? "dropped" : "reused", old, over ?? null, "high", "high", reason, within, "U3", unstored.place);
    }
    const transient = old.region.kind === "transient" || within !== undefined ? undefined : this.#transientLeaf(old);
    if (transient !== undefined) {
      return this.#change("moved", old, transient, this.#harm(old), "high", `${old.path} became transient: what it stored is not read any more`, within, "U1");
    }
    if (over !== undefined && this.#startsEmpty(old, over)) return this.#change("reused", old, over, "medium", "high", orphaned(old, over), within, "U2");
    if (over !== undefined) {
      return this.#change("reused", old, over, this.#harm(old), "high", `${old.path} is gone, and ${over.path} now lies on its bytes and reads what it left`, within, "U1");
    }
    const gap = all.find((leaf) => leaf.gap && overlaps(leaf, old));
    const where = gap === undefined ? "its value stays behind and is not read" : `its bytes became part of ${gap.path}`;
    return this.#change("dropped", old, gap ?? null, "medium", "high", `${old.path} is gone; ${where}: a later version must not reuse them`, within, "U2");
  }

  /** A mapping never reads its own slot, and never writes it: one of the two being a mapping, nothing of the old is read. */
  #startsEmpty(old: Leaf, current: Leaf): boolean {
    const [from, to] = [this.from.types[old.type]?.kind === "mapping", this.to.types[current.type]?.kind === "mapping"];
    return from !== to;
  }

  #transientLeaf(old: Leaf): Leaf | undefined {
    const transient = this.to.regions.filter(({ kind }) => kind === "transient").flatMap((region) => regionLeaves(region, this.to.types));
    return transient.find(({ path }) => path === old.path);
  }

  /** Ranges of the new layout that lie on no old variable, and what is left of old gaps. */
  #fresh(occupied: Leaf[], gaps: Leaf[], current: Leaf[], paired: Set<Leaf>, named: Set<Leaf>, within: string | undefined): LayoutChange[] {
    const changes: LayoutChange[] = [];
    for (const leaf of current) {
      if (leaf.gap || paired.has(leaf)) continue;
      const under = occupied.find((old) => overlaps(old, leaf));
      if (under !== undefined) {
        // A range that is gone names its heir itself.
        if (named.has(leaf)) continue;
        changes.push(this.#change("appended", null, leaf, this.#harm(leaf), "high", `${leaf.path} is new and lies on bytes that ${under.path} wrote: it does not start at zero`, within, "U1"));
        continue;
      }
      const gap = gaps.find((old) => overlaps(old, leaf));
      const unstored = within === undefined ? this.from.unstored.find(({ label }) => label === leaf.root.label) : undefined;
      const fate = gap === undefined ? "appended" : "gap";
      if (unstored !== undefined) {
        changes.push(this.#change(fate, gap ?? null, leaf, "high", "medium", `${leaf.path} was ${unstored.mutability} and is now stored: it reads 0 on the live proxy until something sets it`, within, "U3"));
      } else {
        const reason = gap === undefined ? "new bytes that no old variable used" : `takes room that ${gap.path} reserved`;
        changes.push(this.#change(fate, gap ?? null, leaf, "info", "high", reason, within));
      }
    }
    for (const gap of gaps) {
      const successor = current.find((leaf) => leaf.gap && overlaps(leaf, gap));
      changes.push(this.#change("kept", gap, successor ?? null, "info", "high", "reserved room: no code writes here", within));
    }
    return changes;
  }

  compareTypes(fromId: string, toId: string, path: string): TypeComparison {
    const [from, to] = [this.from.types[fromId], this.to.types[toId]];
    if (from === undefined || to === undefined || from.kind === "unknown" || to.kind === "unknown") return unknown(from?.label ?? fromId, to?.label ?? toId);
    if (from.kind === "value" && to.kind === "value") return { ...compareValues(from, to), nested: [] };
    if (from.kind === "bytes" && to.kind === "bytes") return from.text === to.text ? SAME : { ...SAME, relation: "compatible", reason: `${from.label} → ${to.label}: same encoding` };
    if (from.kind === "mapping" && to.kind === "mapping") {
      const keys = this.#keys(from.key, to.key);
      const nested = this.elements(from.value, to.value, `${path}[*]`);
      return { ...keys, nested };
    }
    if (from.kind === "array" && to.kind === "array" && (from.length === undefined) === (to.length === undefined)) {
      const [x, y] = [strideOf(this.from.types[from.base]), strideOf(this.to.types[to.base])];
      if (x.packed !== y.packed || x.bytes !== y.bytes) {
        return { relation: "incompatible", reason: `${from.label} → ${to.label}: an element took ${x.bytes} bytes and takes ${y.bytes}, so that all but the first are read elsewhere`, nested: [] };
      }
      const nested = this.elements(from.base, to.base, `${path}[*]`);
      return from.length === to.length ? { ...SAME, nested } : { relation: "compatible", reason: `${from.label} → ${to.label}: the length changes, elements keep their places`, nested };
    }
    return { relation: "incompatible", reason: `${from.label} → ${to.label}: stored in another way`, nested: [] };
  }

  #keys(fromId: string, toId: string): ValueRelation {
    const [from, to] = [this.from.types[fromId], this.to.types[toId]];
    if (from?.kind === "value" && to?.kind === "value") return compareKeys(from, to);
    if (from?.kind === "bytes" && to?.kind === "bytes") return from.text === to.text ? SAME : { relation: "compatible", reason: `mapping key ${from.label} → ${to.label}` };
    if (from?.label === to?.label) return SAME;
    return { relation: "incompatible", reason: `mapping key ${from?.label ?? fromId} → ${to?.label ?? toId}: keys hash to other slots` };
  }

  /** Compares element spaces. A pair that is being compared further up is taken as equal: that is what ends recursive types. */
  elements(fromId: string, toId: string, path: string): LayoutChange[] {
    const [from, to] = [this.from.types[fromId], this.to.types[toId]];
    // Most elements are one value of one type: nothing to lay out.
    if (from?.kind === "value" && to?.kind === "value" && from.family !== "internalFunction" && compareValues(from, to).relation === "same") return [];
    const key = `${fromId} → ${toId}`;
    if (this.#active.has(key)) return [];
    this.#active.add(key);
    try {
      const leaves = (id: string, layout: ContractLayout): Leaf[] => {
        const root: LayoutVariable = { label: path, slot: 0n, offset: 0, type: id, contract: "" };
        return spread({ start: 0n, path, type: id, declared: root, root, region: ELEMENTS }, layout.types);
      };
      const changes = this.run(leaves(fromId, this.from), leaves(toId, this.to), path);
      return changes.filter(({ fate, severity }) => fate !== "kept" || severity !== "info");
    } finally {
      this.#active.delete(key);
    }
  }

  #isInternalFunction(leaf: Leaf): boolean {
    const type = this.to.types[leaf.type];
    return type?.kind === "value" && type.family === "internalFunction";
  }

  #harm(old: Leaf): Severity {
    return decidesAuthority(old.path) ? "critical" : "high";
  }

  #change(
    fate: Fate,
    old: Leaf | null,
    current: Leaf | null,
    severity: Severity,
    confidence: Confidence,
    reason: string,
    within: string | undefined,
    rule?: string,
    place = current?.declared.place ?? current?.root.place ?? old?.declared.place ?? old?.root.place,
  ): LayoutChange {
    const from: PlacedRange | null = old === null ? null : rangeOf(old, this.from.types, within);
    const to: PlacedRange | null = current === null ? null : rangeOf(current, this.to.types, within);
    const where: Where = {
      ...(place === undefined ? {} : { file: place.file, ...(place.line === undefined ? {} : { line: place.line }) }),
      contract: this.to.contract,
      ...(within === undefined ? { slot: (from ?? to)?.slot ?? "" } : {}),
    };
    const fresh = fate === "appended" || fate === "gap";
    return {
      fate,
      label: (fresh ? to?.label : from?.label) ?? "",
      from: fresh && fate === "appended" ? null : from,
      to,
      severity,
      confidence,
      ...(rule === undefined ? {} : { rule }),
      reason,
      where,
    };
  }
}

function orphaned(old: Leaf, current: Leaf): string {
  return `${old.path} is gone, and ${current.path} takes its slot; a mapping leaves and reads nothing there, so that ${current.path} starts empty and what ${old.path} stored stays behind`;
}

const ELEMENTS: StorageRegion = { kind: "main", id: "", base: 0n, variables: [], source: "solc" };

function unknown(from: string, to: string): TypeComparison {
  const bare = (label: string): string => label.replace(/\)[0-9]+/g, ")");
  if (bare(from) === bare(to)) return SAME;
  return { relation: "compatible", reason: `${from} → ${to}`, suspicion: { detail: `${from} → ${to}: the layout doesn't describe one of these types, so that nothing is known about what is inside`, severity: "medium" }, nested: [] };
}
