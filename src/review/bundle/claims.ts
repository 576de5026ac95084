import type { Finding, Gate } from "../../core/finding.js";
import type { BundleFindings } from "../../core/schema/bundle.js";

/** What the proposer said about one stage, beside what was recomputed. */
export interface ClaimedGate {
  stage: string;
  claimed: string;
  recomputed: string;
  /** Findings that the proposer did not tell. */
  untold: Finding[];
}

/** The proposer's gates beside the reviewer's own. A pass that is none is a finding of its own. */
export function compareClaims(
  claims: BundleFindings,
  gates: readonly Gate[],
): { claims: ClaimedGate[]; findings: Finding[] } {
  const compared = gates.map((own): ClaimedGate => {
    const theirs = claims.gates.find(({ stage }) => stage === own.stage);
    const told = new Set(theirs?.findings.map(({ rule, detail }) => `${rule}\n${detail}`));
    return {
      stage: own.stage,
      claimed: theirs?.verdict ?? "nothing",
      recomputed: own.verdict,
      untold: own.findings.filter(({ rule, detail }) => !told.has(`${rule}\n${detail}`)),
    };
  });
  const findings = compared
    .filter(({ claimed, recomputed }) => claimed === "pass" && recomputed === "blocked")
    .map(({ stage, untold }): Finding => ({
      rule: "review/false-claim",
      severity: "high",
      confidence: "high",
      title: `the proposer says that ${stage} passed, and it does not`,
      detail: untold.map(({ rule }) => rule).join(", ") || "the same findings, another verdict",
      where: {},
      remedy: "ask the proposer why; do not sign meanwhile",
    }));
  return { claims: compared, findings };
}
