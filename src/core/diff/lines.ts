/** One line of a difference: in both, only in the old text, or only in the new. */
export interface DiffLine {
  kind: "same" | "old" | "new";
  text: string;
}

/** Edits that the search follows; beyond that the rest is shown as replaced whole. */
const MAX_EDITS = 2_000;

/**
 * The shortest edit between two texts, line by line (Myers 1986, greedy with a bound). Equal beginnings and ends are cut
 * off first. Beyond 2,000 edits what is left counts as replaced, so that time and memory stay bounded.
 */
export function diffLines(oldText: string, newText: string): DiffLine[] {
  const a = split(oldText);
  const b = split(newText);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const middle = myers(a.slice(start, a.length - end), b.slice(start, b.length - end));
  return [...same(a.slice(0, start)), ...middle, ...same(end === 0 ? [] : a.slice(-end))];
}

function split(text: string): string[] {
  return text === "" ? [] : text.split(/\r?\n/);
}

function same(lines: readonly string[]): DiffLine[] {
  return lines.map((text) => ({ kind: "same", text }));
}

function replaced(a: readonly string[], b: readonly string[]): DiffLine[] {
  return [...a.map((text) => ({ kind: "old" as const, text })), ...b.map((text) => ({ kind: "new" as const, text }))];
}

function myers(a: readonly string[], b: readonly string[]): DiffLine[] {
  if (a.length === 0 || b.length === 0) return replaced(a, b);
  const limit = Math.min(MAX_EDITS, a.length + b.length);
  // How far each diagonal k = x - y got, at index k + limit + 1; one copy of the reachable part for each edit.
  const furthest = new Int32Array(2 * limit + 3);
  const trace: Int32Array[] = [];
  const at = (k: number): number => k + limit + 1;
  for (let edits = 0; edits <= limit; edits++) {
    trace.push(furthest.slice(at(-edits - 1), at(edits + 1) + 1));
    for (let k = -edits; k <= edits; k += 2) {
      const [left, right] = [furthest[at(k - 1)] ?? 0, furthest[at(k + 1)] ?? 0];
      let x = isDown(k, edits, left, right) ? right : left + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      furthest[at(k)] = x;
      if (x >= a.length && x - k >= b.length) return walkBack(a, b, trace);
    }
  }
  return replaced(a, b);
}

/** Whether the furthest path to diagonal `k` came from above (a new line), not from the left (an old one). */
function isDown(k: number, edits: number, left: number, right: number): boolean {
  return k === -edits || (k !== edits && left < right);
}

function walkBack(a: readonly string[], b: readonly string[], trace: readonly Int32Array[]): DiffLine[] {
  const lines: DiffLine[] = [];
  let x = a.length;
  let y = b.length;
  for (let edits = trace.length - 1; edits >= 0; edits--) {
    const before = trace[edits] ?? new Int32Array();
    const at = (k: number): number => before[k + edits + 1] ?? 0;
    const k = x - y;
    const down = isDown(k, edits, at(k - 1), at(k + 1));
    const from = down ? k + 1 : k - 1;
    const startX = edits === 0 ? 0 : at(from);
    const startY = edits === 0 ? 0 : startX - from;
    while (x > startX && y > startY && x > 0 && y > 0 && a[x - 1] === b[y - 1]) {
      lines.push({ kind: "same", text: a[x - 1] ?? "" });
      x--;
      y--;
    }
    if (edits === 0) break;
    if (down) lines.push({ kind: "new", text: b[--y] ?? "" });
    else lines.push({ kind: "old", text: a[--x] ?? "" });
  }
  return lines.reverse();
}
