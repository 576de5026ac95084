import type { Finding } from "../../core/finding.js";
import type { PlanCall } from "../../core/schema/plan.js";
import type { Expectations } from "../../core/schema/expectations.js";
import type { DomainRow, ScenarioResult } from "../../core/schema/rehearsal.js";
import { reasonOf } from "../../errors/drydock-error.js";
import type { Market, RehearsalAdapter } from "../adapter.js";
import type { ContractNames } from "../diff/names.js";
import type { Fork } from "../fork/fork.js";
import { probeNewSelectors } from "../probes/new-selectors.js";
import type { TriedExecution } from "../route/try-execution.js";
import type { KnownContract } from "../types.js";
import type { ArgumentPool } from "./argument-pool.js";
import { playActions, type PlayedActions } from "./between-actions.js";
import { firstLine, takeFrame } from "./frame.js";
import { domainRows, findingOf, resultOf, type Played } from "./market-results.js";
import type { Scenario } from "./scenario.js";
import { adapted, openStage, sampleAccounts, twinStage, withWarmFeeds, type Stage } from "./stage.js";
import { ScenarioWorld } from "./world.js";

export interface MarketOptions {
  fork: Fork;
  adapter: RehearsalAdapter;
  seed: string;
  /** How many accounts are sampled, at most. */
  accounts: number;
  names: ContractNames;
  /** Contracts whose authority nothing in a scenario may change. */
  guarded: readonly string[];
  blockTime: bigint;
  onProgress?: (line: string) => void;
}

type Side = "old" | "new";

/** Plays market scenarios through an adapter, first on the old version, then on the new one, and compares. */
export class MarketRehearsal {
  private readonly played = { old: new Map<string, Played>(), new: new Map<string, Played>() };

  /** Scenarios that nobody has begun yet. */
  private readonly waiting: Record<Side, Scenario[]> = { old: [], new: [] };
  /** A second player on a fork of its own, so that both processors of a machine have something to do. */
  private helper: Promise<Stage> | undefined;

  private constructor(
    private readonly stage: Stage,
    private readonly markets: readonly Market[],
    private readonly sample: readonly string[],
    private readonly options: MarketOptions,
  ) {}

  /**
   * Warms the venue up on the fork: reads markets and feeds, samples accounts.
   *
   * @throws DrydockError ADAPTER_FAILED.
   */
  public static async prepare(options: MarketOptions): Promise<MarketRehearsal> {
    const { fork, adapter, seed, accounts } = options;
    const stage = await openStage(fork, adapter);
    const { markets, sample } = await withWarmFeeds(stage, async () => ({
      markets: await adapted(adapter, "markets", () => stage.venue.markets()),
      sample: await adapted(adapter, "accounts", () => sampleAccounts(stage.venue, seed, accounts)),
    }));
    return new MarketRehearsal(stage, markets, sample, options);
  }

  /** Does `work` while every feed is as fresh as the live chain keeps it. */
  public warmly<T>(work: () => Promise<T>): Promise<T> {
    return withWarmFeeds(this.stage, work);
  }

  /** Executes a batch action by action, and looks at the venue in between. */
  public playActions(timelock: string, calls: readonly PlanCall[]): Promise<PlayedActions> {
    const { stage: { fork, venue }, sample } = this;
    return this.warmly(() => playActions(fork, timelock, calls, (label) => takeFrame({ venue, sample, label, port: fork.port })));
  }

  /** Has the sampled accounts call every function that is new. */
  public probeNewSelectors(contracts: readonly KnownContract[], pool: ArgumentPool): ReturnType<typeof probeNewSelectors> {
    const { stage: { fork, venue }, sample } = this;
    return this.warmly(() => probeNewSelectors({ fork, venue, sample, contracts, pool }));
  }

  /**
   * Begins to play the scenarios on the old version, on a twin of the fork, which must stand right before the execution.
   * {@link finish} helps and ends it.
   *
   * @throws DrydockError ADAPTER_FAILED.
   */
  public async beginOld(scenarios: readonly Scenario[]): Promise<void> {
    this.waiting.old.push(...longestFirst(scenarios));
    if (this.waiting.old.length === 0) return;
    this.helper = this.playAll("old", await twinStage(this.stage, this.options.adapter));
    // Who awaits it gets the error; until then nobody does.
    this.helper.catch(() => undefined);
  }

  /** Begins to play the scenarios on the new version, right after the execution. */
  public beginNew(scenarios: readonly Scenario[]): void {
    this.waiting.new.push(...longestFirst(scenarios));
    const moment = this.stage.fork.moment();
    this.helper = this.helper?.then(async (stage) => {
      await stage.fork.follow(moment);
      return this.playAll("new", stage);
    });
    this.helper?.catch(() => undefined);
  }

  /** Plays what nobody has begun yet; the new version's are all played afterwards. */
  public async finish(side: Side): Promise<void> {
    await this.playAll(side, this.stage);
    if (side === "new") await this.helper;
  }

  /**
   * Plays the scenarios that lie before the execution, on the old version. What they see of the new one they see in
   * attempts of the execution.
   */
  public async playQueues(scenarios: readonly Scenario[], execute: () => Promise<TriedExecution>): Promise<void> {
    for (const scenario of scenarios) {
      const { playQueue } = scenario;
      if (playQueue === undefined) continue;
      this.progress(scenario, "old");
      const [before, after] = [this.world(this.stage), this.world(this.stage)];
      const played = await this.playOn(this.stage, scenario, before, () => playQueue(before, after, execute));
      // Both sides were observed at once; what went wrong is the new one's.
      this.played.old.set(scenario.id, { ...played, problems: [] });
      this.played.new.set(scenario.id, { ...playedIn(after), problems: played.problems, outcomes: played.outcomes, failure: played.failure });
    }
  }

  /** The results of every scenario that was played on both versions. */
  public results(scenarios: readonly Scenario[], expectations: Expectations): { results: ScenarioResult[]; findings: Finding[] } {
    const results = scenarios.map((scenario) => resultOf(scenario, this.played.old.get(scenario.id), this.played.new.get(scenario.id), expectations));
    return { results, findings: results.filter(({ verdict }) => verdict !== "pass").map(findingOf) };
  }

  /** Markets, accounts, totals before and after the upgrade alone. */
  public domain(): DomainRow[] {
    const [old, current] = [this.played.old.get("S0")?.frames[0], this.played.new.get("S0")?.frames[0]];
    return old === undefined || current === undefined ? [] : domainRows(old, current);
  }

  private async playAll(side: Side, stage: Stage): Promise<Stage> {
    for (let scenario = this.waiting[side].shift(); scenario !== undefined; scenario = this.waiting[side].shift()) {
      this.progress(scenario, side);
      const { id, play } = scenario;
      const world = this.world(stage);
      const played = await this.playOn(stage, scenario, world, async () => {
        const problems = await play(world);
        if (world.frames.at(-1)?.isWhole === false) await world.observe("at the end");
        return problems;
      });
      this.played[side].set(id, played);
    }
    return stage;
  }

  /** The stage is as before afterwards. */
  private async playOn({ fork }: Stage, { unmet }: Scenario, world: ScenarioWorld, play: () => Promise<string[]>): Promise<Played> {
    const failure = unmet?.(world);
    if (failure !== undefined) return { ...playedIn(world), failure };
    try {
      const problems = await fork.attempt(async () => {
        // The market stands still while the delay passes: feeds are as fresh as they were.
        await world.setPrices(10_000n);
        return play();
      });
      return { ...playedIn(world), problems };
    } catch (error) {
      return { ...playedIn(world), failure: firstLine(reasonOf(error)) };
    }
  }

  private progress({ id, title }: Scenario, side: Side): void {
    this.options.onProgress?.(`scenario ${id} on the ${side} version: ${title}`);
  }

  private world(stage: Stage): ScenarioWorld {
    const { markets, sample, options } = this;
    return new ScenarioWorld({ ...stage, markets, sample, names: options.names, guarded: options.guarded, blockTime: options.blockTime });
  }
}

/** Those that are played on one version at a time, in the order in which two players end soonest. */
function longestFirst(scenarios: readonly Scenario[]): Scenario[] {
  return scenarios.filter(({ playQueue }) => playQueue === undefined).sort(({ weight: a = 1 }, { weight: b = 1 }) => b - a);
}

function playedIn({ frames, outcomes, notes, checks }: ScenarioWorld): Played {
  return { frames, outcomes, notes, checks, problems: [], failure: undefined };
}
