import type { PictureDiff, PictureEdge, PictureNode } from "../../core/authority/picture-diff.js";

/** A box of the picture: one node, or several that stand in the same place (keys of one Safe, proxies of one owner). */
export interface Box {
  id: string;
  members: PictureNode[];
  column: number;
  x: number;
  y: number;
  height: number;
  /** Text lines, the first one bold. */
  lines: string[];
}

/** A line of the picture, from who holds a right to what it is over. */
export interface Line {
  from: Box;
  to: Box;
  labels: string[];
  edges: PictureEdge[];
}

export interface Layout {
  boxes: Box[];
  lines: Line[];
  width: number;
  height: number;
}

export const BOX_WIDTH = 252;
const LINE_HEIGHT = 16;
export const COLUMN_GAP = 210;
const ROW_GAP = 26;
const MARGIN = 24;
/** More equal nodes than this become one box. */
const GROUP_FROM = 3;

/**
 * Places what changes code on the left and who decides on the right, one column per step. Nodes with the same edges
 * share a box. The same graph gives the same picture.
 *
 * @param text how a node is written: its lines.
 * @param label how an edge is written.
 */
export function layOut(
  { nodes, edges }: PictureDiff,
  text: (nodes: readonly PictureNode[]) => string[],
  label: (edge: PictureEdge) => string,
): Layout {
  const boxes = grouped(nodes, edges).map((members): Box => {
    const lines = text(members);
    return { id: members[0]!.address, members, column: 0, x: 0, y: 0, height: 20 + LINE_HEIGHT * lines.length, lines };
  });
  const boxOf = new Map(boxes.flatMap((box) => box.members.map(({ address }) => [address, box] as const)));
  const lines = new Map<string, Line>();
  for (const edge of edges) {
    const [from, to] = [boxOf.get(edge.from), boxOf.get(edge.to)];
    if (from === undefined || to === undefined || from === to) continue;
    const key = `${from.id} ${to.id}`;
    const line = lines.get(key) ?? { from, to, labels: [], edges: [] };
    line.edges.push(edge);
    if (!line.labels.includes(label(edge))) line.labels.push(label(edge));
    lines.set(key, line);
  }
  placeColumns(boxes, [...lines.values()]);
  const columns = placeRows(boxes, [...lines.values()]);
  const height = Math.max(...boxes.map(({ y, height: own }) => y + own), 0) + MARGIN;
  return { boxes, lines: [...lines.values()], width: MARGIN * 2 + columns * BOX_WIDTH + (columns - 1) * COLUMN_GAP, height };
}

/** Nodes with the same kind, the same change and exactly the same edges, together when they are many. */
function grouped(nodes: readonly PictureNode[], edges: readonly PictureEdge[]): PictureNode[][] {
  const groups = new Map<string, PictureNode[]>();
  for (const node of nodes) {
    const own = edges
      .filter(({ from, to }) => from === node.address || to === node.address)
      .map(({ from, to, right, change }) => (from === node.address ? `> ${to} ${right} ${change}` : `< ${from} ${right} ${change}`));
    const key = [node.kind, node.change, ...own.sort()].join("|");
    groups.set(key, [...(groups.get(key) ?? []), node]);
  }
  return [...groups.values()].flatMap((group) => (group.length >= GROUP_FROM && /^(eoa|proxy)$/.test(group[0]!.kind) ? [group] : group.map((node) => [node])));
}

/**
 * Column = the longest way to what changes code, so that every right points left. Rights in a circle (a Safe that owns
 * itself) are cut where the circle closes.
 */
function placeColumns(boxes: readonly Box[], lines: readonly Line[]): void {
  const held = new Map(boxes.map((box) => [box, lines.filter(({ from }) => from === box).map(({ to }) => to)] as const));
  const done = new Set<Box>();
  const open = new Set<Box>();
  const visit = (box: Box): number => {
    if (done.has(box)) return box.column;
    open.add(box);
    for (const below of held.get(box)!) if (!open.has(below)) box.column = Math.max(box.column, visit(below) + 1);
    open.delete(box);
    done.add(box);
    return box.column;
  };
  for (const box of boxes) visit(box);
}

function placeRows(boxes: readonly Box[], lines: readonly Line[]): number {
  const columns = Math.max(...boxes.map(({ column }) => column), 0) + 1;
  for (let column = 0; column < columns; column++) {
    const here = boxes.filter((box) => box.column === column);
    // Beside what they decide over: fewer crossings than any order by name.
    const rank = new Map(
      here.map((box) => {
        const targets = lines.filter(({ from, to }) => from === box && to.column < column).map(({ to }) => to.y);
        return [box, targets.length === 0 ? 0 : targets.reduce((sum, y) => sum + y, 0) / targets.length] as const;
      }),
    );
    here.sort((a, b) => rank.get(a)! - rank.get(b)! || (a.id < b.id ? -1 : 1));
    let y = MARGIN;
    for (const box of here) {
      box.x = MARGIN + column * (BOX_WIDTH + COLUMN_GAP);
      box.y = y;
      y += box.height + ROW_GAP;
    }
  }
  return columns;
}
