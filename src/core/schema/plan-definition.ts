import { z } from "zod";
import { CHANGE_KINDS } from "./plan.js";

const whole = z.union([z.number().int().nonnegative(), z.bigint().nonnegative()], {
  errorMap: (issue) => ({ message: issue.code === "invalid_union" ? "expected a whole number" : (issue.message ?? "expected a whole number") }),
});
const argument: z.ZodType<unknown> = z.lazy(() =>
  z.union([z.string(), z.number().int(), z.bigint(), z.boolean(), z.array(argument), z.record(argument)]),
);
const functionCall = z.object({ function: z.string().min(1), args: z.array(argument).optional() }).strict();

/** What `export default` of a plan file must be; the types stand in `src/plan.ts`. */
export const upgradeDefinitionSchema = z
  .object({
    title: z.string().min(1),
    chainId: whole,
    route: z.object({ safe: z.string().min(1), timelock: z.string().min(1) }).strict(),
    delay: whole.optional(),
    predecessor: z
      .string()
      .regex(/^0x[0-9a-fA-F]{64}$/, "expected the id of a timelock operation (32 bytes)")
      .optional(),
    attempt: z.number().int().positive().optional(),
    changes: z.array(
      z
        .object({
          proxy: z.string().min(1),
          kind: z.enum(CHANGE_KINDS),
          contract: z.string().min(1),
          constructorArgs: z.array(argument).optional(),
          initializer: functionCall.optional(),
          from: z.string().min(1).optional(),
          reference: z.string().min(1).optional(),
          replaces: z.string().min(1).optional(),
          salt: z
            .string()
            .regex(/^0x[0-9a-fA-F]{64}$/, "expected 32 bytes")
            .optional(),
        })
        .strict()
        .refine((change) => change.initializer === undefined || !["beacon", "pointer"].includes(change.kind), {
          message: "an initializer is only possible for the kinds uups and transparent",
        })
        .refine((change) => change.from === undefined || change.reference === undefined, {
          message: "`from` says where the live source is found; leave `reference` out",
        })
        .refine((change) => (change.kind === "pointer") === (change.replaces !== undefined), {
          message: "`replaces` belongs to the kind pointer, and is needed there",
        }),
    ),
    calls: z
      .array(
        functionCall
          .extend({
            target: z.string().min(1),
            contract: z.string().min(1).optional(),
            value: z.bigint().nonnegative().optional(),
            when: z.enum(["before", "after"]).optional(),
          })
          .strict(),
      )
      .optional(),
  })
  .strict()
  .refine((plan) => plan.changes.length + (plan.calls?.length ?? 0) > 0, { message: "the plan changes nothing" });
