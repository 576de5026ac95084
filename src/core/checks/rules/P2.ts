import { factsOf } from "../flow/facts.js";
import { isAuthorized } from "../flow/guards.js";
import type { Rule } from "../rule.js";

export const rule: Rule = {
  id: "P2",
  title: "reachable selfdestruct",
  severity: "high",
  confidence: "high",
  source: "upgrades-core",
  needs: ["A"],
  flags: "An upgradeable contract can reach a `selfdestruct`; or any contract can, without a check of who calls.",
  why: "On chains where it still deletes code it removes the implementation of every proxy; elsewhere it moves the balance away.",
  remedy: "remove it",
  references: { owasp: "SC01:2025 Access Control Vulnerabilities", swc: "SWC-106", ethtrust: "[M] Protect Self-destruction" },
  translates: ["selfdestruct", "solhint:avoid-suicide"],
  *contract(view) {
    const facts = factsOf(view);
    for (const trace of facts.mutating) {
      const open = trace.effects.find((effect) => effect.kind === "selfdestruct" && !isAuthorized(trace, effect, facts));
      if (open !== undefined) yield { view, fn: trace.fn, at: open.node, detail: `anyone can destroy ${view.name} through ${trace.fn.name || "fallback"}` };
    }
  },
};
