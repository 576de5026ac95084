import { z } from "zod";
import { CONFIDENCES, SEVERITIES } from "../finding.js";
import { FATES } from "../layout/changes.js";
import { findingSchema, notRunSchema, verdictSchema } from "./answer.js";
import { bytes32 } from "./values.js";

/** A byte range; `slot` is relative to the element's first slot where `within` is there. */
export const placedRangeSchema = z.object({
  label: z.string(),
  type: z.string(),
  region: z.string(),
  slot: bytes32,
  offset: z.number().int(),
  bytes: z.union([z.number().int(), z.string()]),
  contract: z.string().optional(),
  within: z.string().optional(),
  /** A mapping is among these bytes: zeros here don't say that it has no entries. */
  keyed: z.boolean().optional(),
  /** What the live proxy holds in these bytes. */
  live: z.string().optional(),
});

export const layoutChangeSchema = z.object({
  fate: z.enum(FATES),
  label: z.string(),
  from: placedRangeSchema.nullable(),
  to: placedRangeSchema.nullable(),
  severity: z.enum(SEVERITIES),
  confidence: z.enum(CONFIDENCES),
  rule: z.string().optional(),
  reason: z.string(),
  where: findingSchema.shape.where,
});

/** upgrades-core's verdict beside ours. */
export const openZeppelinOpinionSchema = z.object({
  /** Null when it could not be asked; `reason` says why. */
  ok: z.boolean().nullable(),
  kinds: z.array(z.string()),
  reason: z.string().optional(),
  /** One sentence for each way in which it and we differ. */
  differences: z.array(z.string()),
});

export const abiChangeSchema = z.object({
  kind: z.enum(["function", "event", "error", "constructor", "fallback", "receive"]),
  change: z.enum(["added", "removed", "changed"]),
  signature: z.string(),
  selector: z.string().optional(),
  detail: z.string().optional(),
});

export const codeChangeSchema = z.object({
  /** Bytes of runtime code. */
  oldSize: z.number().int(),
  newSize: z.number().int(),
  /** Bytes left under EIP-170's 24,576. */
  margin: z.number().int(),
  oldCompiler: z.string(),
  newCompiler: z.string(),
  oldEvmVersion: z.string(),
  newEvmVersion: z.string(),
});

/** The parts that `validate --from A --to B --json` adds to the answer. */
export const validatePairPartsSchema = z.object({
  from: z.string(),
  to: z.string(),
  verdict: verdictSchema,
  changes: z.array(layoutChangeSchema),
  reference: z.object({ openzeppelin: openZeppelinOpinionSchema }),
  abi: z.array(abiChangeSchema),
  code: codeChangeSchema.optional(),
  findings: z.array(findingSchema),
  notRun: z.array(notRunSchema),
});

/** The parts that `validate --manifest FILE --json` adds to the answer. */
export const validateManifestPartsSchema = z.object({
  verdict: verdictSchema,
  implementations: z.array(z.object({ id: z.string(), address: z.string(), contract: z.string().nullable(), variables: z.number().int(), sound: z.boolean() })),
  pairs: z.array(
    z.object({
      from: z.string(),
      to: z.string(),
      contract: z.string(),
      verdict: verdictSchema,
      changes: z.array(layoutChangeSchema),
    }),
  ),
  integrity: z.array(
    z.object({ kind: z.string(), implementation: z.string(), address: z.string(), detail: z.string(), impossible: z.boolean() }),
  ),
  findings: z.array(findingSchema),
  notRun: z.array(notRunSchema),
});

/** The parts that `validate PLAN --json` adds: one entry for each proxy that changes. */
export const validateLivePartsSchema = z.object({
  verdict: verdictSchema,
  /** Block that every read stands on. */
  block: z.string(),
  proxies: z.array(
    z.object({
      proxy: z.string(),
      contract: z.string(),
      verdict: verdictSchema,
      /** How the live code compares with the build of the old source. */
      oldCode: z.object({ verdict: z.enum(["match", "mismatch", "unverifiable"]), detail: z.string() }).nullable(),
      changes: z.array(layoutChangeSchema),
      reference: z.object({ openzeppelin: openZeppelinOpinionSchema }),
      abi: z.array(abiChangeSchema),
      code: codeChangeSchema.optional(),
      /** Every implementation that this proxy had, first to last, as far as it is known. */
      history: z.array(
        z.object({ implementation: z.string(), source: z.enum(["events", "manifest", "current"]), compared: z.boolean(), detail: z.string() }),
      ),
      immutables: z.array(z.object({ name: z.string(), old: z.string().nullable(), new: z.string().nullable(), changed: z.boolean() })),
      initialized: z.object({ version: z.string(), location: z.string() }).nullable(),
    }),
  ),
  findings: z.array(findingSchema),
  notRun: z.array(notRunSchema),
});

export type AbiChange = z.infer<typeof abiChangeSchema>;
export type CodeChange = z.infer<typeof codeChangeSchema>;
export type OpenZeppelinOpinion = z.infer<typeof openZeppelinOpinionSchema>;
export type ValidatePairParts = z.infer<typeof validatePairPartsSchema>;
export type ValidateManifestParts = z.infer<typeof validateManifestPartsSchema>;
export type ValidateLiveParts = z.infer<typeof validateLivePartsSchema>;
