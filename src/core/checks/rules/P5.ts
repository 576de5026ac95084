import { factsOf } from "../flow/facts.js";
import { guardsOf } from "../flow/guards.js";
import { implementationWrites } from "../upgrade-entry.js";
import type { Rule } from "../rule.js";

export const rule: Rule = {
  id: "P5",
  title: "upgrade without an effective guard",
  severity: "high",
  confidence: "high",
  source: "drydock",
  needs: ["F"],
  flags:
    "A public function leads to a write of the implementation (or beacon) slot, or `_authorizeUpgrade` is implemented, and on that way nobody checks who calls; a check that is always true, or that depends on a flag that is never set, does not count.",
  why: "Anyone can replace the code behind the proxy, and with it take everything that the proxy holds.",
  remedy: "restrict `_authorizeUpgrade` (or the upgrade function) to the owner or role that the timelock holds",
  references: {
    owasp: "SC01:2025 Access Control Vulnerabilities",
    ethtrust: "[M] Sources of upgrades are protected",
    swc: "SWC-105",
  },
  *contract(view) {
    if (view.definition.contractKind !== "contract" || view.isAbstract) return;
    const facts = factsOf(view);
    for (const { entry, trace, effect, hook } of implementationWrites(view)) {
      const guards = guardsOf(trace, effect, facts);
      if (guards.some((guard) => guard.class === "authority")) continue;
      const empty = guards.filter((guard) => guard.class === "tautology").map(({ text }) => text);
      yield {
        view,
        fn: hook ?? entry,
        at: hook ?? entry,
        detail: `anyone can upgrade ${view.name} through ${entry.name}: ${empty.length > 0 ? `the check ${empty.join(", ")} is always true` : "nothing checks who calls"}`,
      };
    }
  },
};
