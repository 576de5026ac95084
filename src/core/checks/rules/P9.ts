import type { Rule } from "../rule.js";

export const rule: Rule = {
  id: "P9",
  title: "upgrade right is not the declared timelock's",
  severity: "high",
  confidence: "high",
  source: "authority",
  needs: ["C"],
  flags: "The proxy admin or the UUPS owner on chain is not the timelock that the plan declares.",
  why: "Whoever holds the right can upgrade without the delay that users rely on.",
  remedy: "transfer the right to the timelock",
  references: { owasp: "SC01:2025 Access Control Vulnerabilities" },
};
