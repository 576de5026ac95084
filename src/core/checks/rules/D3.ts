import { oracleReads, readsFeedDecimals, scalesOf } from "../oracle.js";
import type { Rule } from "../rule.js";

export const rule: Rule = {
  id: "D3",
  title: "feed decimals are hard-coded",
  severity: "high",
  confidence: "medium",
  source: "drydock",
  needs: ["F"],
  flags:
    "An oracle answer is multiplied with or divided by a fixed power of ten, and nothing in the contract, its constructor and its setters included, asks the feed for its `decimals()` (or a Pyth price for its `expo`).",
  why: "Feeds answer with 8, 18 or other numbers of decimals. Another feed behind the same code is wrong by a factor of ten billion.",
  remedy: "scale by the feed's own `decimals()`, or check them where the feed is set",
  references: { owasp: "SC02:2025 Price Oracle Manipulation" },
  *contract(view) {
    const seen = new Set<string>();
    for (const read of oracleReads(view)) {
      if (read.kind === "other" || seen.has(read.call.node.src)) continue;
      const [scale] = scalesOf(read);
      if (scale === undefined || readsFeedDecimals(view)) continue;
      seen.add(read.call.node.src);
      yield {
        view,
        fn: read.trace.fn,
        at: scale.node ?? read.call.node,
        detail: `${read.trace.fn.name} scales the answer of ${read.call.name} by ${scale.factor}, and nobody asks the feed for its decimals`,
      };
    }
  },
};
