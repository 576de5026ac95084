import { factsOf } from "../flow/facts.js";
import { contains, storageIn, type Term } from "../flow/term.js";
import { comparisonsIn, isAgeCheck, oracleReads, termsOf, usesAnswer, type OracleRead } from "../oracle.js";
import type { ContractView } from "../ast/contract-view.js";
import type { Rule } from "../rule.js";

export const rule: Rule = {
  id: "D1",
  title: "oracle answer used without an age check",
  severity: "high",
  confidence: "high",
  source: "drydock",
  needs: ["F"],
  flags:
    "A Chainlink-style answer (`latestRoundData`, `latestAnswer`) is used, and its time is not compared with the present and a bound: left out, compared with zero only, or compared with the present only. `answeredInRound` is not an age. Passing the time on to the caller is left alone.",
  why: "A feed that stopped goes on answering. Positions are opened, closed and liquidated at a price that no longer exists.",
  remedy: "require `block.timestamp - updatedAt <= heartbeat + margin` for each feed, with that feed's heartbeat",
  references: { owasp: "SC02:2025 Price Oracle Manipulation", ethtrust: "[Q] Protect against Oracle Failure" },
  *contract(view) {
    const seen = new Set<string>();
    for (const read of oracleReads(view)) {
      if ((read.kind !== "round" && read.kind !== "answer") || seen.has(read.call.node.src)) continue;
      const terms = termsOf(read.trace);
      if (![...terms].some((term) => usesAnswer(read, term)) || isChecked(read, terms, view)) continue;
      seen.add(read.call.node.src);
      yield {
        view,
        fn: read.trace.fn,
        at: read.call.node,
        detail: `${read.trace.fn.name} uses the answer of ${read.call.name} whatever its age`,
      };
    }
  },
};

function isChecked(read: OracleRead, terms: ReadonlySet<Term>, view: ContractView): boolean {
  const isTime = (term: Term): boolean =>
    read.kind === "round"
      ? term.op === "component" && term.of === read.call && term.index === 3
      : term.op === "call" && term.name === "latestTimestamp";
  if (comparisonsIn(terms).some((comparison) => isAgeCheck(comparison, isTime))) return true;
  if (read.trace.returns.some((term) => contains(term, isTime))) return true;
  // The time is stored beside the price, and checked where the stored price is used.
  const stored = read.trace.effects.flatMap((effect) => (effect.kind === "write" && contains(effect.value, isTime) ? [effect.storage.key] : []));
  if (stored.length === 0) return false;
  return factsOf(view).all.some((trace) =>
    comparisonsIn(termsOf(trace)).some((comparison) =>
      isAgeCheck(comparison, (term) => (term.op === "state" || term.op === "field") && stored.some((key) => storageIn(term).has(key))),
    ),
  );
}
