/** How bad it is if the finding is true, worst first. */
export const SEVERITIES = ["critical", "high", "medium", "low", "info"] as const;
/** How sure the rule is that the finding is true, surest first. */
export const CONFIDENCES = ["high", "medium", "low"] as const;

export type Severity = (typeof SEVERITIES)[number];
export type Confidence = (typeof CONFIDENCES)[number];

/** Where a finding applies; every part that is known. Lines and columns count from 1, `file` is repository-relative. */
export interface Where {
  file?: string;
  line?: number;
  column?: number;
  endLine?: number;
  endColumn?: number;
  contract?: string;
  /** Signature with parameter types, `setFeed(bytes32,address)`. */
  function?: string;
  address?: string;
  /** Storage slot, 32 bytes in hex. */
  slot?: string;
}

/** One thing that a person should know before this upgrade goes on. */
export interface Finding {
  /** Id of the rule, `U1`, `I10`, `solhint/avoid-tx-origin`, `review/refund-fields`. */
  rule: string;
  severity: Severity;
  confidence: Confidence;
  /** One line, without the place. */
  title: string;
  /** What was seen, with the values. */
  detail: string;
  where: Where;
  /** What to do about it. */
  remedy: string;
}

/** A check that was asked for and could not be made. Never passes a gate. */
export interface NotRun {
  check: string;
  reason: string;
}

export type Verdict = "pass" | "blocked" | "not-run";

/** A stage's verdict with what it rests on. */
export interface Gate {
  stage: string;
  verdict: Verdict;
  findings: Finding[];
  notRun: NotRun[];
}

/**
 * Which findings block: for each severity the lowest confidence that still blocks, or `never`.
 * The default blocks every critical finding, high ones from medium confidence on, and nothing below.
 */
export type Policy = Record<Severity, Confidence | "never">;

export const DEFAULT_POLICY: Policy = {
  critical: "low",
  high: "medium",
  medium: "never",
  low: "never",
  info: "never",
};

/** Whether `finding` blocks under `policy`. */
export function blocks(finding: Pick<Finding, "severity" | "confidence">, policy: Policy = DEFAULT_POLICY): boolean {
  const least = policy[finding.severity];
  return least !== "never" && CONFIDENCES.indexOf(finding.confidence) <= CONFIDENCES.indexOf(least);
}

/** The verdict that `findings` and `notRun` amount to: a blocking finding wins, then a check that was not run. */
export function gate(stage: string, findings: Finding[], notRun: NotRun[] = [], policy: Policy = DEFAULT_POLICY): Gate {
  const verdict = findings.some((finding) => blocks(finding, policy))
    ? "blocked"
    : notRun.length > 0
      ? "not-run"
      : "pass";
  return { stage, verdict, findings: sortFindings(findings), notRun };
}

/** The verdict over several gates: blocked if one is, else not-run if one is, else pass. No gate at all is not-run. */
export function verdictOf(gates: readonly Pick<Gate, "verdict">[]): Verdict {
  if (gates.some(({ verdict }) => verdict === "blocked")) return "blocked";
  if (gates.length === 0 || gates.some(({ verdict }) => verdict === "not-run")) return "not-run";
  return "pass";
}

/** Worst first, then by rule and place, so that two runs print the same order. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  return [...findings].sort(
    (a, b) =>
      SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
      CONFIDENCES.indexOf(a.confidence) - CONFIDENCES.indexOf(b.confidence) ||
      compare(a.rule, b.rule) ||
      compare(a.where.file ?? a.where.address ?? "", b.where.file ?? b.where.address ?? "") ||
      (a.where.line ?? 0) - (b.where.line ?? 0) ||
      compare(a.detail, b.detail),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
