import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { concat, id, ZeroHash } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { SINGLETON_FACTORY } from "../../src/build/init-code.js";
import { encodeExecuteBatch, encodeScheduleBatch } from "../../src/core/timelock/operation.js";
import type { UpgradeDefinition } from "../../src/plan.js";
import { nameBook } from "../../src/stages/names.js";
import { resolvePlan } from "../../src/stages/resolve.js";
import { builder, liveBuildFinder } from "../../tasks/upgrade/shared/context.js";
import type { EmbeddedChain } from "../chain/embedded.js";
import { safeCall } from "../chain/governance.js";
import { passTime } from "../chain/pass-time.js";
import { SETTLED_BLOCKS, type UpgradeName } from "./walk.js";

/**
 * Carries an upgrade out on the embedded chain by Safe and timelock, without the line's stages: a short way to the state
 * that a later upgrade starts from.
 */
export async function carryOut(hre: HardhatRuntimeEnvironment, name: UpgradeName, { session, venue }: EmbeddedChain): Promise<void> {
  const path = join(hre.config.paths.root, "upgrades", name, "plan.ts");
  const { default: definition } = (await import(pathToFileURL(path).href)) as { default: UpgradeDefinition };
  const build = builder(hre);
  const { core, changes } = await resolvePlan(definition, {
    chain: { request: ({ method, params }) => session.provider.send(method, [...(params ?? [])]) },
    network: "embedded",
    block: BigInt(await session.provider.getBlockNumber()),
    names: nameBook("deployments", venue.contracts),
    build,
    findLive: liveBuildFinder(hre, build),
  });
  await session.sync();
  for (const { salt, initCode } of changes) await session.send(session.deployer, { to: SINGLETON_FACTORY, data: concat([salt, initCode]) });
  const calls = core.calls.map(({ target, value, data }) => ({ target, value: BigInt(value), data }));
  const operation = { calls, predecessor: ZeroHash, salt: id(name) };
  const { timelock, delay } = venue.governance;
  await safeCall(session, venue.governance, timelock, encodeScheduleBatch({ ...operation, delay }));
  await passTime(session, venue.contracts, delay);
  await safeCall(session, venue.governance, timelock, encodeExecuteBatch(operation));
  await session.mine(SETTLED_BLOCKS);
}
