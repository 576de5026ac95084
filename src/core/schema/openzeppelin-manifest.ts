import { z } from "zod";

/** `.openzeppelin/<network>.json` as the OpenZeppelin upgrades plugins write it (manifest versions 3.x), as far as it is read. */
const item = z
  .object({
    label: z.string(),
    type: z.string(),
    contract: z.string().optional(),
    src: z.string().optional(),
    slot: z.string().optional(),
    offset: z.number().int().optional(),
    renamedFrom: z.string().optional(),
    retypedFrom: z.string().optional(),
  })
  .passthrough();

const type = z
  .object({
    label: z.string(),
    numberOfBytes: z.string().optional(),
    members: z.array(z.union([z.string(), item])).optional(),
    underlying: z.string().optional(),
    base: z.string().optional(),
    key: z.string().optional(),
    value: z.string().optional(),
    encoding: z.string().optional(),
  })
  .passthrough();

const layout = z
  .object({
    solcVersion: z.string().optional(),
    storage: z.array(item),
    types: z.record(type).default({}),
    namespaces: z.record(z.array(item)).optional(),
    /** Base slot of `layout at`. */
    baseSlot: z.string().optional(),
  })
  .passthrough();

export const openZeppelinManifestSchema = z
  .object({
    manifestVersion: z.string(),
    impls: z.record(
      z
        .object({ address: z.string(), allAddresses: z.array(z.string()).optional(), txHash: z.string().optional(), layout })
        .passthrough()
        .or(z.undefined())
        .or(z.null()),
    ),
    proxies: z.array(z.object({ address: z.string(), kind: z.string().optional() }).passthrough()).default([]),
  })
  .passthrough();

export type OpenZeppelinManifest = z.infer<typeof openZeppelinManifestSchema>;
export type ManifestLayout = z.infer<typeof layout>;
export type ManifestItem = z.infer<typeof item>;
