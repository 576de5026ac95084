import type { Rule } from "../rule.js";

export const rule: Rule = {
  id: "P6",
  title: "selector collides with the proxy's own",
  severity: "high",
  confidence: "high",
  source: "layout",
  needs: ["P"],
  flags: "A function of the implementation has the four-byte selector of a function of the proxy, under another name.",
  why: "The proxy answers instead of the implementation; some callers reach one, some the other.",
  remedy: "rename the implementation's function",
  references: { owasp: "SC01:2025 Access Control Vulnerabilities" },
};
