import { factsOf } from "../flow/facts.js";
import { isOwnElement } from "../flow/classify.js";
import { isAuthorized } from "../flow/guards.js";
import type { WriteEffect } from "../flow/trace.js";
import type { Rule } from "../rule.js";
import { initializersOf } from "../upgradeable.js";

export const rule: Rule = {
  id: "I3",
  title: "initializer can be called again",
  severity: "high",
  confidence: "high",
  source: "drydock",
  needs: ["A"],
  flags:
    "An external function that initializes by its name writes state, and nothing stops a second call: no `initializer` or `reinitializer`, no check on state that the call itself sets, no check on who calls. A flag that is tested but never set does not count.",
  why: "Anyone can call it again on the live proxy and put themselves in as owner, or replace what the contract trusts.",
  remedy: "add `initializer` (or `reinitializer(n)` for a later version), or make the function internal",
  references: {
    owasp: "SC01:2025 Access Control Vulnerabilities",
    ethtrust: "[M] Protect Initialization of upgradeable implementations",
    swc: "SWC-105",
  },
  *contract(view) {
    if (view.definition.contractKind !== "contract") return;
    const facts = factsOf(view);
    for (const { fn, trace, guard } of initializersOf(view)) {
      if (guard !== undefined) continue;
      const open = trace.effects.find(
        (effect): effect is WriteEffect =>
          effect.kind === "write" && !isOwnElement(effect.term) && !isAuthorized(trace, effect, facts),
      );
      if (open === undefined) continue;
      yield {
        view,
        fn,
        at: fn,
        detail: `${fn.name} sets ${open.storage.key} every time that anyone calls it: no once-only guard and no check of the caller`,
      };
    }
  },
};
