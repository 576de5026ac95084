import { factsOf } from "../flow/facts.js";
import { guardsOf, isAuthorized } from "../flow/guards.js";
import { contains, namesIn } from "../flow/term.js";
import type { Rule } from "../rule.js";

export const rule: Rule = {
  id: "P1",
  title: "reachable delegatecall",
  severity: "high",
  confidence: "high",
  source: "upgrades-core",
  needs: ["A"],
  flags: "An upgradeable contract can reach a `delegatecall`; or any contract can, to an address that its caller names, without a check of who calls.",
  why: "Code behind it runs with the proxy's storage; on the bare implementation it can destroy the code.",
  remedy: "remove it, or allow it knowingly where the target can't be chosen by a caller",
  references: { owasp: "SC01:2025 Access Control Vulnerabilities", swc: "SWC-112" },
  translates: ["delegatecall"],
  *contract(view) {
    if (view.definition.contractKind !== "contract") return;
    const facts = factsOf(view);
    for (const trace of facts.mutating) {
      for (const effect of trace.effects) {
        if (effect.kind !== "call" || effect.callKind !== "delegatecall" || effect.call.target === undefined) continue;
        const isChosen = namesIn(effect.call.target).size === 0 && contains(effect.call.target, (term) => term.op === "parameter" || term.op === "caller");
        // Whatever is asked about the caller may be a registry that can't be followed.
        const asksCaller = guardsOf(trace, effect, facts).some(({ holds, class: kind }) => kind !== "tautology" && contains(holds, (term) => term.op === "caller"));
        if (!isChosen || asksCaller || isAuthorized(trace, effect, facts)) continue;
        yield { view, fn: trace.fn, at: effect.node, detail: `anyone can run code of their choice in ${view.name} through ${trace.fn.name || "fallback"}` };
      }
    }
  },
};
