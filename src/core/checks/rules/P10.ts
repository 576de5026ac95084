import type { Rule } from "../rule.js";

export const rule: Rule = {
  id: "P10",
  title: "timelock is weak",
  severity: "high",
  confidence: "high",
  source: "authority",
  needs: ["C"],
  flags: "The delay is short, anyone can execute, the timelock does not administer itself, a proposer is not the Safe, or a plain account holds a role.",
  why: "Each of these lets somebody skip or reorder what the delay protects.",
  remedy: "set the roles so that only the Safe proposes and only the timelock administers itself",
  references: { owasp: "SC01:2025 Access Control Vulnerabilities" },
};
