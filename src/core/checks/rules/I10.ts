import type { Rule } from "../rule.js";

export const rule: Rule = {
  id: "I10",
  title: "reinitializer version does not follow the live one",
  severity: "high",
  confidence: "high",
  source: "layout",
  needs: ["C"],
  flags: "The version of the reinitializer that the upgrade calls is not above the live `_initialized` value, or skips one.",
  why: "At or below the live value it reverts or never runs; with a gap, somebody may run what was skipped.",
  remedy: "use the live version plus one",
  references: { owasp: "SC03:2025 Logic Errors" },
};
