import type { ContractView } from "../ast/contract-view.js";
import { factsOf } from "../flow/facts.js";
import { collect, contains, storageIn, type Term } from "../flow/term.js";
import type { Trace } from "../flow/trace.js";
import type { Hit, Rule } from "../rule.js";
import { initializersOf } from "../upgradeable.js";
import { calledFunction } from "../upgrade-path.js";

export const rule: Rule = {
  id: "I13",
  title: "guarding value initialized to zero",
  severity: "high",
  confidence: "high",
  source: "drydock",
  needs: ["F", "C"],
  flags:
    "An initializer writes a literal zero into state that some check of the contract depends on (a root, an owner, a threshold), or marks the zero key as accepted; or the upgrade's call passes zero for such a parameter.",
  why: "Zero is what unset storage reads. A check against a zero root or threshold accepts what nobody has approved.",
  remedy: "pass the real value, and reject zero in the initializer",
  references: { owasp: "SC04:2025 Lack of Input Validation" },
  *contract(view) {
    const guarding = guardingState(view);
    for (const { fn, trace } of initializersOf(view)) yield* zeroWrites(view, fn, trace, guarding, isZero);
  },
  *pair({ next, upgradeCall }) {
    if (upgradeCall === undefined || upgradeCall === null || upgradeCall.args === undefined) return;
    const fn = calledFunction(next, upgradeCall);
    if (fn === undefined) return;
    const { args } = upgradeCall;
    const isZeroArgument = (term: Term): boolean =>
      isZero(term) || (term.op === "parameter" && /^(?:0|0x0*)$/.test(args[term.index] ?? ""));
    yield* zeroWrites(next, fn, next.traceOf(fn), guardingState(next), isZeroArgument);
  },
};

function* zeroWrites(
  view: ContractView,
  fn: Trace["fn"],
  trace: Trace,
  guarding: ReadonlySet<string>,
  isZeroTerm: (term: Term) => boolean,
): Iterable<Hit> {
  for (const effect of trace.effects) {
    if (effect.kind !== "write" || !guarding.has(effect.storage.key) || effect.operator === "delete") continue;
    const { key } = effect.storage;
    const zeroKey = effect.storage.indexes.some((index) => isZeroTerm(plain(index)));
    const accepts = zeroKey && !isZeroTerm(plain(effect.value)) && !isFalse(effect.value);
    const scalar = effect.storage.indexes.length === 0 && isZeroTerm(plain(effect.value));
    if (!accepts && !scalar) continue;
    yield {
      view,
      fn,
      at: effect.node,
      detail: accepts ? `${fn.name} marks the zero key of ${key} as accepted` : `${fn.name} sets ${key} to zero, and a check of ${view.name} depends on it`,
    };
  }
}

/** State that a caller's request is compared with: everything in the checks of entry points that change state. */
function guardingState(view: ContractView): Set<string> {
  const keys = new Set<string>();
  for (const trace of factsOf(view).mutating) {
    if (initializersOf(view).some(({ fn }) => fn === trace.fn)) continue;
    for (const effect of trace.effects) {
      if (effect.kind !== "check" || !comparesRequest(effect.holds)) continue;
      for (const key of storageIn(effect.holds)) keys.add(key);
    }
  }
  return keys;
}

/** The check weighs something that comes from outside against state, other than "is it switched on" or "is there enough". */
function comparesRequest(holds: Term): boolean {
  if (contains(holds, (term) => term.op === "environment" && term.name.startsWith("block."))) return false;
  const comparisons = collect(holds, (term): term is Extract<Term, { op: "binary" }> => term.op === "binary" && ["==", "!=", ">=", "<=", ">", "<"].includes(term.operator));
  const fromOutside = (term: Term): boolean =>
    contains(term, (inner) => inner.op === "parameter" || inner.op === "caller" || (inner.op === "call" && inner.kind === "builtin"));
  return [...comparisons].some(
    ({ operator, left, right }) =>
      (operator === "==" && (fromOutside(left) || fromOutside(right))) ||
      ([">=", "<=", ">", "<"].includes(operator) && isThreshold(left, right)) ||
      storageLookup(left, fromOutside) ||
      storageLookup(right, fromOutside),
  );
}

function storageLookup(term: Term, fromOutside: (term: Term) => boolean): boolean {
  return contains(term, (inner) => inner.op === "index" && fromOutside(inner.index) && /bytes32/.test(typeOfKey(inner)));
}

function typeOfKey(term: Term): string {
  if (term.op === "index" || term.op === "field") return typeOfKey(term.base);
  return term.op === "state" ? (term.declaration?.typeDescriptions.typeString ?? "") : "";
}

function isThreshold(left: Term, right: Term): boolean {
  return [left, right].some((term) => [...storageIn(term)].some((key) => /threshold|quorum|required|minimum|numerator|weight|min[A-Z]/i.test(key)));
}

function plain(term: Term): Term {
  return term.op === "cast" ? plain(term.of) : term;
}

function isZero(term: Term): boolean {
  return term.op === "literal" && /^(?:0|0x0+)$/.test(term.text);
}

function isFalse(term: Term): boolean {
  return term.op === "literal" && term.text === "false";
}
