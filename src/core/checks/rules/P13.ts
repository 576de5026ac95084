import type { Rule } from "../rule.js";

export const rule: Rule = {
  id: "P13",
  title: "deployed code is not what the source builds",
  severity: "high",
  confidence: "high",
  source: "layout",
  needs: ["C"],
  flags: "The code at the implementation's address differs from what the source builds with the recorded compiler and settings; immutables are listed one by one.",
  why: "What was reviewed is not what will run.",
  remedy: "deploy the build that the bundle holds, or correct the source",
  references: { owasp: "SC03:2025 Logic Errors" },
};
