import type { Rule } from "../rule.js";

export const rule: Rule = {
  id: "P7",
  title: "function shadowed by the proxy's own",
  severity: "high",
  confidence: "high",
  source: "layout",
  needs: ["P"],
  flags: "The implementation has a function that the proxy has too, so that callers never reach it.",
  why: "What the function promises does not happen for callers of the proxy.",
  remedy: "rename it, or remove it from the implementation",
  references: { owasp: "SC03:2025 Logic Errors" },
};
