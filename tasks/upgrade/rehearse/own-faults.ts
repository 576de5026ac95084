import { pathToFileURL } from "node:url";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { z } from "zod";
import { blocks, type Gate } from "../../../src/core/finding.js";
import { DrydockError, ERRORS, reasonOf } from "../../../src/errors/drydock-error.js";
import { issuesOf } from "../../../src/files/read-document.js";
import { rehearsalInputOf } from "../../../src/rehearsal/for-plan.js";
import { rehearse } from "../../../src/rehearsal/rehearse.js";
import type { OwnFault } from "../../../src/rehearsal/self-test/self-test.js";
import { checkPlan } from "../../../src/stages/check-plan.js";
import { validatePlan } from "../../../src/stages/validate-plan.js";

import { builder, liveBuildFinder, namespacedCompiler, openNetwork, resolveAtHead } from "../shared/context.js";
import { loadPlan, type LoadedPlan } from "../shared/load-plan.js";
import { rehearsalContext } from "../shared/rehearsal-context.js";

/** What the file of `drydock.selfTest` exports: for a plan, further plans that have to be blocked. */
const faultsSchema = z.array(z.object({ id: z.string().min(1), what: z.string().min(1), plan: z.string().min(1) }).strict());

/** The project's own faults for a plan; none when the config names no file. */
export async function ownFaults(hre: HardhatRuntimeEnvironment, plan: LoadedPlan, onProgress: (line: string) => void): Promise<OwnFault[]> {
  const path = hre.config.drydock.selfTest;
  if (path === undefined) return [];
  let listed: unknown;
  try {
    const { default: list } = (await import(pathToFileURL(path).href)) as { default?: (options: { plan: string }) => unknown };
    listed = await list?.({ plan: plan.path });
  } catch (error) {
    throw new DrydockError(ERRORS.FILE_MALFORMED, { path, what: "list of faults", detail: reasonOf(error) }, { cause: error });
  }
  const parsed = faultsSchema.safeParse(listed);
  if (!parsed.success) throw new DrydockError(ERRORS.FILE_MALFORMED, { path, what: "list of faults", detail: issuesOf(parsed.error) });
  return parsed.data.map(({ id, what, plan: faulty }) => ({ id, what, run: () => stagesThatBlock(hre, faulty, onProgress) }));
}

/** Runs validate, check and rehearse on a plan until one blocks it. */
async function stagesThatBlock(hre: HardhatRuntimeEnvironment, path: string, onProgress: (line: string) => void): Promise<{ stage: string; rules: string[] }[]> {
  const { policy } = hre.config.drydock;
  const network = await openNetwork(hre);
  const plan = await loadPlan(path, "rehearse");
  const resolved = await resolveAtHead(hre, network, plan);
  const stages: (() => Promise<Gate>)[] = [
    async () => (await validatePlan(resolved, { chain: network.chain, policy, compile: namespacedCompiler(hre), findLive: liveBuildFinder(hre, builder(hre)) })).gate,
    async () =>
      (
        await checkPlan(resolved, {
          chain: network.chain,
          names: network.names,
          chainType: network.chainType,
          policy,
          rules: hre.config.drydock.check.rules,
          today: new Date().toISOString().slice(0, 10),
        })
      ).gate,
    async () => (await rehearse(rehearsalInputOf(resolved, { ...(await rehearsalContext(hre, network, plan)), onProgress }))).gate,
  ];
  for (const run of stages) {
    const { stage, findings } = await run();
    const rules = findings.filter((finding) => blocks(finding, policy)).map(({ rule }) => rule);
    if (rules.length > 0) return [{ stage, rules: [...new Set(rules)] }];
  }
  return [];
}
