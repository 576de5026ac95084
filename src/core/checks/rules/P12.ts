import type { Rule } from "../rule.js";

export const rule: Rule = {
  id: "P12",
  title: "bare implementation is not initialized on chain",
  severity: "high",
  confidence: "high",
  source: "authority",
  needs: ["C"],
  flags: "The implementation's own storage on chain shows that its initializer has not run and is not disabled.",
  why: "Anyone can initialize it on its own address and use its delegatecalls.",
  remedy: "deploy an implementation whose constructor calls `_disableInitializers()`",
  references: { owasp: "SC01:2025 Access Control Vulnerabilities" },
};
