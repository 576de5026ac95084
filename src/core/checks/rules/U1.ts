import type { Rule } from "../rule.js";

export const rule: Rule = {
  id: "U1",
  title: "storage layout changed",
  severity: "high",
  confidence: "high",
  source: "layout",
  needs: ["2"],
  flags: "A variable of the live layout has another type, stands at another place, or something was inserted before it, so that existing bytes are read as something else.",
  why: "The proxy keeps the old bytes. New code reads them under the new layout: balances become flags, flags become owners.",
  remedy: "append new variables at the end or in a namespace of their own; keep everything before them byte for byte",
  references: { owasp: "SC03:2025 Logic Errors" },
};
