import type { Rule } from "../rule.js";
import { initializerVersion } from "../upgradeable.js";
import { newReinitializers } from "../upgrade-path.js";

export const rule: Rule = {
  id: "I9",
  title: "more than one new reinitializer",
  severity: "high",
  confidence: "high",
  source: "drydock",
  needs: ["2"],
  flags: "The new version brings two or more reinitializers that the old one does not have.",
  why: "An upgrade makes one call. Once the later version has run, the earlier one can never run: what it would have set stays zero for ever.",
  remedy: "merge them into one reinitializer, or let the one that the upgrade calls do what the others do",
  references: { owasp: "SC03:2025 Logic Errors" },
  *pair(pair) {
    const fresh = newReinitializers(pair);
    const called = fresh.find(({ trace }) => fresh.every(({ fn }) => trace.fn === fn || trace.entered.has(fn.id)));
    const [first] = fresh;
    if (fresh.length < 2 || first === undefined || called !== undefined) return;
    const names = fresh.map(({ fn }) => `${fn.name} (version ${initializerVersion(pair.next, fn) ?? "?"})`);
    yield {
      view: pair.next,
      fn: first.fn,
      at: first.fn,
      detail: `${names.join(" and ")} are both new: calling only the later one skips the earlier one for ever`,
    };
  },
};
