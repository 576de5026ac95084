import type { AuthorityPicture } from "../schema/inspect.js";

export type Change = "kept" | "added" | "removed" | "changed";

export type PictureNode = AuthorityPicture["nodes"][number] & { change: Change };
export type PictureEdge = AuthorityPicture["edges"][number] & {
  change: Change;
  /** What it was before, when it changed: `2 of 3, 2 d`. */
  was: string | null;
};

export interface PictureDiff {
  nodes: PictureNode[];
  edges: PictureEdge[];
}

/** Two authority graphs laid over each other: every node and edge of either, with what became of it. */
export function diffPictures(before: AuthorityPicture, after: AuthorityPicture): PictureDiff {
  const nodes = merge(before.nodes, after.nodes, ({ address }) => address, (was, is) => was.kind === is.kind && sameFacts(was.facts, is.facts));
  const edges = merge(
    before.edges,
    after.edges,
    ({ from, to, right }) => `${from} ${to} ${right}`,
    (was, is) => was.need === is.need && was.outOf === is.outOf && was.delay === is.delay,
  );
  return {
    nodes: nodes.map(({ value, change }) => ({ ...value, change })),
    edges: edges.map(({ value, change, was }) => ({ ...value, change, was: was === null ? null : `${was.need} of ${was.outOf}, ${was.delay} s` })),
  };
}

function merge<T>(before: readonly T[], after: readonly T[], key: (item: T) => string, same: (was: T, is: T) => boolean) {
  const old = new Map(before.map((item) => [key(item), item]));
  const merged: { value: T; change: Change; was: T | null }[] = after.map((value) => {
    const was = old.get(key(value));
    old.delete(key(value));
    if (was === undefined) return { value, change: "added", was: null };
    return same(was, value) ? { value, change: "kept", was: null } : { value, change: "changed", was };
  });
  return [...merged, ...[...old.values()].map((value) => ({ value, change: "removed" as const, was: null }))];
}

function sameFacts(was: Readonly<Record<string, string>>, is: Readonly<Record<string, string>>): boolean {
  const keys = new Set([...Object.keys(was), ...Object.keys(is)]);
  return [...keys].every((key) => was[key] === is[key]);
}
