import type { Rule } from "../rule.js";

export const rule: Rule = {
  id: "P16",
  title: "address without code, or nearly a known address",
  severity: "high",
  confidence: "high",
  source: "authority",
  needs: ["C"],
  flags: "An address of the plan has no code on this chain, or differs from a known address by one edit.",
  why: "A call to an empty address succeeds and does nothing; a look-alike address belongs to somebody else.",
  remedy: "correct the address",
  references: { owasp: "SC04:2025 Lack of Input Validation" },
};
