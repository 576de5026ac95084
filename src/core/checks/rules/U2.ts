import type { Rule } from "../rule.js";

export const rule: Rule = {
  id: "U2",
  title: "storage variable removed",
  severity: "medium",
  confidence: "high",
  source: "layout",
  needs: ["2"],
  flags: "A variable of the live layout is gone; what follows it moves up, or its bytes are left behind.",
  why: "Variables after it read its bytes; bytes left behind surprise whoever uses the slot next.",
  remedy: "keep the variable and rename it to say that it is unused",
  references: { owasp: "SC03:2025 Logic Errors" },
};
