import { getAddress } from "ethers";
import type { OpenBundle } from "../../bundle/open.js";
import { matchBuilt } from "../../build/live-build.js";
import type { ChainPort } from "../../chain/port.js";
import { readProxy } from "../../chain/proxy.js";
import { getBlock, getCode } from "../../chain/reads.js";
import { readSafe } from "../../chain/safe.js";
import { readTimelock } from "../../chain/timelock.js";
import { UPGRADE_INTERFACE } from "../../core/plan/upgrade-calls.js";
import { operationIdOf } from "../../core/plan/route.js";
import type { PlanChange, PlanCore } from "../../core/schema/plan.js";
import type { ResolvedChange, ResolvedPlan } from "../../stages/resolve.js";
import type { NameBook } from "../../stages/names.js";
import { runtimeCodeOf } from "../../stages/runtime-code.js";
import type { ReviewContext } from "./context.js";
import type { Rebuilt } from "./rebuild.js";

/** What of a rebuilt source resolving needs. */
export interface RebuiltCode extends Pick<Rebuilt, "built" | "initCode" | "initCodeHash"> {
  build: Pick<Rebuilt["build"], "role" | "address" | "salt">;
}

interface BundleAndChain extends Pick<ReviewContext, "chain" | "names"> {
  bundle: Pick<OpenBundle, "plan" | "planHash"> & { manifest: { title: string } };
}

/**
 * The plan as the stages want it, from the plan core, the rebuilt sources and the signer's own endpoint alone. An old
 * build counts only if its code is the live code.
 *
 * @returns undefined when an implementation was not rebuilt; the code gate says why.
 */
export async function resolveBundle(context: BundleAndChain, rebuilt: readonly RebuiltCode[]): Promise<ResolvedPlan | undefined> {
  const { bundle, chain } = context;
  if (!chain) return undefined;
  const { plan } = bundle;
  const { number: block } = await getBlock(chain.port);
  const [safe, timelock] = await Promise.all([readSafe(chain.port, plan.safe, block), readTimelock(chain.port, plan.timelock, block)]);
  const changes: ResolvedChange[] = [];
  for (const change of plan.changes) {
    const next = rebuilt.find(({ build }) => build.role === "new" && build.address === change.newImplementation);
    if (!next || next.initCodeHash !== change.initCodeHash) return undefined;
    changes.push(await resolveChange(context.names, chain.port, plan, change, next, rebuilt, block));
  }
  return { title: bundle.manifest.title, core: plan, hash: bundle.planHash, operationId: operationIdOf(plan), block, changes, safe, timelock };
}

async function resolveChange(
  names: NameBook | undefined,
  port: ChainPort,
  plan: PlanCore,
  change: PlanChange,
  next: RebuiltCode,
  rebuilt: readonly RebuiltCode[],
  block: bigint,
): Promise<ResolvedChange> {
  const [state, oldCode, runtime] = await Promise.all([
    readProxy(port, change.proxy, block),
    getCode(port, change.oldImplementation, block),
    runtimeCodeOf(port, next.initCode, next.build.salt, block),
  ]);
  const old = rebuilt.find(({ build }) => build.role === "old" && build.address === change.oldImplementation);
  const match = old && matchBuilt(oldCode, old.built);
  return {
    ...change,
    name: names?.nameOf(change.proxy) ?? change.proxy,
    contract: next.built.name,
    built: next.built,
    initCode: next.initCode,
    salt: next.build.salt,
    deployed: runtime.deployed,
    oldCode,
    newCode: runtime.code,
    state,
    initializer: initializerOf(plan, change),
    oldBuild: old && match?.verdict === "match" ? { built: old.built, match, origin: "history" } : undefined,
  };
}

/** The initializer call data that the plan's own upgrade call of this proxy carries, `0x` for none. */
export function initializerOf({ calls }: Pick<PlanCore, "calls">, { proxy, newImplementation }: PlanChange): string {
  for (const { target, data } of calls) {
    const parsed = UPGRADE_INTERFACE.parseTransaction({ data });
    if (!parsed) continue;
    const [first, second, third] = parsed.args.toArray() as (string | undefined)[];
    if (parsed.name === "upgradeToAndCall" && target === proxy && same(first, newImplementation)) return second ?? "0x";
    if (parsed.name === "upgradeAndCall" && same(first, proxy) && same(second, newImplementation)) return third ?? "0x";
  }
  return "0x";
}

function same(a: string | undefined, b: string): boolean {
  return a !== undefined && getAddress(a) === getAddress(b);
}
