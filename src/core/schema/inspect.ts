import { z } from "zod";
import { EVIDENCE, NODE_KINDS } from "../authority/graph.js";
import { answerSchema } from "./answer.js";
import { trustSchema } from "./trust.js";
import { address, bytes32, integer } from "./values.js";

/** One proxy or beacon as `inspect` answers it. Delays in seconds, counts as numbers. */
export const inspectedProxySchema = z.object({
  address,
  label: z.string().nullable(),
  kind: z.enum(["uups", "transparent", "beacon-proxy", "beacon", "minimal", "diamond", "unknown"]),
  /** Where the implementation was found: eip1967, erc1822, zos, eip1167, eip2535. */
  standard: z.string().nullable(),
  codeHash: bytes32,
  implementation: address.nullable(),
  implementationCodeHash: bytes32.nullable(),
  admin: address.nullable(),
  beacon: address.nullable(),
  owner: address.nullable(),
  facets: z.array(address),
  upgradeInterfaceVersion: z.string().nullable(),
  initialized: z.object({ version: integer, initializing: z.boolean(), location: z.enum(["erc7201", "legacy", "none"]) }),
  /** Other proxies of this answer that run the same implementation, code or code family. */
  siblings: z.array(z.object({ address, same: z.enum(["implementation", "code", "family"]) })),
  /** The shortest delay of all paths to new code; null when there is no path. */
  leastDelay: integer.nullable(),
  /** The fewest keys that change its code, by any path; null when there is no path. */
  leastKeys: z.number().int().nonnegative().nullable(),
});

const nodeSchema = z.object({
  address,
  kind: z.enum(NODE_KINDS),
  label: z.string().nullable(),
  facts: z.record(z.string()),
  /** False when there may be ways to make it act that are not shown. */
  complete: z.boolean(),
});

/** `from` has `right` over `to`; with `need` > 1 only together with others of the same group. */
const edgeSchema = z.object({
  from: address,
  to: address,
  right: z.string(),
  need: z.number().int().positive(),
  outOf: z.number().int().positive(),
  delay: integer,
  evidence: z.enum(EVIDENCE),
});

const pathSchema = z.object({
  proxy: address,
  /** From the proxy up to who decides. */
  steps: z.array(z.object({ holder: address, right: z.string(), over: address, delay: integer })),
  leaf: z.object({ address, kind: z.enum(NODE_KINDS) }),
  delay: integer,
  keys: z.number().int().nonnegative(),
  cancellers: z.array(address),
});

/** Who has which right over what, and every path from a proxy to who decides. */
export const authorityPictureSchema = z.object({ nodes: z.array(nodeSchema), edges: z.array(edgeSchema), paths: z.array(pathSchema) });

/** Which endpoints the answer rests on, and how much of it is proven. */
export const readsSchema = z.object({
  /** `proven`: every word that decides has a proof against an agreed block hash; `partly`; `trusted`: endpoints were believed. */
  confidence: z.enum(["proven", "partly", "trusted"]),
  endpoints: z.array(z.object({ endpoint: z.string(), role: z.enum(["honest", "no-proofs", "lying", "behind", "other-chain", "down"]), detail: z.string() })),
  /** How many endpoints named the block's hash; 0 where nobody was asked. */
  quorum: z.number().int().nonnegative(),
  provenWords: z.number().int().nonnegative(),
  unproven: z.array(z.string()),
  /** What lying endpoints said, and what proves them wrong: trie nodes from the state root down, or a header. */
  evidence: z.array(
    z.object({ endpoint: z.string(), what: z.string(), said: z.string(), proven: z.string(), block: integer, proof: z.array(z.string()) }),
  ),
});

/** The answer of `upgrade inspect --json`. */
export const inspectSchema = answerSchema.extend({
  schema: z.literal("drydock/inspect@1"),
  verb: z.literal("inspect"),
  chainId: integer,
  block: z.object({ number: integer, hash: bytes32, timestamp: integer }),
  reads: readsSchema,
  proxies: z.array(inspectedProxySchema),
  authority: authorityPictureSchema,
  singlePointsOfFailure: z.array(
    z.object({
      address,
      label: z.string().nullable(),
      kind: z.enum(NODE_KINDS),
      effect: z.enum(["changes-code", "blocks-fix"]),
      proxies: z.array(address),
    }),
  ),
  /** The state as a trust file; `inspect --write` writes it. */
  inventory: trustSchema,
});

export type InspectResult = z.infer<typeof inspectSchema>;
export type InspectedProxy = z.infer<typeof inspectedProxySchema>;
export type AuthorityPicture = InspectResult["authority"];
export type ReadsReport = z.infer<typeof readsSchema>;
