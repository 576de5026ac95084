import { factsOf } from "../flow/facts.js";
import type { Rule } from "../rule.js";
import { isUpgradeable } from "../upgradeable.js";

export const rule: Rule = {
  id: "P3",
  title: "external library is linked",
  severity: "medium",
  confidence: "high",
  source: "upgrades-core",
  needs: ["A"],
  flags: "An upgradeable contract calls public functions of a library that is deployed apart.",
  why: "The library's code is reached by delegatecall and is not part of what the upgrade checks compare.",
  remedy: "make the library's functions internal, or allow it knowingly and pin the library's code hash",
  references: { owasp: "SC03:2025 Logic Errors" },
  translates: ["external-library-linking"],
  *contract(view, { implementations }) {
    if (view.isAbstract || !(isUpgradeable(view) || implementations.has(view))) return;
    const seen = new Set<string>();
    for (const { entry, effect } of factsOf(view).calls()) {
      if (effect.callKind !== "library" || seen.has(effect.call.name)) continue;
      seen.add(effect.call.name);
      yield { view, fn: entry, at: effect.node, detail: `${effect.call.name} is a public library function: it is linked, and reached by delegatecall` };
    }
  },
};
