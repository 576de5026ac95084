import type { ChainPort } from "../../chain/port.js";
import { DEFAULT_POLICY } from "../../core/finding.js";
import type { BuiltContract } from "../../core/solc.js";
import { checkPlan } from "../../stages/check-plan.js";
import type { NameBook } from "../../stages/names.js";
import type { ResolvedPlan } from "../../stages/resolve.js";
import { validatePlan } from "../../stages/validate-plan.js";
import { resolveBundle, type RebuiltCode } from "./resolved.js";

/**
 * Reads, through a port that records, what a reviewer's layout and checks will ask of the chain, so that a bundle's
 * cassette answers more than the rehearsal alone. What comes out of it is nobody's verdict.
 *
 * @param port the chain as of the block that was rehearsed at.
 */
export async function recordReviewReads(
  port: ChainPort,
  { core, title, hash, changes }: ResolvedPlan,
  { names, chainType, network }: { names: NameBook; chainType: string; network: string },
): Promise<void> {
  const rebuilt = changes.flatMap(({ oldBuild, oldImplementation, newImplementation, initCode, initCodeHash, salt, built }) => {
    const next = asRebuilt("new", newImplementation, built, { initCode, initCodeHash, salt });
    return oldBuild ? [next, asRebuilt("old", oldImplementation, oldBuild.built, { initCode: "0x", initCodeHash: "0x", salt })] : [next];
  });
  const chain = { port, network, urls: [], chainType };
  const bundle = { plan: core, planHash: hash, manifest: { title } };
  const resolved = await resolveBundle({ bundle, chain, names }, rebuilt);
  if (!resolved) return;
  // The reviewer looks for the sources of earlier implementations by their code, so the code is read, too.
  await validatePlan(resolved, { chain: port, policy: DEFAULT_POLICY, findLive: async () => undefined });
  await checkPlan(resolved, { chain: port, names, chainType, policy: DEFAULT_POLICY, commentsSilence: false });
}

function asRebuilt(
  role: "new" | "old",
  address: string,
  built: BuiltContract,
  code: { initCode: string; initCodeHash: string; salt: string },
): RebuiltCode {
  return { build: { role, address, salt: code.salt }, built, initCode: code.initCode, initCodeHash: code.initCodeHash };
}
