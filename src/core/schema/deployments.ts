import { z } from "zod";
import { address, bytes32 } from "./values.js";

/** `deployments/<chainId>.json`: names for addresses, and the genesis hash that tells two chains of one id apart. */
export const deploymentsSchema = z
  .object({
    schema: z.literal("drydock/deployments@1"),
    chainId: z.number().int().positive(),
    /** Hash of block 0. */
    genesisHash: bytes32.optional(),
    contracts: z.record(z.string().regex(/^[A-Za-z][\w-]*$/, "expected a name"), address),
  })
  .strict();

export type Deployments = z.infer<typeof deploymentsSchema>;
