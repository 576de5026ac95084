import { z } from "zod";
import { integer } from "./values.js";

/** A contract by address or by its name in the deployments file. */
const contract = z.string().min(1);

/**
 * What a value must be: exactly this (decimal, hex, address, `true`/`false`), within a typed tolerance, or anything.
 * `any` needs a reason, and is shown as the author's statement.
 */
export const expectedValueSchema = z.union([
  z.string(),
  z.object({ min: integer, max: integer }).strict(),
  /** Relative to the value before: at most this many basis points up or down. */
  z.object({ withinBps: integer }).strict(),
  /** Relative to the value before: more by exactly this, less if negative. */
  z.object({ changedBy: integer }).strict(),
  z.object({ any: z.literal(true), reason: z.string().min(1) }).strict(),
]);

export const expectedStorageSchema = z
  .object({
    contract,
    /** As the layout names it, `$.markets[0].cap`; or the slot, 32 bytes in hex. `*` at the end stands for any rest. */
    name: z.string().min(1),
    before: expectedValueSchema.optional(),
    after: expectedValueSchema,
  })
  .strict();

export const expectedAccountSchema = z
  .object({
    contract,
    kind: z.enum(["balance", "nonce", "code", "token"]),
    /** For kind `token`: which. */
    token: contract.optional(),
    after: expectedValueSchema,
  })
  .strict();

export const expectedEventSchema = z
  .object({
    contract,
    /** `Upgraded(address)`, or the first topic in hex. */
    event: z.string().min(1),
    /** Arguments by name that the event must have; those that are left out may be anything. */
    args: z.record(expectedValueSchema).optional(),
    /** How often; once unless said. */
    count: z.number().int().positive().optional(),
  })
  .strict();

/**
 * A right over the plan's proxies that the upgrade is meant to give, take or change: an owner, an admin, a role. As the
 * finding `rehearsal/authority-changed` words it.
 */
export const expectedAuthoritySchema = z
  .object({
    change: z.enum(["added", "removed", "changed"]),
    /** Who has it: before a removal, after an addition. */
    holder: contract,
    right: z.string().min(1),
    /** Over whom. */
    of: contract,
    /** `2 of 3, 172800 s`: how many together, of how many, and the delay in seconds. Needed for `changed`. */
    terms: z.string().optional(),
    reason: z.string().min(1),
  })
  .strict();

/** A difference between old and new in a scenario that the author wants. */
export const expectedDifferenceSchema = z
  .object({
    /** Scenario id, or `*`. */
    scenario: z.string().min(1),
    /** Where it may differ, as the report says it; every `*` stands for any text. */
    where: z.string().min(1),
    reason: z.string().min(1),
    /** How far every number may be from what it was; without `withinBps` and `within`, anything goes. */
    withinBps: integer.optional(),
    /** The same in absolute terms, in the number's own unit: either tolerance is enough. */
    within: integer.optional(),
  })
  .strict();

/**
 * What an upgrade must change, by name and value: `drydock/expectations@1`. Two-way: a change that is not declared and a
 * declared change that does not happen both block. Everything here is the author's statement.
 */
export const expectationsSchema = z
  .object({
    schema: z.literal("drydock/expectations@1"),
    storage: z.array(expectedStorageSchema),
    accounts: z.array(expectedAccountSchema),
    events: z.array(expectedEventSchema),
    /** Left out: nobody's rights change. */
    authority: z.array(expectedAuthoritySchema).optional(),
    differences: z.array(expectedDifferenceSchema),
  })
  .strict();

export type ExpectedValue = z.infer<typeof expectedValueSchema>;
export type ExpectedAuthority = z.infer<typeof expectedAuthoritySchema>;
export type ExpectedStorage = z.infer<typeof expectedStorageSchema>;
export type Expectations = z.infer<typeof expectationsSchema>;
