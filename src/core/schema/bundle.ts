import { z } from "zod";
import { findingSchema, notRunSchema, verdictSchema } from "./answer.js";
import { address, bytes, bytes32, integer } from "./values.js";

/**
 * The proposal bundle: one folder. Sealed, and listed in `manifest.json` with its hash, is everything the proposer says;
 * beside the seal stand `signatures/`, `journal/` (what was sent) and `reports/`. Any other file blocks.
 */
export const UNSEALED_FOLDERS = ["signatures", "journal", "reports"] as const;

/** `manifest.json`. keccak256 of its canonical JSON is the evidence root. */
export const manifestSchema = z
  .object({
    schema: z.literal("drydock/bundle@1"),
    title: z.string().max(500),
    planHash: bytes32,
    /** Version of Drydock that sealed the bundle. */
    tool: z.string().max(100),
    /** Path below the bundle, with `/`, → keccak256 of the file's bytes. */
    files: z.record(z.string().regex(/^(?!.*(?:^|\/)\.{0,2}(?:\/|$))[\w./-]+$/, "expected a plain relative path"), bytes32),
  })
  .strict();

/** A Safe transaction with all ten fields, as canonical JSON holds it. */
export const safeTransactionSchema = z
  .object({
    to: address,
    value: integer,
    data: bytes,
    operation: z.union([z.literal(0), z.literal(1)]),
    safeTxGas: integer,
    baseGas: integer,
    gasPrice: integer,
    gasToken: address,
    refundReceiver: address,
    nonce: integer,
  })
  .strict();

/** `transactions.json`: the first transaction to sign, and the operation it schedules. Execute and cancel follow from the plan. */
export const transactionsSchema = z
  .object({
    schema: z.literal("drydock/transactions@1"),
    chainId: integer,
    safe: address,
    /** `VERSION()` of the Safe when the bundle was sealed. */
    safeVersion: z.string().max(32),
    timelock: address,
    operationId: bytes32,
    schedule: z
      .object({ transaction: safeTransactionSchema, domainHash: bytes32, messageHash: bytes32, safeTxHash: bytes32 })
      .strict(),
    /** Code of everything that the proposal calls, as it stood at the proposal; null for none. */
    codeHashes: z.array(z.object({ address, codeHash: bytes32.nullable() }).strict()).max(10_000),
    /** Deployments by the singleton factory: `data` is `salt ++ initCode`. */
    deployments: z.array(z.object({ address, factory: address, data: bytes, codeHash: bytes32 }).strict()),
  })
  .strict();

/** `build/<n>-<name>.json`: one compiler job, and which code on chain it claims to be. */
export const buildSchema = z
  .object({
    schema: z.literal("drydock/build@1"),
    /** `new`: an implementation of the plan; `old`: what runs behind the proxy now; `former`: what ran there before that. */
    role: z.enum(["new", "old", "former"]),
    /** The address whose code this source claims to build. */
    address,
    contract: z.object({ file: z.string(), name: z.string() }).strict(),
    compiler: z.object({ version: z.string().regex(/^\d+\.\d+\.\d+$/), longVersion: z.string().max(100), sha256: z.string().regex(/^[0-9a-f]{64}$/) }).strict(),
    /** Encoded constructor arguments, appended to the creation code. */
    constructorArguments: bytes,
    salt: bytes32,
    input: z
      .object({
        language: z.literal("Solidity"),
        sources: z.record(z.object({ content: z.string() }).strict()),
        settings: z.object({ outputSelection: z.record(z.record(z.array(z.string()))) }).passthrough(),
      })
      .strict(),
  })
  .strict();

/** A stage's verdict with what it rests on. */
export const gateSchema = z
  .object({ stage: z.string(), verdict: verdictSchema, findings: z.array(findingSchema), notRun: z.array(notRunSchema) })
  .strict();

/** `findings.json`: what the proposer's gates said. To a reviewer these are claims. */
export const findingsSchema = z
  .object({
    schema: z.literal("drydock/findings@1"),
    /** Block at which the proposer looked. */
    block: integer,
    gates: z.array(gateSchema),
    /** Findings that the author's suppressions or baseline took out, with the reason given. */
    suppressed: z.array(findingSchema.extend({ reason: z.string() })),
  })
  .strict();

/** `signatures/<step>.json`, outside the seal. */
export const signaturesSchema = z
  .object({
    schema: z.literal("drydock/signatures@1"),
    step: z.enum(["schedule", "execute", "cancel"]),
    /** The Safe nonce that the signatures cover. */
    nonce: integer,
    safeTxHash: bytes32,
    signatures: z.array(z.object({ owner: address, signature: bytes }).strict()),
  })
  .strict();

/** One line of `journal/<n>.json`: what was sent, before it is known whether it was mined. */
export const journalEntrySchema = z
  .object({
    schema: z.literal("drydock/journal@1"),
    step: z.enum(["deploy", "schedule", "execute", "cancel"]),
    /** What the transaction does, for a person. */
    what: z.string(),
    transactionHash: bytes32,
    from: address,
    to: address,
  })
  .strict();

export type Manifest = z.infer<typeof manifestSchema>;
export type Transactions = z.infer<typeof transactionsSchema>;
export type BundleBuild = z.infer<typeof buildSchema>;
export type BundleFindings = z.infer<typeof findingsSchema>;
export type StepSignatures = z.infer<typeof signaturesSchema>;
export type JournalEntry = z.infer<typeof journalEntrySchema>;
