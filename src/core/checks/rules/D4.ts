import { walk } from "../ast/walk.js";
import type { ContractView } from "../ast/contract-view.js";
import { factsOf } from "../flow/facts.js";
import { contains, textOf, type Term } from "../flow/term.js";
import { isSequencer, oracleReads, termsOf, comparisonsIn } from "../oracle.js";
import type { Rule } from "../rule.js";

export const rule: Rule = {
  id: "D4",
  title: "layer 2 sequencer uptime is not checked",
  severity: "medium",
  confidence: "medium",
  source: "drydock",
  needs: ["A", "C"],
  flags:
    "On a layer 2 (the plan's chain says so, or the source names a sequencer feed), a Chainlink price is used in a run that does not ask the sequencer's uptime feed, or does not compare its answer.",
  why: "While the sequencer is down prices stand still; when it is back, whoever is first trades on the old ones.",
  remedy: "read the sequencer uptime feed, require that it is up, and wait a grace period after it came back",
  references: { owasp: "SC02:2025 Price Oracle Manipulation" },
  *contract(view, { isLayer2 }) {
    if (isLayer2 === false || (isLayer2 === undefined && !namesSequencer(view))) return;
    const seen = new Set<string>();
    for (const { trace, call, kind } of oracleReads(view)) {
      if ((kind !== "round" && kind !== "answer") || seen.has(call.node.src)) continue;
      const terms = termsOf(trace);
      const asked = trace.effects.some((effect) => effect.kind === "call" && isSequencer(effect.call, trace) && isCompared(effect.call, terms));
      if (asked) continue;
      seen.add(call.node.src);
      yield { view, fn: trace.fn, at: call.node, detail: `${trace.fn.name} uses ${call.name} without asking whether the sequencer is up` };
    }
  },
};

function isCompared(call: Term, terms: ReadonlySet<Term>): boolean {
  return comparisonsIn(terms).some((comparison) => contains(comparison, (term) => term.op === "component" && term.of === call && term.index === 1));
}

function namesSequencer(view: ContractView): boolean {
  if (view.variables.some(({ name }) => /sequencer|uptime/i.test(name))) return true;
  let found = false;
  for (const base of view.bases) {
    walk(base, (node) => {
      if (node.nodeType === "VariableDeclaration" && /sequencer|uptimeFeed/i.test(node.name)) found = true;
    });
  }
  return found || factsOf(view).all.some((trace) => [...termsOf(trace)].some((term) => /sequencerUptime/i.test(textOf(term))));
}
