import { gate, type NotRun } from "../core/finding.js";
import type { Rehearsal } from "../core/schema/rehearsal.js";
import { DrydockError, ERRORS } from "../errors/drydock-error.js";
import { authorityOnFork, compareAuthority } from "./authority.js";
import { compareDiff } from "./diff/compare.js";
import { NO_EXPECTATIONS } from "./diff/expected.js";
import { ContractNames } from "./diff/names.js";
import { slotNamer } from "./diff/name-slots.js";
import { RouteEffects } from "./diff/route-effects.js";
import { Fork } from "./fork/fork.js";
import { ForkHost } from "./fork/fork-host.js";
import { Settler } from "./fork/settle.js";
import { withUpstreamLogs } from "./fork/upstream-logs.js";
import { routeContext } from "./route/context.js";
import { RouteJournal, type Subtracted } from "./route/journal.js";
import { ordersResult } from "./route/orders-result.js";
import { runRoute } from "./route/run-route.js";
import type { RehearsalInput, RehearsalResult } from "./types.js";
import { NOTHING_TRIED, suggestDifferences, Trial } from "./trial.js";
import { TrafficReplay } from "./traffic/traffic-replay.js";
import { leaveHints, prefetch } from "./upstream/prefetch.js";
import { startUpstreamProxy, type UpstreamProxy } from "./upstream/proxy.js";
import { Upstream } from "./upstream/upstream.js";
import { warmUp } from "./upstream/warm-up.js";
import { operationOf } from "../core/plan/route.js";

/** Blocks behind the head at which a chain counts as settled: EDR's own numbers. */
const SAFE_DEPTH_MAINNET = 32n;
const SAFE_DEPTH = 128n;
/** Seconds between the blocks of the fork. */
const BLOCK_TIME = { l1: 12n, op: 2n } as const;

/**
 * Rehearses a plan on a fork of the live chain: the exact Safe bytes from where the proposal stands, the real delay, the
 * runs that must fail, the two-way state diff.
 *
 * @throws DrydockError CHAIN_TYPE, FORK_FAILED, RPC_DOWN, CASSETTE…, UPSTREAM_…, OPERATION_EXISTS, REHEARSAL_IMPOSSIBLE: no
 * verdict could be reached.
 */
export async function rehearse(input: RehearsalInput): Promise<RehearsalResult> {
  const { chainId, cacheDir, plan, onProgress } = input;
  forkableType(input.chainType);
  const opening = input.opened ?? openUpstream(input);
  ForkHost.preload();
  const upstream = await opening;
  const chainType = forkableType(upstream.chainType ?? input.chainType);
  onProgress?.(`rehearsing at block ${upstream.block.number} of chain ${chainId}`);
  const operation = operationOf(plan);
  const proxy = await startUpstreamProxy(upstream);
  const settler = new Settler(upstream);
  let fork: Fork | undefined;
  try {
    const options = { url: proxy.url, chainId, chainType, block: upstream.block, ...(input.hardfork === undefined ? {} : { hardfork: input.hardfork }) };
    const foreseen = Promise.all([prefetch(upstream, plan, operation, cacheDir), warmUp(upstream, plan)]);
    foreseen.catch(() => undefined);
    fork = await Fork.open(options, async (fresh) => {
      await foreseen;
      await settler.settlePinned(fresh);
    });
    const result = await rehearseOn(fork, { settler, proxy }, upstream, input, BLOCK_TIME[chainType]);
    await upstream.finish();
    leaveHints(upstream, operation, cacheDir);
    return { ...result, upstreamRequests: upstream.requests, upstreamCalls: upstream.calls };
  } catch (error) {
    // A fork that was given an error says only that something failed; upstream knows what.
    upstream.assertHealthy();
    throw error;
  } finally {
    await fork?.close();
    await proxy.close();
  }
}

/**
 * Pins the block and opens what answers for it: endpoints, cache, cassette.
 *
 * @throws DrydockError RPC_DOWN, BLOCK_TOO_NEW, CASSETTE…, CHAIN_ID_MISMATCH, UPSTREAM_….
 */
export function openUpstream(input: Pick<RehearsalInput, "upstream" | "chainId" | "chainType" | "cacheDir" | "block" | "cassette" | "onProgress">): Promise<Upstream> {
  const { upstream, chainId, chainType, cacheDir, block, cassette, onProgress } = input;
  return Upstream.open({
    ...upstream,
    chainId,
    chainType,
    cacheDir,
    safeDepth: chainId === 1n ? SAFE_DEPTH_MAINNET : SAFE_DEPTH,
    ...(block === undefined ? {} : { block }),
    ...(cassette === undefined ? {} : { cassette }),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
}

async function rehearseOn(
  fork: Fork,
  { settler, proxy }: { settler: Settler; proxy: UpstreamProxy },
  upstream: Upstream,
  input: RehearsalInput,
  blockTime: bigint,
): Promise<Omit<RehearsalResult, "upstreamRequests" | "upstreamCalls">> {
  const { plan } = input;
  const expectations = input.expectations ?? NO_EXPECTATIONS;
  const journal = new RouteJournal(fork, blockTime);
  const context = routeContext(input, { fork, journal, chain: withUpstreamLogs(fork, upstream), pinned: upstream.block.number });
  const names = new ContractNames(input.known ?? [], plan, input.errors);
  const proxies = plan.changes.map(({ proxy }) => proxy);
  let before = await authorityOnFork(fork, upstream, proxies);
  await settler.settle(fork);
  proxy.letCache();
  const trial = await Trial.prepare({ fork, upstream, input, blockTime, names });
  const count = input.replayTraffic ?? 0;
  const traffic = count === 0 ? undefined : await TrafficReplay.prepare({ fork, upstream, names, blockTime, proxies, count });
  const { start, executed, orders } = await runRoute(context, {
    beforeExecute: async (execute) => {
      await trial.runOld(() => settler.settle(fork), execute);
      await trial.warmly(async () => traffic?.play("old"));
      if (input.fault?.when === "before-execution") await input.fault.inject(fork);
    },
    afterPredecessors: async () => {
      before = await authorityOnFork(fork, upstream, proxies);
    },
  });
  upstream.assertHealthy();
  const after = executed ? await authorityOnFork(fork, upstream, proxies) : undefined;
  upstream.assertHealthy();
  const nameSlot = await slotNamer(context, names);
  const compared = await compareDiff({
    fork,
    diff: journal.diff,
    logs: journal.logs,
    names,
    nameSlot,
    effects: new RouteEffects(plan, context.operationId),
    expectations,
    baseBlock: context.baseBlock,
  });
  const authority = after === undefined ? { findings: [], suggestion: [] } : compareAuthority(before.picture, after.picture, expectations, names);
  const among = ordersResult(orders, names, nameSlot, expectations);
  if (executed && input.fault?.when === "after-execution") await input.fault.inject(fork);
  const tried = executed ? await trial.runNew(expectations) : NOTHING_TRIED;
  if (executed) await trial.warmly(async () => traffic?.play("new"));
  const replayed = executed ? traffic?.result(expectations) : undefined;
  upstream.assertHealthy();
  const reason = "the route did not reach the execution";
  const notRun: NotRun[] = executed ? [] : ["state diff", "scenarios", "probes", ...(traffic === undefined ? [] : ["replay of real traffic"])].map((check) => ({ check, reason }));
  // Without an execution the diff is that of the steps before, and what is missing from it says nothing.
  const findings = [...context.findings, ...(executed ? compared.findings : []), ...authority.findings, ...among.findings, ...tried.findings, ...(replayed?.findings ?? [])];
  const verdict = gate("rehearse", findings, [...context.notRun, ...notRun, ...tried.notRun, ...(replayed?.notRun ?? [])]);
  const { number, hash, timestamp } = upstream.block;
  const report: Rehearsal = {
    schema: "drydock/rehearsal@1",
    verdict: verdict.verdict,
    chainId: String(input.chainId),
    planHash: context.operation.salt,
    operationId: context.operationId,
    block: { number: String(number), hash, timestamp: String(timestamp) },
    start,
    steps: context.steps,
    negatives: context.negatives,
    domain: tried.domain,
    stateDiff: compared.stateDiff,
    accounts: compared.accounts,
    events: compared.events,
    subtracted: uniqueSubtracted(journal.subtracted),
    scenarios: [...among.scenarios, ...tried.scenarios, ...(replayed?.scenarios ?? [])],
    probes: tried.probes,
    authority: { before: before.picture, after: after?.picture ?? null, notRun: uniqueNotRun([...before.notRun, ...(after?.notRun ?? [])]) },
    findings: verdict.findings,
    notRun: verdict.notRun,
  };
  const suggestion = { ...compared.suggestion, ...(authority.suggestion.length === 0 ? {} : { authority: authority.suggestion }), differences: suggestDifferences(report.scenarios) };
  return { report, gate: verdict, suggestion };
}

function uniqueNotRun(entries: readonly NotRun[]): NotRun[] {
  return [...new Map(entries.map((entry) => [`${entry.check} ${entry.reason}`, entry])).values()];
}

function uniqueSubtracted(entries: readonly Subtracted[]): Subtracted[] {
  return [...new Map(entries.map((entry) => [`${entry.address} ${entry.what} ${entry.reason}`, entry])).values()];
}

function forkableType(chainType: string): "l1" | "op" {
  if (chainType === "op") return "op";
  if (chainType === "l1" || chainType === "generic") return "l1";
  throw new DrydockError(ERRORS.CHAIN_TYPE, { type: chainType });
}
