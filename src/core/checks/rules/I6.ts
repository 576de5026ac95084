import type { Rule } from "../rule.js";

export const rule: Rule = {
  id: "I6",
  title: "parent initializers in the wrong order",
  severity: "low",
  confidence: "high",
  source: "upgrades-core",
  needs: ["A"],
  flags: "Parent initializers are not called in the order of the linearization.",
  why: "A parent may read what another one has not set yet.",
  remedy: "call them in the order in which the compiler linearizes the bases",
  references: { owasp: "SC03:2025 Logic Errors" },
  translates: ["incorrect-initializer-order"],
};
