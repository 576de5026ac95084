import type { ContractView } from "./ast/contract-view.js";
import { factsOf } from "./flow/facts.js";
import { childrenOf, contains, storageName, storagePath, visit, type Term } from "./flow/term.js";
import type { Trace, WriteEffect } from "./flow/trace.js";

/** State that grows with time: `index += rate * (now - last)`. */
export interface Accrual {
  trace: Trace;
  /** The accumulator. */
  index: string;
  write: WriteEffect;
  /** When it was last brought up to date. */
  last: string;
  /** State that the elapsed time is multiplied with. */
  rates: ReadonlySet<string>;
}

/** Finds accumulators by what they do: the value written holds the time since a stored time, times stored rates. */
export function accrualsOf(view: ContractView): Accrual[] {
  const found = new Map<string, Accrual>();
  for (const trace of factsOf(view).mutating) {
    const written = new Set(trace.effects.flatMap((effect) => (effect.kind === "write" ? [storageName(effect.storage)] : [])));
    for (const effect of trace.effects) {
      if (effect.kind !== "write") continue;
      const last = storedTime(effect.value);
      if (last === undefined || !written.has(last)) continue;
      const index = storageName(effect.storage);
      if (index === last) continue;
      const rates = new Set([...multiplied(effect.value)].filter((name) => name !== index && name !== last));
      const key = `${index} ${last}`;
      const known = found.get(key);
      if (known === undefined) found.set(key, { trace, index, write: effect, last, rates });
      else found.set(key, { ...known, rates: new Set([...known.rates, ...rates]) });
    }
  }
  return [...found.values()];
}

/** Whether `trace` brings an accumulator up to date somewhere: it writes a value that holds the time since `last`. */
export function accrues(trace: Trace, last: string): boolean {
  return trace.effects.some((effect) => effect.kind === "write" && storedTime(effect.value) === last);
}

/** The stored time in `block.timestamp - last`. */
function storedTime(value: Term): string | undefined {
  let name: string | undefined;
  visit(value, (term) => {
    if (term.op !== "binary" || term.operator !== "-" || !isNow(term.left)) return;
    const path = storagePath(unwrap(term.right));
    if (path !== undefined) name ??= storageName(path);
  });
  return name;
}

/** The present, also where it is capped: `min(block.timestamp, end)`. */
function isNow(term: Term): boolean {
  const inner = unwrap(term);
  if (inner.op === "phi") return inner.options.some(isNow);
  if (inner.op === "call" && /min/i.test(inner.name)) return inner.args.some(isNow);
  return inner.op === "environment" && (inner.name === "block.timestamp" || inner.name === "block.number");
}

function unwrap(term: Term): Term {
  return term.op === "cast" ? unwrap(term.of) : term;
}

/** Names of storage that is a factor of a product in which elapsed time is a factor too. */
function multiplied(value: Term): Set<string> {
  const names = new Set<string>();
  visit(value, (term) => {
    const isProduct = (term.op === "binary" && term.operator === "*") || (term.op === "call" && /mul/i.test(term.name));
    if (!isProduct || !contains(term, (inner) => inner.op === "binary" && inner.operator === "-" && isNow(inner.left))) return;
    for (const name of factorsOf(term)) names.add(name);
  });
  return names;
}

/** Storage that is reached through arithmetic alone: a key or an argument of a call is no factor. */
function factorsOf(term: Term): string[] {
  const path = term.op === "state" || term.op === "field" || term.op === "index" ? storagePath(term) : undefined;
  if (path !== undefined) return [storageName(path)];
  const isArithmetic = ["binary", "cast", "unary", "phi", "tuple", "record"].includes(term.op);
  return isArithmetic ? childrenOf(term).flatMap(factorsOf) : [];
}
