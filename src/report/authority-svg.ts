import { duration } from "../core/authority/facts.js";
import { diffPictures, type Change, type PictureEdge, type PictureNode } from "../core/authority/picture-diff.js";
import type { AuthorityPicture } from "../core/schema/inspect.js";
import { visible } from "../core/visible.js";
import { BOX_WIDTH, COLUMN_GAP, layOut, type Box, type Line } from "./authority/layout.js";

export interface AuthoritySvgOptions {
  /** The graph after the upgrade; changed nodes and edges are then marked. */
  after?: AuthorityPicture;
  /** What the picture is of, for people who do not see it. */
  title?: string;
  /** Prefix of ids and classes, when several pictures stand in one page. */
  id?: string;
}

/**
 * The authority graph as one SVG document without scripts, fonts or links: on the left what changes code, on the right
 * who decides. With `after`, what the upgrade adds, removes or changes is marked by sign, line and colour, so that it can
 * be told without colours too. Light and dark follow the reader's preference.
 */
export function authoritySvg(before: AuthorityPicture, { after, title = "Who can change the code", id = "authority" }: AuthoritySvgOptions = {}): string {
  const diff = diffPictures(before, after ?? before);
  const { boxes, lines, width, height } = layOut(diff, linesOf, labelOf);
  const changed = [...diff.nodes, ...diff.edges].filter(({ change }) => change !== "kept").length;
  const description = [
    `${diff.nodes.length} accounts and contracts, ${diff.edges.length} rights.`,
    after === undefined ? "" : changed === 0 ? "The upgrade changes none of them." : `The upgrade changes ${changed} of them.`,
    ...lines.map(({ from, to, labels }) => `${from.lines[0]} is ${labels.join(", ")} of ${to.lines[0]}.`),
  ].filter((part) => part !== "");
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="${id}-title ${id}-desc" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" class="${id}">`,
    `<title id="${id}-title">${escape(title)}</title>`,
    `<desc id="${id}-desc">${escape(description.join(" "))}</desc>`,
    `<style>${style(id)}</style>`,
    `<defs><marker id="${id}-arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 L8 4 L0 8 z" class="${id}-tip"/></marker></defs>`,
    ...linesSvg(lines, boxes, id),
    ...boxes.map((box) => boxSvg(box, id)),
    "</svg>",
    "",
  ].join("\n");
}

const SIGN: Record<Change, string> = { kept: "", added: "+ ", removed: "− ", changed: "± " };

const TITLES: Record<string, string> = {
  proxy: "proxy",
  beacon: "beacon",
  "proxy-admin": "ProxyAdmin",
  timelock: "timelock",
  safe: "Safe",
  multisig: "multisig",
  governor: "Governor",
  "access-manager": "AccessManager",
  "delay-module": "delay module",
  "roles-module": "roles module",
  eoa: "one key",
  contract: "contract, not resolved",
  anyone: "everybody",
  burned: "nobody",
};

/** Facts that fit into a box; the rest stands in the table beside the picture. */
const SHOWN = ["threshold", "version", "delay", "cooldown", "executor", "kind"];

function linesOf(nodes: readonly PictureNode[]): string[] {
  const [node] = nodes as [PictureNode];
  const sign = SIGN[node.change];
  const kind = TITLES[node.kind] ?? node.kind;
  if (nodes.length > 1) {
    const names = nodes.slice(0, 3).map(({ label, address }) => short(visible(label ?? ""), address));
    return [`${sign}${nodes.length} × ${kind}`, ...names, ...(nodes.length > 3 ? [`and ${nodes.length - 3} more`] : [])];
  }
  const facts = SHOWN.flatMap((fact) => {
    const value = node.facts[fact];
    if (value === undefined) return [];
    return [fact === "delay" || fact === "cooldown" ? `${fact} ${duration(BigInt(value))}` : `${fact} ${visible(value)}`];
  });
  const name = node.kind === "anyone" ? kind : short(visible(node.label ?? ""), node.address);
  return [`${sign}${name}`, node.kind === "anyone" ? "no key needed" : kind, ...facts].slice(0, 6);
}

function short(label: string, address: string): string {
  const abbreviated = `${address.slice(0, 8)}…${address.slice(-6)}`;
  return label === "" ? abbreviated : `${label.length > 18 ? `${label.slice(0, 17)}…` : label} ${address.slice(0, 6)}…${address.slice(-4)}`;
}

function labelOf({ right, need, outOf, delay, change, was }: PictureEdge): string {
  const wait = BigInt(delay) === 0n ? "" : ` after ${duration(BigInt(delay))}`;
  const count = need > 1 ? ` ${need} of ${outOf}` : "";
  const long = `${right}${count}${wait}`;
  return `${SIGN[change]}${visible(long)}${was === null ? "" : ` (was ${was})`}`;
}

function linesSvg(lines: readonly Line[], boxes: readonly Box[], id: string): string[] {
  const taken: Area[] = boxes.map(({ x, y, height }) => ({ x, y, width: BOX_WIDTH, height }));
  return lines.map((line) => lineSvg(line, taken, id));
}

interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

function lineSvg({ from, to, labels, edges }: Line, taken: Area[], id: string): string {
  const change = edges.find((edge) => edge.change !== "kept")?.change ?? "kept";
  const forward = from.column > to.column;
  const [x1, y1] = [forward ? from.x : from.x + BOX_WIDTH, from.y + from.height / 2];
  const [x2, y2] = [to.x + (forward || from.column === to.column ? BOX_WIDTH : 0), to.y + to.height / 2];
  const bend = forward ? (x1 - x2) / 2 : 60;
  const path = `M${x1} ${y1} C${forward ? x1 - bend : x1 + bend} ${y1} ${x2 + bend} ${y2} ${x2} ${y2}`;
  // In the gap beside the holder, on the curve: lines that end at one box have not met there yet.
  const t = forward ? COLUMN_GAP / 2 / (x1 - x2) : 0.5;
  const shown = labels.map((text) => (text.length > 32 ? `${text.slice(0, 31)}…` : text));
  const middle = forward ? x1 - COLUMN_GAP / 2 : x1 + 60;
  const width = Math.max(...shown.map((text) => text.length)) * 6;
  const top = freeBelow({ x: middle - width / 2, y: y1 + (y2 - y1) * t * t * (3 - 2 * t) - 5 - 13 * shown.length, width, height: 13 * shown.length }, taken);
  return [
    `<g class="${id}-line ${id}-${change}">`,
    `<title>${escape(`${from.lines[0]}: ${labels.join(", ")} of ${to.lines[0]}`)}</title>`,
    `<path d="${path}" marker-end="url(#${id}-arrow)"/>`,
    ...shown.map((text, index) => `<text x="${round(middle)}" y="${round(top + 13 * (index + 1) - 2)}" text-anchor="middle">${escape(text)}</text>`),
    "</g>",
  ].join("");
}

/** The first place at or below `area` that nothing has taken; it is taken then. */
function freeBelow(area: Area, taken: Area[]): number {
  const hits = (y: number) =>
    taken.find((other) => area.x < other.x + other.width && other.x < area.x + area.width && y < other.y + other.height && other.y < y + area.height);
  let y = area.y;
  for (let hit = hits(y); hit !== undefined; hit = hits(y)) y = hit.y + hit.height;
  taken.push({ ...area, y });
  return y;
}

function boxSvg({ x, y, height, lines, members }: Box, id: string): string {
  const { kind, change, complete } = members[0]!;
  const risk = kind === "anyone" || (kind === "contract" && !complete) || !complete ? ` ${id}-open` : "";
  return [
    `<g class="${id}-box ${id}-${change} ${id}-kind-${kind}${risk}">`,
    `<title>${escape(members.map(({ address, label }) => (label === null ? address : `${visible(label)} ${address}`)).join("\n"))}</title>`,
    `<rect x="${x}" y="${y}" width="${BOX_WIDTH}" height="${height}" rx="6"/>`,
    ...lines.map((text, index) => `<text x="${x + 12}" y="${y + 21 + 16 * index}"${index === 0 ? ' class="' + id + '-name"' : ""}>${escape(text)}</text>`),
    "</g>",
  ].join("");
}

function style(id: string): string {
  return [
    `.${id}{--ink:#1c2330;--soft:#5a6472;--paper:#fff;--fill:#f3f5f8;--add:#116a3b;--drop:#a3231c;--open:#8a5a00;background:var(--paper);max-width:100%;height:auto;font:12px ui-sans-serif,system-ui,sans-serif}`,
    `@media (prefers-color-scheme:dark){.${id}{--ink:#e8ecf2;--soft:#a3aebd;--paper:#12161d;--fill:#1d2430;--add:#5fd394;--drop:#ff8f87;--open:#f0b959}}`,
    `.${id} text{fill:var(--ink)}.${id}-box rect{fill:var(--fill);stroke:var(--soft)}.${id}-name{font-weight:600}`,
    `.${id}-line path{fill:none;stroke:var(--soft);stroke-width:1.4}.${id}-line text{fill:var(--soft);font-size:11px;paint-order:stroke;stroke:var(--paper);stroke-width:4px}.${id}-tip{fill:var(--soft)}`,
    `.${id}-open rect{stroke:var(--open);stroke-width:2.5}.${id}-kind-eoa rect{stroke-dasharray:2 2}`,
    `.${id}-added rect,.${id}-line.${id}-added path{stroke:var(--add);stroke-width:3}.${id}-added text{fill:var(--add)}`,
    `.${id}-removed rect,.${id}-line.${id}-removed path{stroke:var(--drop);stroke-width:3;stroke-dasharray:7 4}.${id}-removed text{fill:var(--drop)}`,
    `.${id}-changed rect,.${id}-line.${id}-changed path{stroke:var(--open);stroke-width:3}.${id}-changed text{fill:var(--open)}`,
  ].join("");
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
