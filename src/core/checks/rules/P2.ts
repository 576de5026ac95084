import type { Rule } from "../rule.js";

export const rule: Rule = {
  id: "P2",
  title: "reachable selfdestruct",
  severity: "high",
  confidence: "high",
  source: "upgrades-core",
  needs: ["A"],
  flags: "An upgradeable contract can reach a `selfdestruct`.",
  why: "On chains where it still deletes code it removes the implementation of every proxy; elsewhere it moves the balance away.",
  remedy: "remove it",
  references: { owasp: "SC01:2025 Access Control Vulnerabilities", swc: "SWC-106", ethtrust: "[M] Protect Self-destruction" },
  translates: ["selfdestruct", "solhint:avoid-suicide"],
};
