import type { Rule } from "../rule.js";

export const rule: Rule = {
  id: "U4",
  title: "storage gap shrunk by the wrong amount",
  severity: "medium",
  confidence: "high",
  source: "layout",
  needs: ["2"],
  flags: "A `__gap` was not reduced by exactly the slots that the new variables take.",
  why: "Everything in derived contracts moves by the difference.",
  remedy: "reduce the gap by the number of slots that the new variables take",
  references: { owasp: "SC03:2025 Logic Errors" },
};
