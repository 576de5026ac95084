import { z } from "zod";
import { authorityPictureSchema } from "./inspect.js";
import { address, bytes, bytes32, integer } from "./values.js";

/** Where the proposal stood on chain when the rehearsal began. */
export const REHEARSAL_STARTS = ["fresh", "scheduled", "ready"] as const;

const verdict = z.enum(["pass", "blocked", "not-run"]);

/** One step of the route. `timestamp` is the block's, in seconds; `gasUsed` in gas units. */
export const rehearsalStepSchema = z
  .object({
    id: z.string(),
    verdict,
    detail: z.string(),
    timestamp: integer.optional(),
    gasUsed: integer.optional(),
  })
  .strict();

/** A run that has to fail, with the revert that it had to fail with and the one that it did fail with. */
export const negativeRunSchema = z
  .object({ id: z.string(), verdict, expected: z.string(), actual: z.string() })
  .strict();

/**
 * One storage word (or part of one) that the upgrade changed. `expected` says whether it was declared or belongs to the
 * route; `by` says by what. `name` is null where no layout explains the slot.
 */
export const stateChangeSchema = z
  .object({
    address,
    contract: z.string().nullable(),
    slot: bytes32,
    name: z.string().nullable(),
    before: z.string(),
    after: z.string(),
    expected: z.boolean(),
    by: z.string().nullable(),
  })
  .strict();

/** Balance (wei, or a token's units when `token` is set), nonce or code hash of one account. */
export const accountChangeSchema = z
  .object({
    address,
    contract: z.string().nullable(),
    kind: z.enum(["balance", "nonce", "code", "token"]),
    token: address.optional(),
    before: z.string(),
    after: z.string(),
    expected: z.boolean(),
    by: z.string().nullable(),
  })
  .strict();

/** An event of the execute transaction. `name` is null where no ABI explains the topic. */
export const rehearsalEventSchema = z
  .object({
    address,
    contract: z.string().nullable(),
    name: z.string().nullable(),
    topics: z.array(bytes32),
    data: bytes,
    expected: z.boolean(),
    by: z.string().nullable(),
  })
  .strict();

/** What a scenario found different between old and new, or an invariant broken. */
export const differenceSchema = z
  .object({
    where: z.string(),
    before: z.string(),
    after: z.string(),
    detail: z.string(),
    expected: z.boolean(),
  })
  .strict();

/** A series for the report's charts: values are decimal strings in the unit that `unit` names. */
export const seriesSchema = z
  .object({ name: z.string(), unit: z.string(), old: z.array(z.string()), new: z.array(z.string()) })
  .strict();

export const scenarioResultSchema = z
  .object({
    id: z.string(),
    title: z.string(),
    verdict,
    differences: z.array(differenceSchema),
    /** Invariants that were checked, and how often. */
    invariants: z.array(z.object({ id: z.string(), checks: z.number().int().nonnegative() }).strict()),
    /** One point per entry of `moments`. */
    series: z.array(seriesSchema),
    /** What the points of the series are, in order. Documents of before this field have none. */
    moments: z.array(z.string()).optional(),
    /** Gas units of the same action on old and new, where it went through on both. */
    gas: z.array(z.object({ action: z.string(), old: integer, new: integer }).strict()).optional(),
    /** What a reader should know, and that is no difference. */
    notes: z.array(z.string()).optional(),
    /** Why it failed or could not run, empty otherwise. */
    detail: z.string(),
  })
  .strict();

export const probeResultSchema = z
  .object({ id: z.string(), verdict, tried: z.number().int().nonnegative(), detail: z.string() })
  .strict();

/** A fault that was put in on purpose: whether the rehearsal noticed, and by which stage and rule. */
export const selfTestResultSchema = z
  .object({
    id: z.string(),
    what: z.string(),
    /** Where it was put in; null where there was no place for it. */
    where: z.string().nullable(),
    verdict: z.enum(["caught", "missed", "not-applicable", "not-run"]),
    by: z.array(z.string()),
  })
  .strict();

const where = z
  .object({
    file: z.string().optional(),
    line: z.number().int().optional(),
    column: z.number().int().optional(),
    endLine: z.number().int().optional(),
    endColumn: z.number().int().optional(),
    contract: z.string().optional(),
    function: z.string().optional(),
    address: z.string().optional(),
    slot: z.string().optional(),
  })
  .strict();

export const rehearsalFindingSchema = z
  .object({
    rule: z.string(),
    severity: z.enum(["critical", "high", "medium", "low", "info"]),
    confidence: z.enum(["high", "medium", "low"]),
    title: z.string(),
    detail: z.string(),
    where,
    remedy: z.string(),
  })
  .strict();

/** One row of the domain table that opens the report: a market, an account, funding, insurance. */
export const domainRowSchema = z
  .object({ group: z.string(), label: z.string(), before: z.string(), after: z.string(), change: z.string() })
  .strict();

/**
 * What one rehearsal says, `drydock/rehearsal@1`. It depends on the plan, the chain's state at `block`, and the options
 * alone: a replay of its cassette gives the same bytes. How many requests went upstream is therefore not part of it.
 */
export const rehearsalSchema = z
  .object({
    schema: z.literal("drydock/rehearsal@1"),
    verdict,
    chainId: integer,
    planHash: bytes32,
    operationId: bytes32,
    block: z.object({ number: integer, hash: bytes32, timestamp: integer }).strict(),
    start: z.enum(REHEARSAL_STARTS),
    steps: z.array(rehearsalStepSchema),
    negatives: z.array(negativeRunSchema),
    domain: z.array(domainRowSchema),
    stateDiff: z.array(stateChangeSchema),
    accounts: z.array(accountChangeSchema),
    events: z.array(rehearsalEventSchema),
    /** What the rehearsal itself wrote, and why; not part of `stateDiff`. */
    subtracted: z.array(z.object({ address, what: z.string(), reason: z.string() }).strict()),
    scenarios: z.array(scenarioResultSchema),
    probes: z.array(probeResultSchema),
    /**
     * Who can change the code of the plan's proxies, at `block` and after the execution; `after` is null where there was
     * none. `notRun` says what the graphs may lack. Documents of before this field have none.
     */
    authority: z
      .object({
        before: authorityPictureSchema,
        after: authorityPictureSchema.nullable(),
        notRun: z.array(z.object({ check: z.string(), reason: z.string() }).strict()),
      })
      .strict()
      .optional(),
    findings: z.array(rehearsalFindingSchema),
    notRun: z.array(z.object({ check: z.string(), reason: z.string() }).strict()),
  })
  .strict();

/** What `rehearse --fresh` adds: the same plan at the chain's head, and what that says differently. Not sealed. */
export const driftSchema = z
  .object({
    block: z.object({ number: integer, hash: bytes32, timestamp: integer }).strict(),
    verdict,
    changes: z.array(z.object({ where: z.string(), pinned: z.string(), fresh: z.string() }).strict()),
    upstreamRequests: z.number().int().nonnegative(),
  })
  .strict();

export type Drift = z.infer<typeof driftSchema>;
export type Rehearsal = z.infer<typeof rehearsalSchema>;
export type RehearsalStart = (typeof REHEARSAL_STARTS)[number];
export type RehearsalStep = z.infer<typeof rehearsalStepSchema>;
export type NegativeRun = z.infer<typeof negativeRunSchema>;
export type StateChange = z.infer<typeof stateChangeSchema>;
export type AccountChange = z.infer<typeof accountChangeSchema>;
export type RehearsalEvent = z.infer<typeof rehearsalEventSchema>;
export type Difference = z.infer<typeof differenceSchema>;
export type Series = z.infer<typeof seriesSchema>;
export type ScenarioResult = z.infer<typeof scenarioResultSchema>;
export type ProbeResult = z.infer<typeof probeResultSchema>;
export type SelfTestResult = z.infer<typeof selfTestResultSchema>;
export type DomainRow = z.infer<typeof domainRowSchema>;
