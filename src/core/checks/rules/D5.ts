import { contains, type Term } from "../flow/term.js";
import { comparisonsIn, isAgeCheck, oracleReads, termsOf, usesAnswer } from "../oracle.js";
import type { Rule } from "../rule.js";

export const rule: Rule = {
  id: "D5",
  title: "confidence interval or publish time ignored",
  severity: "medium",
  confidence: "high",
  source: "drydock",
  needs: ["F"],
  flags:
    "A Pyth-style price (a struct with `price`, `conf`, `expo`, `publishTime`) is used and its `conf` never looked at, or it comes from an `…Unsafe` function and its `publishTime` is not compared with the present and a bound.",
  why: "In a fast market the interval is wide: the price is a guess within it. An unsafe read may be of any age.",
  remedy: "reject a price whose `conf` is too large a share of it, and read it with a maximum age",
  references: { owasp: "SC02:2025 Price Oracle Manipulation", ethtrust: "[Q] Protect against Oracle Failure" },
  *contract(view) {
    const seen = new Set<string>();
    for (const read of oracleReads(view)) {
      if (read.kind !== "pyth" || seen.has(read.call.node.src)) continue;
      const terms = termsOf(read.trace);
      if (![...terms].some((term) => usesAnswer(read, term)) || read.trace.returns.includes(read.call)) continue;
      const isField = (name: string) => (term: Term): boolean => term.op === "field" && term.base === read.call && term.name === name;
      const missing = [
        ...([...terms].some((term) => contains(term, isField("conf"))) ? [] : ["conf"]),
        ...(/Unsafe$/.test(read.call.name) && !comparisonsIn(terms).some((comparison) => isAgeCheck(comparison, isField("publishTime")))
          ? ["publishTime"]
          : []),
      ];
      if (missing.length === 0) continue;
      seen.add(read.call.node.src);
      yield { view, fn: read.trace.fn, at: read.call.node, detail: `${read.trace.fn.name} uses the price of ${read.call.name} and ignores ${missing.join(" and ")}` };
    }
  },
};
