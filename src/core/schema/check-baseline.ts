import { z } from "zod";

const entry = z
  .object({
    rule: z.string().min(1),
    contract: z.string(),
    /** Signature with parameter types, or empty for a finding about a whole contract. */
    function: z.string(),
    /** keccak256 of the place's source text without comments and white space. */
    snippet: z.string().regex(/^0x[0-9a-f]{64}$/),
    reason: z.string().min(1),
    author: z.string().min(1),
    /** Last day on which the entry counts, ISO 8601. */
    expires: z
      .string()
      .regex(/^\d{4}-\d{2}-\d{2}$/, "must be a date like 2026-12-31")
      .refine((day) => !Number.isNaN(Date.parse(day)), "is not a day of the calendar"),
  })
  .strict();

/** Findings that the project has looked at and accepts for a time. */
export const baselineSchema = z.object({ schema: z.literal("drydock/baseline@1"), entries: z.array(entry) }).strict();

export type Baseline = z.infer<typeof baselineSchema>;
export type BaselineEntry = z.infer<typeof entry>;
