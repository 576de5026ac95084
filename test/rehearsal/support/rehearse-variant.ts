import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineExpectations, type ExpectationsDefinition } from "../../../src/expectations.js";
import type { RehearsalAdapter } from "../../../src/rehearsal/adapter.js";
import { rehearse } from "../../../src/rehearsal/rehearse.js";
import type { Variant, VerbAnswer } from "../../support/incident.js";
import { World } from "./world.js";

export interface VariantOptions {
  /** Arguments of V1's `initialize`; `owner` is the timelock. */
  initialize(owner: string): readonly unknown[];
  /** The initializer that the upgrade calls. */
  upgrade?: readonly [fn: string, args: readonly unknown[]];
  expectations?: ExpectationsDefinition;
  adapter?(subject: string): RehearsalAdapter;
  scenarios?: readonly string[];
  /** What happened on V1 before. */
  live?(world: World, subject: string): Promise<void>;
}

/**
 * Rehearses an incident's V1 → V2 (or its twin) on a chain of its own: a real proxy, Safe and timelock. The proxy is
 * known as `subject`.
 */
export async function rehearseVariant(id: string, variant: Variant, options: VariantOptions): Promise<VerbAnswer> {
  const contract = variant === "v2" ? "V2" : "Twin";
  const world = await World.start(["V1", "V2", "Twin"].map((name) => `test/incidents/${id}/contracts/${name}.sol`));
  const cacheDir = mkdtempSync(join(tmpdir(), "drydock-incident-"));
  try {
    const subject = await world.proxy("V1", options.initialize(world.timelock));
    await options.live?.(world, subject);
    const { report } = await rehearse({
      upstream: { urls: [world.node.url], network: "incident" },
      chainId: BigInt(world.node.chainId),
      chainType: "l1",
      block: await world.head(),
      ...(await world.uupsPlan(subject, contract, options.upgrade)),
      known: [world.known(subject, "subject", "V1", contract)],
      cacheDir,
      ...(options.expectations === undefined ? {} : { expectations: defineExpectations(options.expectations) }),
      ...(options.adapter === undefined ? {} : { adapter: options.adapter(subject) }),
      ...(options.scenarios === undefined ? {} : { scenarios: options.scenarios }),
    });
    return { verdict: report.verdict, findings: report.findings };
  } finally {
    await world.stop();
    rmSync(cacheDir, { recursive: true, force: true });
  }
}
