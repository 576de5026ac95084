import type { ValidatePairParts } from "../core/schema/validate.js";
import { visible } from "../core/visible.js";

type Change = ValidatePairParts["changes"][number];
type Range = NonNullable<Change["from"]>;

/** Columns of {@link layoutRows}. */
export const LAYOUT_COLUMNS = ["slot", "offset", "bytes", "old", "new", "live", "fate"] as const;
const WIDEST = 38;

/** Changed ranges side by side for a terminal; kept ones only on request. */
export function layoutTable(changes: readonly Change[], options: { kept?: boolean } = {}): string[] {
  const rows = layoutRows(changes, options);
  if (rows.length === 0) return [];
  const widths = LAYOUT_COLUMNS.map((name, at) => Math.max(name.length, ...rows.map((cells) => cells[at]?.length ?? 0)));
  const line = (cells: readonly string[]): string => `  ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ")}`.trimEnd();
  return [line(LAYOUT_COLUMNS), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)];
}

/** One row of cells for each range that is worth one, in the order of {@link LAYOUT_COLUMNS}. */
export function layoutRows(changes: readonly Change[], options: { kept?: boolean } = {}): string[][] {
  return changes.filter(({ fate, severity }) => options.kept === true || fate !== "kept" || severity !== "info").map(row);
}

function row({ from, to, fate, severity }: Change): string[] {
  const place = from ?? to;
  const moved = fate === "moved" && to !== null ? ` → ${shortSlot(to)}+${to.offset}` : "";
  return [
    place === null ? "" : `${shortSlot(place)}${place.within === undefined ? "" : ` of ${visible(place.within)}`}`,
    place === null ? "" : String(place.offset),
    place === null ? "" : String(place.bytes),
    named(from),
    `${named(to)}${moved}`,
    cut(from?.live ?? to?.live ?? ""),
    severity === "info" ? fate : `${fate} (${severity})`,
  ];
}

/** `0x2`; hashed slots by their ends. */
export function shortSlot({ slot }: Range): string {
  const bare = slot.replace(/^0x0*(?=.)/, "");
  return bare.length > 12 ? `0x${bare.slice(0, 6)}…${bare.slice(-4)}` : `0x${bare}`;
}

function named(range: Range | null): string {
  return range === null ? "–" : cut(visible(`${range.label}: ${range.type}`));
}

function cut(text: string): string {
  return text.length > WIDEST ? `${text.slice(0, WIDEST - 1)}…` : text;
}
