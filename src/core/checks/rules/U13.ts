import type { Rule } from "../rule.js";

export const rule: Rule = {
  id: "U13",
  title: "an annotation or flag hides a change of meaning",
  severity: "medium",
  confidence: "medium",
  source: "layout",
  needs: ["2"],
  flags: "A rename or retype annotation, or an `unsafeAllow` option, covers a change of units, scale or type family.",
  why: "The layout check passes because it was told to; the live values mean something else afterwards.",
  remedy: "migrate the value in a reinitializer, or take the annotation away and use a new variable",
  references: { owasp: "SC03:2025 Logic Errors" },
};
