import type { ValidatePairParts } from "../core/schema/validate.js";
import { visible } from "../core/visible.js";
import { shortSlot } from "./layout-table.js";

type Change = ValidatePairParts["changes"][number];
type Range = NonNullable<Change["from"]>;

const BYTE = 22;
const HEIGHT = 20;
const LEFT = 140;
const GAP = 14;
const MOST_SLOTS = 60;

/** Fill by fate, in colours that differ in lightness too. */
const COLOURS: Record<Change["fate"], string> = {
  kept: "#d7dde4",
  renamed: "#bcd7f0",
  retyped: "#a9d5c0",
  appended: "#d3ecc4",
  gap: "#e6efc0",
  dropped: "#e7d3a8",
  moved: "#f0a35e",
  reused: "#dd6a5c",
  incompatible: "#c2453f",
};

interface Band {
  slot: bigint;
  old: { range: Range; change: Change }[];
  current: { range: Range; change: Change }[];
}

/**
 * A picture of the slots whose bytes changed: one row pair per slot, old above new, byte 31 on the left as words are printed.
 * Ranges inside of mapping and array elements have no slot of their own and are left to the table.
 *
 * @returns an SVG document, or undefined when nothing changed.
 */
export function layoutSvg(changes: readonly Change[], title: string): string | undefined {
  const bands = bandsOf(changes);
  if (bands.length === 0) return undefined;
  const shown = bands.slice(0, MOST_SLOTS);
  const width = LEFT + 32 * BYTE + 10;
  const rowHeight = 2 * HEIGHT + GAP;
  const height = 46 + shown.length * rowHeight + 34;
  const body = shown.map((band, at) => drawBand(band, 46 + at * rowHeight)).join("\n");
  const rest = bands.length > shown.length ? `<text x="8" y="${height - 40}">… and ${bands.length - shown.length} more slots</text>` : "";
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="ui-monospace, monospace" font-size="11">
<title>${escapeXml(title)}</title>
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="8" y="18" font-weight="bold">${escapeXml(title)}</text>
<text x="${LEFT}" y="38" fill="#555555">byte 31</text><text x="${LEFT + 32 * BYTE}" y="38" fill="#555555" text-anchor="end">byte 0</text>
${body}
${rest}
${legend(height - 22)}
</svg>`;
}

/** Slots that at least one change other than `kept` touches, ascending, with what lay and lies there. */
function bandsOf(changes: readonly Change[]): Band[] {
  const bands = new Map<bigint, Band>();
  const touched = new Set<bigint>();
  const put = (range: Range | null, side: "old" | "current", change: Change): void => {
    if (range === null || range.within !== undefined || range.region === "transient") return;
    for (const slot of slotsOf(range)) {
      const band = bands.get(slot) ?? { slot, old: [], current: [] };
      band[side].push({ range, change });
      bands.set(slot, band);
      if (change.fate !== "kept") touched.add(slot);
    }
  };
  for (const change of changes) {
    if (change.fate !== "gap") put(change.from, "old", change);
    if (change.fate !== "dropped" && change.fate !== "reused") put(change.to, "current", change);
  }
  return [...bands.values()].filter(({ slot }) => touched.has(slot)).sort((a, b) => (a.slot < b.slot ? -1 : 1));
}

/** At most four slots of a long range are drawn. */
function slotsOf(range: Range): bigint[] {
  const first = BigInt(range.slot);
  const count = (BigInt(range.offset) + BigInt(range.bytes) + 31n) / 32n;
  return Array.from({ length: Number(count < 4n ? count : 4n) }, (_, at) => first + BigInt(at));
}

function drawBand({ slot, old, current }: Band, y: number): string {
  const slotName = shortSlot({ slot: `0x${slot.toString(16)}` } as Range);
  const cells = (list: Band["old"], top: number): string => list.map(({ range, change }) => drawRange(range, change, slot, top)).join("");
  const frame = (top: number): string => `<rect x="${LEFT}" y="${top}" width="${32 * BYTE}" height="${HEIGHT}" fill="none" stroke="#b8c0c8"/>`;
  return `<text x="8" y="${y + 14}">${escapeXml(slotName)} old</text>${frame(y)}${cells(old, y)}
<text x="8" y="${y + HEIGHT + 14}" fill="#555555">new</text>${frame(y + HEIGHT)}${cells(current, y + HEIGHT)}`;
}

function drawRange(range: Range, change: Change, slot: bigint, top: number): string {
  const start = BigInt(range.slot) * 32n + BigInt(range.offset) - slot * 32n;
  const end = start + BigInt(range.bytes);
  const from = Number(start < 0n ? 0n : start);
  const to = Number(end > 32n ? 32n : end);
  if (to <= from) return "";
  const x = LEFT + (32 - to) * BYTE;
  const width = (to - from) * BYTE;
  const label = visible(range.label);
  const fits = Math.max(1, Math.floor((width - 6) / 6.7));
  const shown = label.length > fits ? `${label.slice(0, Math.max(0, fits - 1))}…` : label;
  return `<g><title>${escapeXml(`${label}: ${range.type}, ${change.fate}. ${change.reason}`)}</title><rect x="${x}" y="${top}" width="${width}" height="${HEIGHT}" fill="${COLOURS[change.fate]}" stroke="#5a6570"/><text x="${x + 3}" y="${top + 14}">${escapeXml(shown)}</text></g>`;
}

function legend(y: number): string {
  return Object.entries(COLOURS)
    .map(([fate, colour], at) => `<rect x="${8 + at * 88}" y="${y}" width="12" height="12" fill="${colour}" stroke="#5a6570"/><text x="${24 + at * 88}" y="${y + 10}">${fate}</text>`)
    .join("");
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
