import { z } from "zod";
import { CONFIDENCES, SEVERITIES } from "../finding.js";

/** A finding as the JSON answers carry it. */
export const findingSchema = z.object({
  rule: z.string(),
  severity: z.enum(SEVERITIES),
  confidence: z.enum(CONFIDENCES),
  title: z.string(),
  detail: z.string(),
  where: z.object({
    file: z.string().optional(),
    line: z.number().int().optional(),
    column: z.number().int().optional(),
    endLine: z.number().int().optional(),
    endColumn: z.number().int().optional(),
    contract: z.string().optional(),
    function: z.string().optional(),
    address: z.string().optional(),
    slot: z.string().optional(),
  }),
  remedy: z.string(),
});

export const notRunSchema = z.object({ check: z.string(), reason: z.string() });
export const verdictSchema = z.enum(["pass", "blocked", "not-run"]);

/** What every verb's `--json` answer has, whatever else it adds. */
export const answerSchema = z
  .object({
    schema: z.string().regex(/^drydock\/[a-z-]+@\d+$/),
    verb: z.string(),
    verdict: verdictSchema,
    /** How much was looked at: `full`, `offline`, or what the verb says. */
    scope: z.string(),
    findings: z.array(findingSchema),
    notRun: z.array(notRunSchema),
    error: z.object({ code: z.string(), message: z.string(), remedy: z.string() }).optional(),
  })
  .passthrough();

export type Answer = z.infer<typeof answerSchema>;
