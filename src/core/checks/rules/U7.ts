import type { Rule } from "../rule.js";

export const rule: Rule = {
  id: "U7",
  title: "implementation and proxy use the same storage",
  severity: "high",
  confidence: "high",
  source: "layout",
  needs: ["P", "C"],
  flags: "A variable of the implementation lies on a slot that the proxy itself stores in.",
  why: "One write destroys the other's value, in the worst case the admin or the implementation address.",
  remedy: "move the proxy's own values to EIP-1967 slots, or keep the implementation's first slots free",
  references: { owasp: "SC03:2025 Logic Errors" },
};
