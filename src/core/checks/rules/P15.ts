import type { Rule } from "../rule.js";

export const rule: Rule = {
  id: "P15",
  title: "implementation is a proxy, or its code is not the planned one",
  severity: "critical",
  confidence: "high",
  source: "authority",
  needs: ["C"],
  flags: "The new implementation's address holds a proxy, or code whose hash is not the one in the plan.",
  why: "Somebody else can exchange the code after the review.",
  remedy: "point the plan at code that can't change",
  references: { owasp: "SC01:2025 Access Control Vulnerabilities" },
};
