import type { Rule } from "../rule.js";

export const rule: Rule = {
  id: "I7",
  title: "inherits initializable parents, has no initializer",
  severity: "high",
  confidence: "high",
  source: "upgrades-core",
  needs: ["A"],
  flags: "A deployable contract inherits parents with initializers and has none of its own.",
  why: "The parents' state stays unset, and nobody owns the proxy.",
  remedy: "add an initializer that calls the parents' initializers",
  references: { owasp: "SC01:2025 Access Control Vulnerabilities" },
  translates: ["missing-initializer"],
};
