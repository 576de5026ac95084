import type { Finding, Gate } from "../../core/finding.js";
import type { BundleFindings } from "../../core/schema/bundle.js";

/** What the proposer said about one stage, beside what was recomputed. */
export interface ClaimedGate {
  stage: string;
  claimed: string;
  /** The reviewer's own verdict, or that this review did not rerun the stage. */
  recomputed: string;
  /** Findings that the proposer did not tell. */
  untold: Finding[];
}

/** The stages that a proposer has to have run; the reviewer's other gates are about the bundle itself. */
const CLAIMED_STAGES = ["validate", "check", "rehearse"] as const;
const NOT_RERUN = "not rerun here";

/** The proposer's gates beside the reviewer's own. A pass that is none is a finding, and so is a gate that never passed. */
export function compareClaims(
  claims: BundleFindings,
  gates: readonly Gate[],
): { claims: ClaimedGate[]; findings: Finding[] } {
  const stages = [...new Set([...CLAIMED_STAGES, ...claims.gates.map(({ stage }) => stage)])];
  const compared = stages.map((stage): ClaimedGate => {
    const own = gates.find((candidate) => candidate.stage === stage);
    const theirs = claims.gates.find((candidate) => candidate.stage === stage);
    const told = new Set(theirs?.findings.map(({ rule, detail }) => `${rule}\n${detail}`));
    return {
      stage,
      claimed: theirs?.verdict ?? "no result",
      recomputed: own?.verdict ?? NOT_RERUN,
      untold: (own?.findings ?? []).filter(({ rule, detail }) => !told.has(`${rule}\n${detail}`)),
    };
  });
  const findings = compared.flatMap(({ stage, claimed, recomputed, untold }): Finding[] => {
    if (claimed === "pass" && recomputed === "blocked")
      return [
        finding(
          "false-claim",
          `the proposer says that ${stage} passed, and it does not`,
          untold.map(({ rule }) => rule).join(", ") || "the same findings, another verdict",
        ),
      ];
    if (claimed === "blocked" || claimed === "not-run")
      return [
        finding("own-gate", `the proposer's own ${stage} did not pass`, `the bundle says ${claimed}; \`propose\` seals nothing unless every gate passes`),
      ];
    return [];
  });
  return { claims: compared, findings };
}

function finding(rule: string, title: string, detail: string): Finding {
  return {
    rule: `review/${rule}`,
    severity: "high",
    confidence: "high",
    title,
    detail,
    where: {},
    remedy: "ask the proposer why; do not sign meanwhile",
  };
}
