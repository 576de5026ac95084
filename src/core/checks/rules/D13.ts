import { isReadOnly, signatureOf } from "../ast/contract-view.js";
import { factsOf } from "../flow/facts.js";
import { lastingWrites, protectionOf, userEntries } from "../moves.js";
import { pausesAsked, pauseSwitches } from "../pause.js";
import type { Rule } from "../rule.js";

const OPENS = /^(?:open|increase|deposit|borrow|mint|stake|buy|trade|swap|create|place|add|supply|enter|bid|order|execute|draw|lend|submit)/i;

export const rule: Rule = {
  id: "D13",
  title: "pause missing or dropped",
  severity: "medium",
  confidence: "high",
  source: "drydock",
  needs: ["A", "2"],
  flags:
    "The contract has a pause switch, and a function by which users take on risk or pay in does not ask it although others do; or the switch stops nothing. Between versions: a function asked the switch and no longer does, or the switch is gone.",
  why: "In an emergency the team pauses, and what should be closed stays open.",
  remedy: "let every function that takes on risk ask the switch",
  references: { owasp: "SC03:2025 Logic Errors" },
  *contract(view) {
    if (view.isAbstract || view.definition.contractKind !== "contract") return;
    const switches = pauseSwitches(view);
    if (switches.size === 0) return;
    const facts = factsOf(view);
    const entries = userEntries(view).filter((trace) => trace.effects.some((effect) => effect.kind === "write" && !switches.has(effect.storage.key)));
    const asking = entries.filter((trace) => [...pausesAsked(trace)].some((key) => switches.has(key)));
    if (asking.length === 0) {
      yield { view, detail: `${[...switches].join(", ").replace(/ns:/g, "")} can be switched, and no function that changes state asks it` };
      return;
    }
    for (const trace of entries) {
      if (asking.includes(trace) || !OPENS.test(trace.fn.name)) continue;
      if (!asking.some(({ fn }) => OPENS.test(fn.name))) continue;
      const [first] = lastingWrites(trace);
      if (first === undefined || lastingWrites(trace).every((write) => protectionOf(trace, write, facts) === "authority")) continue;
      yield { view, fn: trace.fn, at: trace.fn, detail: `${trace.fn.name} works while ${asking.map(({ fn }) => fn.name).slice(0, 4).join(", ")} are paused` };
    }
  },
  *pair({ previous, next }) {
    const switches = pauseSwitches(previous);
    const now = new Map(next.entries.map((entry) => [signatureOf(entry), entry]));
    for (const entry of previous.entries) {
      const successor = now.get(signatureOf(entry));
      if (successor === undefined || isReadOnly(entry)) continue;
      const before = [...pausesAsked(previous.traceOf(entry))].filter((key) => switches.has(key));
      if (before.length === 0 || pausesAsked(next.traceOf(successor)).size > 0) continue;
      if (/^(?:un)?pause/i.test(entry.name)) continue;
      yield { view: next, fn: successor, at: successor, title: "pause dropped", detail: `${entry.name} could be paused in ${previous.name}, and can't be in ${next.name}` };
    }
  },
};
