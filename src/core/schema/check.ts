import { z } from "zod";
import { CONFIDENCES, SEVERITIES, type Finding } from "../finding.js";
import { notRunSchema, verdictSchema } from "./answer.js";

/** A finding as `check --json` gives it: flat, with what every consumer looks for at the top. */
export const flatFindingSchema = z.object({
  rule: z.string(),
  severity: z.enum(SEVERITIES),
  confidence: z.enum(CONFIDENCES),
  file: z.string().nullable(),
  line: z.number().int().nullable(),
  endLine: z.number().int().nullable(),
  contract: z.string().nullable(),
  function: z.string().nullable(),
  title: z.string(),
  detail: z.string(),
  remedy: z.string(),
  address: z.string().optional(),
});

export const suppressedSchema = flatFindingSchema.extend({
  by: z.enum(["comment", "baseline"]),
  reason: z.string(),
  source: z.string(),
});

/** The part of `check --json` that the verb adds to the common answer. */
export const checkAnswerSchema = z.object({
  verdict: verdictSchema,
  findings: z.array(flatFindingSchema),
  suppressed: z.array(suppressedSchema),
  notRun: z.array(notRunSchema),
  /** Rules that the project's configuration leaves out. */
  off: z.array(z.string()),
});

export type FlatFinding = z.infer<typeof flatFindingSchema>;
export type CheckAnswer = z.infer<typeof checkAnswerSchema>;

/** One finding in the flat shape; what is not known is null. */
export function flatFinding(finding: Finding): FlatFinding {
  const { where } = finding;
  return {
    rule: finding.rule,
    severity: finding.severity,
    confidence: finding.confidence,
    file: where.file ?? null,
    line: where.line ?? null,
    endLine: where.endLine ?? null,
    contract: where.contract ?? null,
    function: where.function ?? null,
    title: finding.title,
    detail: finding.detail,
    remedy: finding.remedy,
    ...(where.address === undefined ? {} : { address: where.address }),
  };
}
