import type { LayoutType, LayoutVariable } from "./types.js";

/** Whether a variable only reserves room: a gap by its name and shape, which no code touches. */
export function isGap(variable: LayoutVariable, type: LayoutType | undefined): boolean {
  if (type?.kind !== "array" || type.length === undefined) return false;
  if (!/(^|_)(gap|reserved)(_|[0-9]|$)|storage_?gap/i.test(variable.label)) return false;
  return variable.usage === undefined || variable.usage.functions.length === 0;
}

/** Who may act and whether anyone may initialize again hangs on these. */
export function decidesAuthority(label: string): boolean {
  return /(^|\.|_)(initialized|initializing|owner|admin|proxyAdmin|implementation|pendingOwner|governance|governor|guardian|authority|roles|timelock)$/i.test(label);
}

export type RenameEvidence = "likely" | "unclear" | "contradicted";

/**
 * Whether `after`, at the bytes of `before` and of a fitting type, is the same thing under another name. Names that share a
 * word, or code that uses both in the same places, speak for it; code that uses them in wholly different functions and ways
 * speaks against it.
 */
export function renameEvidence(before: LayoutVariable, after: LayoutVariable): RenameEvidence {
  if (similarNames(before.label, after.label)) return "likely";
  const [old, current] = [before.usage, after.usage];
  if (old === undefined || current === undefined || old.functions.length === 0 || current.functions.length === 0) return "unclear";
  const functions = overlap(old.functions, current.functions);
  const contexts = overlap(old.contexts, current.contexts);
  if (functions > 0 || contexts >= 0.5) return "likely";
  return contexts === 0 ? "contradicted" : "unclear";
}

export function similarNames(a: string, b: string): boolean {
  const [left, right] = [a.replaceAll("_", "").toLowerCase(), b.replaceAll("_", "").toLowerCase()];
  if (left === right || (Math.min(left.length, right.length) >= 3 && (left.includes(right) || right.includes(left)))) return true;
  const words = wordsOf(a).filter((word) => word.length > 2);
  if (wordsOf(b).some((word) => words.includes(word))) return true;
  return editDistance(left, right) <= Math.max(left.length, right.length) * 0.35;
}

const UNITS: Record<string, string> = {
  wad: "1e18",
  ray: "1e27",
  rad: "1e45",
  mantissa: "1e18",
  x96: "2^96",
  x128: "2^128",
  bps: "basis points",
  bp: "basis points",
  pct: "percent",
  percent: "percent",
  ppm: "ppm",
  seconds: "seconds",
  secs: "seconds",
  sec: "seconds",
  minutes: "minutes",
  hours: "hours",
  days: "days",
  ms: "milliseconds",
  millis: "milliseconds",
  blocks: "blocks",
  block: "blocks",
  timestamp: "seconds",
  usd: "USD",
  eth: "ETH",
  btc: "BTC",
  ether: "ETH",
  wei: "wei",
  gwei: "gwei",
  shares: "shares",
  share: "shares",
  assets: "assets",
  asset: "assets",
};

/** Units and scales that a name states, `priceE8` → `1e8`. */
export function unitsOf(label: string): string[] {
  const words = wordsOf(label);
  const scales = [...label.matchAll(/(?:^|[a-z_])[eE]([0-9]{1,2})(?![0-9])/g)].map((match) => `1e${match[1]}`);
  const bits = [...label.matchAll(/(?:^|[a-z_])[xX](96|64|128|32)(?![0-9])/g)].map((match) => `2^${match[1]}`);
  const decimals = [...label.matchAll(/([0-9]{1,2})_?[dD]ecimals/g)].map((match) => `1e${match[1]}`);
  const named = words.map((word) => UNITS[word]).filter((unit): unit is string => unit !== undefined);
  return [...new Set([...scales, ...bits, ...decimals, ...named])].sort();
}

/** The change of unit that two names of one value suggest, `1e8 → 1e18`; undefined when they suggest none. */
export function unitChange(before: string, after: string): string | undefined {
  const [old, current] = [unitsOf(before), unitsOf(after)];
  if (old.length === 0 || current.length === 0 || old.join() === current.join()) return undefined;
  return `${old.join(", ")} → ${current.join(", ")}`;
}

function wordsOf(label: string): string[] {
  return label
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
}

function overlap(a: string[], b: string[]): number {
  const [left, right] = [new Set(a), new Set(b)];
  const shared = [...left].filter((item) => right.has(item)).length;
  return shared / (left.size + right.size - shared);
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
