import type { LayoutType, LayoutVariable } from "./types.js";
import { wordsOf } from "./units.js";

/** Whether a variable only reserves room: a gap by its name and shape, which no code touches. */
export function isGap(variable: LayoutVariable, type: LayoutType | undefined): boolean {
  const byName =
    type?.kind === "array" && type.length !== undefined
      ? /(^|_)(gap|reserved|unused|spacer|padding|placeholder)s?(_|[0-9]|$)|(storage|reserved)_?gap|^reserved[A-Z]/i.test(variable.label)
      : // A single value of that name may be a deprecated variable: only what says nothing but "gap" is room.
        type?.kind === "value" && /^_+(gap|storageGap|reserved)[_0-9]*$/i.test(variable.label);
  if (!byName) return false;
  return variable.usage === undefined || variable.usage.functions.length === 0;
}

/** Who may act and whether anyone may initialize again hangs on these. */
export function decidesAuthority(label: string): boolean {
  return /(^|\.|_)(initialized|initializing|owner|admin|proxyAdmin|implementation|pendingOwner|governance|governor|guardian|authority|roles|timelock)$/i.test(label);
}

export type RenameEvidence = "likely" | "unclear" | "contradicted";

/** Names of functions that touch nearly every variable: to share one of them says nothing. */
const COMMON_FUNCTION = /^(|constructor|fallback|receive|initiali[sz]e[A-Za-z0-9]*|reinitiali[sz]e[A-Za-z0-9]*|init|setup|__.*_init.*)$/i;

/**
 * Whether `after`, at the bytes of `before` and of a fitting type, is the same thing under another name. Names that share a
 * word, or functions that use both, speak for it; code that uses them in other functions and other ways speaks against it.
 */
export function renameEvidence(before: LayoutVariable, after: LayoutVariable): RenameEvidence {
  if (similarNames(before.label, after.label)) return "likely";
  const [old, current] = [before.usage, after.usage];
  if (old === undefined || current === undefined || old.functions.length === 0 || current.functions.length === 0) return "unclear";
  const telling = (names: string[]): string[] => names.filter((name) => !COMMON_FUNCTION.test(name));
  const [left, right] = [telling(old.functions), telling(current.functions)];
  if (left.length === 0 || right.length === 0) return "unclear";
  if (overlap(left, right) > 0) return "likely";
  // Setters and getters of any two variables look alike: only many ways of use in common are a trace.
  const shared = new Set(old.contexts.filter((context) => current.contexts.includes(context)));
  return shared.size >= 3 && overlap(old.contexts, current.contexts) >= 0.5 ? "unclear" : "contradicted";
}

/** Words that many names have, whatever they name. */
const COMMON_WORDS = new Set(["total", "max", "min", "last", "next", "num", "number", "count", "current", "prev", "previous", "old", "new", "amount", "value", "addr", "address", "uint", "has", "per", "list", "map", "data", "info", "the", "for", "and", "storage"]);

export function similarNames(a: string, b: string): boolean {
  const [left, right] = [a.replaceAll("_", "").toLowerCase(), b.replaceAll("_", "").toLowerCase()];
  if (left === right || (Math.min(left.length, right.length) >= 3 && (left.includes(right) || right.includes(left)))) return true;
  const words = wordsOf(a).filter((word) => word.length > 2 && !COMMON_WORDS.has(word));
  if (wordsOf(b).some((word) => words.includes(word))) return true;
  return editDistance(left, right) <= Math.max(left.length, right.length) * 0.35;
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
