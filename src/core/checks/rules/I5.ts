import type { Rule } from "../rule.js";

export const rule: Rule = {
  id: "I5",
  title: "parent initializer called twice",
  severity: "medium",
  confidence: "high",
  source: "upgrades-core",
  needs: ["A"],
  flags: "An initializer calls the same parent initializer more than once, directly or through another parent.",
  why: "The second call can reset what was set between them.",
  remedy: "call each parent initializer once; use the `_unchained` form where a parent calls it already",
  references: { owasp: "SC03:2025 Logic Errors" },
  translates: ["duplicate-initializer-call"],
};
