import { z } from "zod";
import { address, bytes, bytes32, integer } from "./values.js";

/** How a change reaches the code: which contract is called, and what holds the implementation. */
export const CHANGE_KINDS = ["uups", "transparent", "beacon", "pointer"] as const;

/**
 * One contract whose code changes.
 *
 * `proxy` is the proxy (uups, transparent), the beacon, or, for `pointer`, the contract that holds a pointer to an
 * immutable contract that a call of the batch replaces. Code hashes are keccak256 of the runtime code (EIP-1052),
 * `initCodeHash` of the creation code with its constructor arguments.
 */
export const planChangeSchema = z
  .object({
    proxy: address,
    kind: z.enum(CHANGE_KINDS),
    oldImplementation: address,
    oldCodeHash: bytes32,
    newImplementation: address,
    newCodeHash: bytes32,
    initCodeHash: bytes32,
  })
  .strict();

/** One call of the timelock's batch, in order. `value` in wei. */
export const planCallSchema = z.object({ target: address, value: integer, data: bytes }).strict();

/**
 * The plan core: what decides the effect on chain, and nothing else. No block, no Safe nonce, no salt, no time, so that
 * resolving a plan again gives the same bytes and the same hash.
 */
export const planCoreSchema = z
  .object({
    schema: z.literal("drydock/plan@1"),
    chainId: integer,
    safe: address,
    timelock: address,
    /** Seconds between schedule and execute. */
    delay: integer,
    /** Timelock operation that must be done first; zero for none. */
    predecessor: bytes32,
    /** 1 for the first try; the timelock refuses an operation id twice. */
    attempt: integer,
    changes: z.array(planChangeSchema),
    calls: z.array(planCallSchema).min(1),
  })
  .strict();

export type ChangeKind = (typeof CHANGE_KINDS)[number];
export type PlanChange = z.infer<typeof planChangeSchema>;
export type PlanCall = z.infer<typeof planCallSchema>;
export type PlanCore = z.infer<typeof planCoreSchema>;
