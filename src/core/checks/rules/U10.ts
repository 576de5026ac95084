import type { Rule } from "../rule.js";

export const rule: Rule = {
  id: "U10",
  title: "immutable in an upgradeable contract",
  severity: "medium",
  confidence: "high",
  source: "upgrades-core",
  needs: ["A"],
  flags: "An upgradeable contract has an immutable.",
  why: "Its value belongs to the implementation's code: all proxies share it, and every upgrade replaces it.",
  remedy: "use a stored variable, or allow it knowingly and let U11 compare the values at each upgrade",
  references: { owasp: "SC03:2025 Logic Errors" },
  translates: ["state-variable-immutable"],
};
