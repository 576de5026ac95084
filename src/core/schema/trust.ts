import { z } from "zod";
import { CONFIDENCES } from "../finding.js";
import { address, bytes32, integer } from "./values.js";

/** What a Safe must look like. The nonce is not trusted: it moves. */
export const trustedSafeSchema = z
  .object({
    address,
    /** What `VERSION()` answers. */
    version: z.string(),
    singleton: address,
    /** keccak256 of the singleton's runtime code. */
    singletonCodeHash: bytes32,
    owners: z.array(address).min(1),
    threshold: z.number().int().positive(),
    modules: z.array(address),
    guard: address.nullable(),
    moduleGuard: address.nullable(),
    fallbackHandler: address.nullable(),
  })
  .strict();

/** What a TimelockController must look like. */
export const trustedTimelockSchema = z
  .object({
    address,
    codeHash: bytes32,
    /** Seconds. */
    minDelay: integer,
    proposers: z.array(address),
    cancellers: z.array(address),
    executors: z.array(address),
    admins: z.array(address),
    openExecutor: z.boolean(),
    selfAdministered: z.boolean(),
  })
  .strict();

/** What a proxy (or beacon) must look like. */
export const trustedProxySchema = z
  .object({
    address,
    kind: z.enum(["uups", "transparent", "beacon-proxy", "beacon", "minimal", "diamond", "unknown"]),
    /** keccak256 of the proxy's own runtime code. */
    codeHash: bytes32,
    implementation: address.nullable(),
    /** keccak256 of the implementation's runtime code. */
    implementationCodeHash: bytes32.nullable(),
    /** EIP-2535 facets with the hash of their code. */
    facets: z.array(z.object({ address, codeHash: bytes32 }).strict()),
    admin: address.nullable(),
    beacon: address.nullable(),
    owner: address.nullable(),
    /** `_initialized`, a decimal string. */
    initialized: integer,
    /** The timelock that every change of this proxy's code must pass; null when there is none to demand. */
    timelock: address.nullable(),
  })
  .strict();

/** Who must hold a role of an AccessControl or AccessManager contract. */
export const trustedRoleSchema = z
  .object({
    contract: address,
    /** The role as the contract names it: 32 bytes, or the decimal id of an AccessManager role. */
    role: z.union([bytes32, integer]),
    holders: z.array(z.object({ account: address, delay: integer }).strict()),
  })
  .strict();

/**
 * A role that an upgrade gives or takes, and that the signer agreed to over another channel. For AccessControl of
 * OpenZeppelin 5 and later, whose storage has a name of its own.
 */
export const agreedRoleSchema = z
  .object({
    contract: address,
    role: bytes32,
    account: address,
    change: z.enum(["granted", "withdrawn"]),
    reason: z.string().min(1).max(200),
  })
  .strict();

/** Any other contract or account on a path to a change of code. */
export const trustedAccountSchema = z
  .object({
    address,
    /** What it was when the file was written: `eoa`, `proxy-admin`, `governor`, `access-manager` … */
    kind: z.string(),
    /** keccak256 of the runtime code; null for an account without code. */
    codeHash: bytes32.nullable(),
    owner: address.nullable(),
  })
  .strict();

/** Which findings block: the lowest confidence per severity. */
export const policySchema = z
  .object({
    critical: z.enum([...CONFIDENCES, "never"]),
    high: z.enum([...CONFIDENCES, "never"]),
    medium: z.enum([...CONFIDENCES, "never"]),
    low: z.enum([...CONFIDENCES, "never"]),
    info: z.enum([...CONFIDENCES, "never"]),
  })
  .strict();

/**
 * `trust.json`: what one signer (or one CI) holds to be true about the chain. `inspect --write` makes it, a person reads
 * and commits it, `inspect --check` compares the chain with it, and the review decides by it.
 */
export const trustSchema = z
  .object({
    schema: z.literal("drydock/trust@1"),
    chainId: integer,
    /** Hash of block 0: two chains can have one id. */
    genesisHash: bytes32,
    /** The block that it was written from. */
    block: z.object({ number: integer, hash: bytes32 }).strict(),
    /** Names that a person gave, by checksummed address. */
    labels: z.record(address, z.string().min(1).max(80)),
    safes: z.array(trustedSafeSchema),
    timelocks: z.array(trustedTimelockSchema),
    proxies: z.array(trustedProxySchema),
    roles: z.array(trustedRoleSchema),
    accounts: z.array(trustedAccountSchema),
    /** Changes of roles that are right; a person's, never written by the tool. */
    agreed: z.array(agreedRoleSchema).optional(),
    /** Code that your Safes may delegatecall beside the Safe project's own; a person's, never written by the tool. */
    delegatecalls: z.array(z.object({ address, codeHash: bytes32, reason: z.string().min(1).max(200) }).strict()).optional(),
    limits: z
      .object({
        /** Shortest acceptable delay before code changes, in seconds. */
        minDelay: integer,
        /** Fewest keys that may be enough to change code. */
        minKeys: z.number().int().positive(),
      })
      .strict(),
    policy: policySchema,
  })
  .strict();

export type Trust = z.infer<typeof trustSchema>;
export type TrustedSafe = z.infer<typeof trustedSafeSchema>;
export type TrustedTimelock = z.infer<typeof trustedTimelockSchema>;
export type TrustedProxy = z.infer<typeof trustedProxySchema>;
export type AgreedRole = z.infer<typeof agreedRoleSchema>;
export type TrustedRole = z.infer<typeof trustedRoleSchema>;
export type TrustedAccount = z.infer<typeof trustedAccountSchema>;
