import type { Rule } from "../rule.js";

export const rule: Rule = {
  id: "I1",
  title: "constructor writes state",
  severity: "medium",
  confidence: "high",
  source: "upgrades-core",
  needs: ["A"],
  flags: "The constructor of an upgradeable contract does more than lock the initializers and set immutables.",
  why: "It writes the implementation's own storage; the proxy never sees it.",
  remedy: "move it to the initializer",
  references: { owasp: "SC03:2025 Logic Errors" },
  translates: ["constructor"],
};
