import type { Rule } from "../rule.js";

export const rule: Rule = {
  id: "U3",
  title: "variable became constant or immutable, or the reverse",
  severity: "high",
  confidence: "high",
  source: "layout",
  needs: ["2"],
  flags: "A stored variable of the live version is a constant or an immutable in the new one, or the other way round.",
  why: "The live value is no longer used and the slot is given up, which moves everything behind it.",
  remedy: "keep the stored variable in its place and add the constant under another name",
  references: { owasp: "SC03:2025 Logic Errors" },
};
