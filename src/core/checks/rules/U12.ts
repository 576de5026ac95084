import type { Rule } from "../rule.js";

export const rule: Rule = {
  id: "U12",
  title: "internal function pointer in storage",
  severity: "high",
  confidence: "high",
  source: "upgrades-core",
  needs: ["A"],
  flags: "A state variable holds an internal function, also inside a struct, array or mapping.",
  why: "The stored value is a position in the old code; after the upgrade it jumps somewhere else.",
  remedy: "store an enum, and dispatch on it",
  references: { owasp: "SC03:2025 Logic Errors", swc: "SWC-127" },
  translates: ["internal-function-storage"],
};
