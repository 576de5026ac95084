import type { Rule } from "../rule.js";

export const rule: Rule = {
  id: "P14",
  title: "the upgrade's own calls change authority",
  severity: "high",
  confidence: "high",
  source: "authority",
  needs: ["C"],
  flags: "Calldata of the proposal changes a role, an owner, a threshold or a module.",
  why: "A change of power rides along with a change of code.",
  remedy: "make it a proposal of its own, or declare it in the plan",
  references: { owasp: "SC01:2025 Access Control Vulnerabilities" },
};
