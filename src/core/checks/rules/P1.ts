import type { Rule } from "../rule.js";

export const rule: Rule = {
  id: "P1",
  title: "reachable delegatecall",
  severity: "high",
  confidence: "high",
  source: "upgrades-core",
  needs: ["A"],
  flags: "An upgradeable contract can reach a `delegatecall`.",
  why: "Code behind it runs with the proxy's storage; on the bare implementation it can destroy the code.",
  remedy: "remove it, or allow it knowingly where the target can't be chosen by a caller",
  references: { owasp: "SC01:2025 Access Control Vulnerabilities", swc: "SWC-112" },
  translates: ["delegatecall"],
};
