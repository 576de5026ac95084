import type { Severity } from "../../src/core/finding.js";

export type Variant = "v2" | "twin";
export type IncidentStage = "validate" | "check" | "rehearse" | "review" | "inspect";

/** The part of a verb's JSON answer that an incident is judged by. */
export interface VerbAnswer {
  verdict: string;
  findings: { rule: string; severity: Severity }[];
  reference?: { openzeppelin: { ok: boolean | null; kinds: string[]; reason?: string } };
  error?: { message: string };
}

/** A Hardhat project made of an incident's contracts. */
export interface IncidentProject {
  folder: string;
  /** Runs `hardhat upgrade <arguments> --json` there and answers its document. */
  verb(args: string[]): Promise<VerbAnswer>;
}

export interface Incident {
  /** The folder's name. */
  id: string;
  /** What went wrong, in one or two sentences. */
  what: string;
  /** The first stage that must block. */
  stage: IncidentStage;
  /** The rule that must be among the stage's findings for V2. */
  rule: string;
  /** That finding is at least this bad. */
  severity: Severity;
  /** For stages that need more than two contracts. */
  run?(variant: Variant, project: IncidentProject): Promise<VerbAnswer>;
}

export function defineIncident(incident: Incident): Incident {
  return incident;
}
