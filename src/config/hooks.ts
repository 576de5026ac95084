import { isAbsolute, join } from "node:path";
import { sensitiveStringSchema, validateUserConfigZodType } from "@nomicfoundation/hardhat-zod-utils";
import type { ConfigHooks } from "hardhat/types/hooks";
import { z } from "zod";
import { CONFIDENCES, DEFAULT_POLICY, SEVERITIES, type Policy } from "../core/finding.js";

const threshold = z.enum([...CONFIDENCES, "never"]);

const userConfigSchema = z.object({
  drydock: z
    .object({
      buildProfile: z.string().optional(),
      proposals: z.string().optional(),
      trustFile: z.string().optional(),
      endpoints: z.record(z.array(sensitiveStringSchema)).optional(),
      rpc: z
        .object({ timeoutMs: z.number().positive().optional(), attempts: z.number().int().positive().optional() })
        .strict()
        .optional(),
      policy: z
        .object(Object.fromEntries(SEVERITIES.map((severity) => [severity, threshold.optional()])))
        .strict()
        .optional(),
      adapter: z.string().optional(),
      selfTest: z.string().optional(),
      check: z
        .object({ baseline: z.string().optional(), rules: z.record(z.enum([...SEVERITIES, "off"])).optional() })
        .strict()
        .optional(),
    })
    .strict()
    .optional(),
});

export default async (): Promise<Partial<ConfigHooks>> => ({
  validateUserConfig: async (userConfig) => validateUserConfigZodType(userConfig, userConfigSchema),

  resolveUserConfig: async (userConfig, resolveConfigurationVariable, next) => {
    const resolved = await next(userConfig, resolveConfigurationVariable);
    const own = userConfig.drydock ?? {};
    const absolute = (path: string) => (isAbsolute(path) ? path : join(resolved.paths.root, path));
    const endpoints = Object.entries(own.endpoints ?? {}).map(
      ([network, urls]) => [network, urls.map((url) => resolveConfigurationVariable(url))] as const,
    );
    return {
      ...resolved,
      drydock: {
        buildProfile: own.buildProfile ?? ("production" in resolved.solidity.profiles ? "production" : "default"),
        proposals: absolute(own.proposals ?? "proposals"),
        trustFile: absolute(own.trustFile ?? "trust.json"),
        endpoints: Object.fromEntries(endpoints),
        rpc: { timeoutMs: own.rpc?.timeoutMs ?? 20_000, attempts: own.rpc?.attempts ?? 4 },
        policy: { ...DEFAULT_POLICY, ...own.policy } as Policy,
        adapter: own.adapter === undefined ? undefined : absolute(own.adapter),
        selfTest: own.selfTest === undefined ? undefined : absolute(own.selfTest),
        // Whether the rules exist is seen when they run: the registry is heavy, and this runs with every command.
        check: { baseline: absolute(own.check?.baseline ?? "drydock-baseline.json"), rules: own.check?.rules ?? {} },
      },
    };
  },
});
