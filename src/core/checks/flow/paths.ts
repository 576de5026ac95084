import { negate, phiWhen, sizeOf, textOf, UNKNOWN, type Term } from "./term.js";
import { entriesOf, type PathEntry } from "./trace.js";

/** What two literals compared come to: `from == address(0)` where zero was handed in. */
export function decided(condition: Term): boolean | undefined {
  if (condition.op !== "binary" || condition.left.op !== "literal" || condition.right.op !== "literal") return undefined;
  const [left, right] = [condition.left.text, condition.right.text];
  if (!/^\d+$/.test(left) || !/^\d+$/.test(right)) return undefined;
  if (condition.operator === "==") return BigInt(left) === BigInt(right);
  return condition.operator === "!=" ? BigInt(left) !== BigInt(right) : undefined;
}

/** What a check on the way here has already settled, about arguments only: state may have changed since. */
export function settledBefore(condition: Term, path: PathEntry | undefined): boolean | undefined {
  if (condition.op !== "binary" || !/^[!=]=$/.test(condition.operator) || !isArgument(condition.left) || !isArgument(condition.right)) return undefined;
  const [text, opposite] = [textOf(condition), textOf(negate(condition))];
  for (let entry = path; entry !== undefined; entry = entry.parent) {
    if (entry.kind !== "check") continue;
    const holds = textOf(entry.holds);
    if (holds === text) return true;
    if (holds === opposite) return false;
  }
  return undefined;
}

function isArgument(term: Term): boolean {
  return term.op === "parameter" || term.op === "literal" || term.op === "caller" || (term.op === "cast" && isArgument(term.of));
}

/** Disjunction, with constants folded. */
export function or(left: Term, right: Term): Term {
  const isTrue = (term: Term): boolean => term.op === "literal" && term.text === "true";
  const isFalse = (term: Term): boolean => term.op === "literal" && term.text === "false";
  if (isTrue(left) || isFalse(right)) return left;
  if (isTrue(right) || isFalse(left)) return right;
  return { op: "binary", operator: "||", left, right };
}

/** All of the entries hold. */
export function conjunction(entries: readonly PathEntry[]): Term {
  return entries
    .map(({ holds }) => holds)
    .reduce<Term>(
      (left, right) =>
        left.op === "literal" ? right : { op: "binary", operator: "&&", left, right },
      { op: "literal", text: "true" },
    );
}

/** What was learnt behind `start`, in source order. */
export function entriesSince(path: PathEntry | undefined, start: PathEntry | undefined): PathEntry[] {
  const entries = entriesOf(path);
  const from = start === undefined ? 0 : entries.indexOf(start) + 1;
  return entries.slice(from);
}

/** Locals behind a branch: those that its ways leave different become a `phi`. */
export function joined(maps: readonly Map<number, Term>[], when: readonly Term[] = []): Map<number, Term> {
  const [first, ...rest] = maps;
  if (first === undefined) return new Map();
  const result = new Map(first);
  for (const map of rest) {
    for (const [id, term] of map) {
      const known = result.get(id);
      if (known === undefined) result.set(id, term);
      else if (known !== term) {
        const both = phiWhen(when, known, term);
        result.set(id, sizeOf(both) > 600 ? UNKNOWN : both);
      }
    }
  }
  return result;
}

