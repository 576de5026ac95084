import type { LayoutChange, PlacedRange } from "./changes.js";

/**
 * Draws the leaves of one struct variable together where they share one fate: a struct that is kept (or moved as a whole)
 * is one line, not one per member. Changes that a person must look at one by one stay apart.
 */
export function summarize(changes: LayoutChange[]): LayoutChange[] {
  const result: LayoutChange[] = [];
  const groups = new Map<string, LayoutChange[]>();
  for (const change of changes) {
    const root = rootOf(change.label);
    const groupable = root !== change.label && ["kept", "moved", "dropped", "reused", "appended", "gap"].includes(change.fate);
    if (!groupable) {
      result.push(change);
      continue;
    }
    const key = [change.fate, root, change.severity, change.rule ?? "", shift(change), change.to === null ? "" : rootOf(change.to.label)].join("|");
    const group = groups.get(key);
    if (group === undefined) {
      const fresh: LayoutChange[] = [change];
      groups.set(key, fresh);
      result.push(change);
    } else group.push(change);
  }
  const merged = new Map<LayoutChange, LayoutChange[]>();
  for (const group of groups.values()) {
    const [first] = group;
    if (first === undefined || group.length === 1) continue;
    const root = rootOf(first.label);
    // One line stands for the whole variable only when none of its other leaves has another fate.
    const divided = changes.some((change) => rootOf(change.label) === root && !group.includes(change));
    merged.set(first, divided ? group : [merge(group, root)]);
  }
  return result.flatMap((change) => merged.get(change) ?? [change]);
}

function merge(group: LayoutChange[], root: string): LayoutChange {
  const first = group[0] as LayoutChange;
  const whole = (pick: (change: LayoutChange) => PlacedRange | null): PlacedRange | null => {
    const ranges = group.map(pick).filter((range): range is PlacedRange => range !== null);
    const [start] = ranges;
    if (start === undefined) return null;
    const bytes = ranges.reduce((sum, range) => sum + BigInt(range.bytes), 0n);
    const keyed = ranges.some((range) => range.keyed === true) ? { keyed: true } : {};
    return { ...start, ...keyed, label: rootOf(start.label), type: `${ranges.length} members of ${rootOf(start.label)}`, bytes: bytes <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(bytes) : bytes.toString() };
  };
  return { ...first, label: root, from: whole(({ from }) => from), to: whole(({ to }) => to), reason: first.reason.replaceAll(first.label, root) };
}

/** `legs[1].size` → `legs`; inside of elements (`positions[*].size`) the element is the root. */
function rootOf(label: string): string {
  const inside = label.lastIndexOf("[*]");
  if (inside >= 0) {
    const rest = label.slice(inside + 3);
    const member = /^\.[^.[]+/.exec(rest)?.[0] ?? "";
    return label.slice(0, inside + 3) + member;
  }
  return /^[^.[]+/.exec(label)?.[0] ?? label;
}

function shift({ from, to }: LayoutChange): string {
  if (from === null || to === null) return "";
  return `${BigInt(to.slot) - BigInt(from.slot)}:${to.offset - from.offset}`;
}
