import type { Rule } from "../rule.js";
import { calledFunction, newReinitializers } from "../upgrade-path.js";

export const rule: Rule = {
  id: "I11",
  title: "upgrade does not call the new reinitializer",
  severity: "high",
  confidence: "high",
  source: "drydock",
  needs: ["2", "C"],
  flags: "The new version has a new reinitializer, and the upgrade's call goes nowhere or to a function that does not run it.",
  why: "Between the upgrade and a later call the contract runs with unset state, and whoever calls first chooses the arguments.",
  remedy: "upgrade with `upgradeToAndCall`, and give the reinitializer's calldata",
  references: { owasp: "SC03:2025 Logic Errors" },
  *pair(pair) {
    const { next, upgradeCall } = pair;
    if (upgradeCall === undefined) return;
    const called = upgradeCall === null ? undefined : calledFunction(next, upgradeCall);
    const entered = called === undefined ? undefined : next.traceOf(called).entered;
    for (const { fn } of newReinitializers(pair)) {
      if (called === fn || entered?.has(fn.id) === true) continue;
      yield {
        view: next,
        fn,
        at: fn,
        detail: `${fn.name} is new, and the upgrade calls ${upgradeCall === null ? "nothing" : upgradeCall.signature}`,
      };
    }
  },
};
