import type { Rule } from "../rule.js";

export const rule: Rule = {
  id: "U11",
  title: "immutable differs from the live implementation's",
  severity: "high",
  confidence: "high",
  source: "layout",
  needs: ["C"],
  flags: "The new implementation's code holds another value for an immutable that the live one has too.",
  why: "Immutables are in the code, so that an upgrade replaces them silently: an oracle, a token, a domain separator.",
  remedy: "deploy with the same constructor arguments, or declare the change in the plan",
  references: { owasp: "SC03:2025 Logic Errors" },
};
