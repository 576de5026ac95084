import type { ContractView } from "./ast/contract-view.js";
import { factsOf } from "./flow/facts.js";
import { guardsOf } from "./flow/guards.js";
import { contains, namesIn, type Term } from "./flow/term.js";
import type { CallEffect, Trace } from "./flow/trace.js";
import { lastingWrites, protectionOf, userEntries } from "./moves.js";
import type { Hit } from "./rule.js";

/** Functions that do nothing but send ether of the contract's own where the caller wants it, whoever calls. */
export function* openPayouts(view: ContractView): Iterable<Hit> {
  const facts = factsOf(view);
  for (const trace of userEntries(view)) {
    if (trace.fn.stateMutability === "payable" || lastingWrites(trace).length > 0) continue;
    const calls = trace.effects.filter((effect): effect is CallEffect => effect.kind === "call");
    const payout = calls.find((call) => paysAsAsked(call));
    if (payout === undefined || calls.some((call) => call !== payout)) continue;
    // A secret, a date, a state or an answer that is asked for is a condition of its own.
    const isFree = guardsOf(trace, payout, facts).every(({ class: kind, holds }) => kind === "tautology" || !contains(holds, isGiven) || contains(holds, (term) => term === payout.call));
    if (!isFree) continue;
    yield {
      view,
      fn: trace.fn,
      at: payout.node,
      title: "anyone can take the contract's ether",
      detail: `${trace.fn.name || "fallback"} sends an amount of ether that its caller names, or all of it, to whom the caller names, and checks nobody`,
    };
  }
}

function isGiven(term: Term): boolean {
  return ["state", "constant", "call", "environment", "unknown"].includes(term.op);
}

/** The receiver and the amount are the caller's choice, or the amount is everything. */
function paysAsAsked({ call, callKind, value }: CallEffect): boolean {
  const amount = callKind === "low-level" ? value : callKind === "transfer" || callKind === "send" ? call.args[0] : undefined;
  if (amount === undefined || call.target === undefined || namesIn(call.target).size > 0) return false;
  const isChosen = contains(call.target, (term) => term.op === "parameter" || term.op === "caller");
  return isChosen && (amount.op === "parameter" || (amount.op === "call" && amount.name === "balance"));
}

/** Before solc 0.6 the length of an array in storage could be set: a huge one reaches every slot of the contract. */
export function* openLengths(view: ContractView): Iterable<Hit> {
  const facts = factsOf(view);
  for (const trace of userEntries(view)) {
    for (const write of lastingWrites(trace)) {
      const { fields, key, declaration } = write.storage;
      if (fields.at(-1) !== "length" || !/\[\]$/.test(declaration?.typeDescriptions.typeString ?? "")) continue;
      const isOpen = protectionOf(trace, write, facts) === "none" && (contains(write.value, (term) => term.op === "parameter") || (write.operator === "-=" && !asksLength(trace, key)));
      const element = (facts.writes.get(key) ?? []).find(
        ({ effect, trace: own }) => effect.storage.indexes.some((index) => contains(index, (term) => term.op === "parameter")) && protectionOf(own, effect, facts) === "none",
      );
      if (!isOpen || element === undefined) continue;
      yield { view, fn: trace.fn, at: write.node, title: "anyone can write any slot", detail: `${trace.fn.name} lets its caller set the length of ${key}, and ${element.entry.name} writes the element that its caller names: every slot of the contract can be reached` };
    }
  }
}

/** `require(codes.length > 0)` before it is made shorter; `0 <= length` always holds. */
function asksLength(trace: Trace, key: string): boolean {
  return trace.effects.some((effect) => effect.kind === "check" && effect.holds.op === "binary" && !isVain(effect.holds) && namesIn(effect.holds).has(`${key}.length`));
}

function isVain({ operator, left, right }: Extract<Term, { op: "binary" }>): boolean {
  const [small, large] = operator === "<=" ? [left, right] : operator === ">=" ? [right, left] : [undefined, undefined];
  return small?.op === "literal" && small.text === "0" && large !== undefined;
}
