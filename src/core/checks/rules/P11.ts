import type { Rule } from "../rule.js";

export const rule: Rule = {
  id: "P11",
  title: "Safe is weak",
  severity: "high",
  confidence: "high",
  source: "authority",
  needs: ["C"],
  flags: "The threshold is low for the number of owners, or a module, guard, fallback handler or singleton is not known.",
  why: "A module acts without signatures; a low threshold makes few keys enough.",
  remedy: "raise the threshold; remove or name the module, guard or handler in the trust file",
  references: { owasp: "SC01:2025 Access Control Vulnerabilities" },
};
