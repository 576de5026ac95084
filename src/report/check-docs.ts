import type { Rule, RuleNeeds, RuleSource } from "../core/checks/rule.js";

const SOURCE: Readonly<Record<RuleSource, string>> = {
  drydock: "Drydock's own detector on the compiler's AST",
  "upgrades-core": "@openzeppelin/upgrades-core, translated",
  solhint: "solhint, translated",
  layout: "the storage layout comparison (`upgrade validate`, `upgrade check PLAN`, review)",
  authority: "the authority resolver, from chain state (`upgrade inspect`, `upgrade check PLAN`, review)",
};
const NEEDS: Readonly<Record<RuleNeeds, string>> = {
  A: "one contract's AST",
  F: "resolved calls and data flow",
  "2": "both versions",
  P: "the proxy with its implementation",
  C: "chain state",
};
const ORDER = "UIPGD";

/** U, I, P, G, D as in the catalogue; numbers by value. */
export function compareIds(a: string, b: string): number {
  return ORDER.indexOf(a.charAt(0)) - ORDER.indexOf(b.charAt(0)) || Number(a.slice(1)) - Number(b.slice(1));
}

/** `docs/checks/README.md`. */
export function tableOf(rules: readonly Rule[]): string {
  const rows = [...rules]
    .sort((a, b) => compareIds(a.id, b.id))
    .map(
      ({ id, title, severity, confidence, needs, source }) =>
        `| [${id}](${id}.md) | ${title} | ${severity} | ${confidence} | ${needs.join(", ")} | ${source} |`,
    );
  return [
    "# The checks",
    "",
    "Written from the registry by `scripts/generate-checks.ts`; do not edit by hand.",
    "",
    "Severity says how bad it is if the finding is true, confidence how sure the rule is. A policy gates on both. A single",
    "finding may be surer or less sure than its rule's usual confidence; its detail says why.",
    "",
    `Needs: ${Object.entries(NEEDS).map(([key, text]) => `**${key}** ${text}`).join(" · ")}.`,
    "",
    "| id | flags | severity | confidence | needs | found by |",
    "|---|---|---|---|---|---|",
    ...rows,
    "",
    "How findings are accepted, silenced and exported: [using.md](using.md). What remains on public libraries:",
    "[precision.md](precision.md).",
    "",
  ].join("\n");
}

/** The page of one rule, with its two fixtures as examples. */
export function pageOf(rule: Rule, examples: { flagged?: string | undefined; benign?: string | undefined }): string {
  const references = Object.entries({
    "OWASP Smart Contract Top 10": rule.references.owasp,
    "EEA EthTrust": rule.references.ethtrust,
    SWC: rule.references.swc,
  }).flatMap(([name, value]) => (value === undefined ? [] : [`- ${name}: ${value}`]));
  const example = (title: string, code: string | undefined): string[] =>
    code === undefined ? [] : [`## ${title}`, "", "```solidity", withoutHeader(code), "```", ""];
  return [
    `# ${rule.id}: ${rule.title}`,
    "",
    `Severity **${rule.severity}**, confidence **${rule.confidence}**; found by ${SOURCE[rule.source]}; needs ${rule.needs.map((need) => NEEDS[need]).join(", ")}.`,
    "",
    "## What it flags",
    "",
    rule.flags,
    "",
    "## Why",
    "",
    rule.why,
    "",
    "## What to do",
    "",
    `${rule.remedy.charAt(0).toUpperCase()}${rule.remedy.slice(1)}.`,
    "",
    ...(references.length === 0 ? [] : ["## References", "", ...references, ""]),
    ...example("Flagged", examples.flagged),
    ...example("Left alone", examples.benign),
  ].join("\n");
}

function withoutHeader(code: string): string {
  return code.replace(/^\/\/ SPDX.*\n/, "").trim();
}
