import type { Rule } from "../rule.js";

export const rule: Rule = {
  id: "U9",
  title: "initial value on a state variable",
  severity: "high",
  confidence: "high",
  source: "upgrades-core",
  needs: ["A"],
  flags: "A state variable of an upgradeable contract is declared with a value.",
  why: "The value is set in the implementation's constructor, so that the proxy never has it.",
  remedy: "set it in the initializer, or make it a constant",
  references: { owasp: "SC03:2025 Logic Errors" },
  translates: ["state-variable-assignment"],
};
