import type { ContractView } from "./ast/contract-view.js";
import { factsOf } from "./flow/facts.js";
import { childrenOf, contains, decidersOf, storagePath, textOf, visit, type Term } from "./flow/term.js";
import { entriesOf, type Trace } from "./flow/trace.js";

export type CallTerm = Extract<Term, { op: "call" }>;

const CHAINLINK = /^(?:latestRoundData|latestAnswer)$/;
const PYTH = /^get(?:Ema)?Price(?:Unsafe|NoOlderThan)?$/;
/** Names under which contracts ask another contract for a price. */
const PRICE = /^(?:latestRoundData|latestAnswer|getAnswer|get\w*Price\w*|\w*price|priceOf|prices|getRate|exchangeRate|peek|read|consult|assetPrices|quote|getQuote|valueOf|twap)$/i;

/** One question to a price source, in one entry point. */
export interface OracleRead {
  trace: Trace;
  call: CallTerm;
  kind: "round" | "answer" | "pyth" | "other";
}

/** Every term that decides or becomes something in a run: conditions, stored values, arguments, results. */
export function termsOf(trace: Trace): ReadonlySet<Term> {
  let known = termsKnown.get(trace);
  if (known === undefined) {
    known = gatherTerms(trace);
    termsKnown.set(trace, known);
  }
  return known;
}

const termsKnown = new WeakMap<Trace, Set<Term>>();

function gatherTerms(trace: Trace): Set<Term> {
  const terms = new Set<Term>(trace.returns);
  // An early return decides what the other one stands for.
  for (const term of trace.returns) for (const condition of decidersOf(term)) terms.add(condition);
  for (const entry of entriesOf(trace.exit)) terms.add(entry.holds);
  for (const effect of trace.effects) {
    for (let entry = effect.path; entry !== undefined; entry = entry.parent) {
      if (terms.has(entry.holds)) break;
      terms.add(entry.holds);
    }
    if (effect.kind === "check") terms.add(effect.holds);
    if (effect.kind === "write") {
      terms.add(effect.value);
      for (const index of effect.storage.indexes) terms.add(index);
    }
    if (effect.kind === "call") {
      for (const argument of effect.call.args) terms.add(argument);
      if (effect.value) terms.add(effect.value);
    }
    if (effect.kind === "emit") for (const argument of effect.args) terms.add(argument);
  }
  return terms;
}

/** Reads of prices by the contract's entry points; a sequencer's uptime feed is not one. */
export function oracleReads(view: ContractView): OracleRead[] {
  const reads: OracleRead[] = [];
  for (const trace of factsOf(view).all) {
    for (const effect of trace.effects) {
      if (effect.kind !== "call" || effect.callKind !== "external" || isSequencer(effect.call, trace)) continue;
      const kind = kindOf(effect.call, view);
      if (kind !== undefined) reads.push({ trace, call: effect.call, kind });
    }
  }
  return reads;
}

function kindOf(call: CallTerm, view: ContractView): OracleRead["kind"] | undefined {
  if (call.name === "latestRoundData") return "round";
  if (CHAINLINK.test(call.name)) return "answer";
  if (PYTH.test(call.name) && returnsPythPrice(call, view)) return "pyth";
  const isView = call.declaration !== undefined && ["view", "pure"].includes(call.declaration.stateMutability);
  return PRICE.test(call.name) && isView && view.program.ownerOf(call.declaration?.id ?? -1) !== undefined ? "other" : undefined;
}

/** A struct with a price and its confidence or time, whatever the struct is called. */
function returnsPythPrice({ declaration }: CallTerm, view: ContractView): boolean {
  return (
    declaration?.returnParameters.parameters.some(({ typeDescriptions }) => {
      const id = /^t_struct\$_.*\$(\d+)_/.exec(typeDescriptions.typeIdentifier ?? "")?.[1];
      const struct = id === undefined ? undefined : view.program.declaration(Number(id));
      const names = struct?.nodeType === "StructDefinition" ? struct.members.map(({ name }) => name) : [];
      return names.includes("price") && (names.includes("conf") || names.includes("publishTime"));
    }) === true
  );
}

/** Whether a call goes to a layer 2 sequencer's uptime feed: by its name, or because its answer is only compared with 0 or 1. */
export function isSequencer(call: CallTerm, trace: Trace): boolean {
  if (call.target !== undefined && /sequencer|uptime/i.test(textOf(call.target))) return true;
  if (call.name !== "latestRoundData") return false;
  const isStatus = (term: Term): boolean => term.op === "component" && term.of === call && term.index === 1;
  const terms = [...termsOf(trace)].filter((term) => contains(term, isStatus));
  return terms.length > 0 && terms.every((term) => term.op === "binary" && /^[!=]=$/.test(term.operator) && [term.left, term.right].some(isStatus) && [term.left, term.right].some((side) => side.op === "literal" && /^[01]$/.test(side.text)));
}

/** Whether `term` is the price of `read`, or the price is inside it. */
export function isAnswer(read: OracleRead, term: Term): boolean {
  switch (read.kind) {
    case "round":
      return term.op === "component" && term.of === read.call && term.index === 1;
    case "pyth":
      return term.op === "field" && term.base === read.call && term.name === "price";
    default:
      return term === read.call;
  }
}

export function usesAnswer(read: OracleRead, term: Term): boolean {
  return contains(term, (inner) => isAnswer(read, inner));
}

/** Comparisons anywhere in the run's terms. */
export function comparisonsIn(terms: Iterable<Term>): Extract<Term, { op: "binary" }>[] {
  const found = new Set<Extract<Term, { op: "binary" }>>();
  const seen = new Set<Term>();
  for (const term of terms) {
    visit(term, (inner) => {
      if (inner.op === "binary" && /^(?:[<>]=?|[!=]=)$/.test(inner.operator)) found.add(inner);
    }, seen);
  }
  return [...found];
}

/** A comparison of an age with a bound: the timestamp, the present, and something else that is not zero. */
export function isAgeCheck(comparison: Term, isTimestamp: (term: Term) => boolean): boolean {
  if (!contains(comparison, isTimestamp)) return false;
  if (!contains(comparison, (term) => term.op === "environment" && term.name === "block.timestamp")) return false;
  return leavesOf(comparison, isTimestamp).some(
    (leaf) => !(leaf.op === "environment") && !(leaf.op === "literal" && /^0+$/.test(leaf.text)),
  );
}

function leavesOf(term: Term, stop: (term: Term) => boolean): Term[] {
  if (stop(term)) return [];
  const path = term.op === "state" || term.op === "field" || term.op === "index" ? storagePath(term) : undefined;
  const children = path === undefined ? childrenOf(term) : [];
  return children.length === 0 || term.op === "constant" ? [term] : children.flatMap((child) => leavesOf(child, stop));
}

/** Whether some function of the contract, constructor included, asks a price source for its decimals (or a Pyth exponent). */
export function readsFeedDecimals(view: ContractView): boolean {
  const traces = [...factsOf(view).all, ...view.constructors.map((fn) => view.traceOf(fn))];
  return traces.some((trace) =>
    trace.effects.some(
      (effect) => effect.kind === "call" && effect.call.name === "decimals" && isFeed(effect.call, view),
    ) || [...termsOf(trace)].some((term) => contains(term, (inner) => inner.op === "field" && inner.name === "expo")),
  );
}

function isFeed(call: CallTerm, view: ContractView): boolean {
  const owner = call.declaration === undefined ? undefined : view.program.ownerOf(call.declaration.id);
  const hasPrice = owner?.nodes.some((node) => node.nodeType === "FunctionDefinition" && PRICE.test(node.name));
  return hasPrice === true || /aggregator|feed|oracle|price/i.test(`${owner?.name ?? ""} ${call.target === undefined ? "" : textOf(call.target)}`);
}

/** Powers of ten from a hundred on that a price is multiplied with or divided by. */
export function scalesOf(read: OracleRead): { factor: string; node?: { src: string } }[] {
  const found = new Map<string, { factor: string; node?: { src: string } }>();
  const seen = new Set<Term>();
  for (const term of termsOf(read.trace)) {
    visit(term, (inner) => {
      if (inner.op !== "binary" || (inner.operator !== "*" && inner.operator !== "/")) return;
      for (const [price, factor] of [
        [inner.left, inner.right],
        [inner.right, inner.left],
      ] as const) {
        const power = powerOfTen(factor);
        if (power === undefined || !usesAnswer(read, price)) continue;
        found.set(`${inner.operator}${power}`, { factor: `${inner.operator} 1e${power}`, ...(inner.node && { node: inner.node }) });
      }
    }, seen);
  }
  return [...found.values()];
}

/** The exponent, if the term is a fixed power of ten. */
function powerOfTen(term: Term): number | undefined {
  if (term.op === "cast") return powerOfTen(term.of);
  if (term.op === "constant") return term.value === undefined ? undefined : powerOfTen(term.value);
  if (term.op === "literal") {
    const digits = /^10(0+)$/.exec(term.text);
    return digits?.[1] === undefined ? undefined : digits[1].length + 1;
  }
  if (term.op === "binary" && term.operator === "**" && term.left.op === "literal" && term.left.text === "10") {
    const exponent = fixedNumber(term.right);
    return exponent !== undefined && exponent >= 2 ? exponent : undefined;
  }
  return undefined;
}

function fixedNumber(term: Term): number | undefined {
  if (term.op === "literal" && /^\d+$/.test(term.text)) return Number(term.text);
  if (term.op === "constant" && term.value) return fixedNumber(term.value);
  if (term.op === "cast") return fixedNumber(term.of);
  if (term.op !== "binary") return undefined;
  const [left, right] = [fixedNumber(term.left), fixedNumber(term.right)];
  if (left === undefined || right === undefined) return undefined;
  return term.operator === "-" ? left - right : term.operator === "+" ? left + right : undefined;
}
