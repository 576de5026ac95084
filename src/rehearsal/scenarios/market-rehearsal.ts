import { Interface, keccak256, toUtf8Bytes } from "ethers";
import type { Finding } from "../../core/finding.js";
import type { PlanCall } from "../../core/schema/plan.js";
import type { Expectations } from "../../core/schema/expectations.js";
import type { Difference, DomainRow, ScenarioResult, Series } from "../../core/schema/rehearsal.js";
import { DrydockError, ERRORS, reasonOf } from "../../errors/drydock-error.js";
import type { AccountState, Market, RehearsalAdapter, Venue } from "../adapter.js";
import { RELAYER } from "../fork/accounts.js";
import type { Fork } from "../fork/fork.js";
import type { Scenario } from "./scenario.js";
import { probeNewSelectors } from "../probes/new-selectors.js";
import type { KnownContract } from "../types.js";
import type { ArgumentPool } from "./argument-pool.js";
import type { ContractNames } from "../diff/names.js";
import type { TriedExecution } from "../route/try-execution.js";
import { ACROSS_THE_UPGRADE, compareFrames, compareGas, compareOutcomes, declareDifferences, pairFrames } from "./compare-frames.js";
import { playActions, type PlayedActions } from "./between-actions.js";
import { feedCode } from "./feed-shim.js";
import { firstLine, numberIn, takeFrame, type Frame } from "./frame.js";
import { checkFrames, INVARIANTS, type Invariant } from "./invariants.js";
import { ScenarioWorld, type Outcome, type WarmFeed } from "./world.js";

const FEED = new Interface(["function latestRoundData() view returns (uint80, int256, uint256, uint256, uint80)"]);

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

interface Played {
  frames: Frame[];
  outcomes: Outcome[];
  notes: string[];
  checks: ReadonlyMap<string, number>;
  problems: string[];
  /** Why it could not be played to its end. */
  failure: string | undefined;
}

/** Plays market scenarios through an adapter, first on the old version, then on the new one, and compares. */
export class MarketRehearsal {
  private readonly played = { old: new Map<string, Played>(), new: new Map<string, Played>() };

  private constructor(
    private readonly fork: Fork,
    private readonly venue: Venue,
    private readonly feeds: readonly WarmFeed[],
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
    const guarded = async <T>(where: string, work: () => Promise<T>): Promise<T> => {
      try {
        return await work();
      } catch (error) {
        throw new DrydockError(ERRORS.ADAPTER_FAILED, { adapter: adapter.name, where, reason: firstLine(reasonOf(error)) }, { cause: error });
      }
    };
    const venue = await guarded("venue", () => adapter.venue(fork.port));
    const feeds = await guarded("feeds", async () => Promise.all((await venue.feeds()).map((feed) => warm(fork, feed))));
    const { markets, sample } = await withWarmFeeds(fork, feeds, async () => ({
      markets: await guarded("markets", () => venue.markets()),
      sample: await guarded("accounts", () => sampleAccounts(venue, seed, accounts)),
    }));
    return new MarketRehearsal(fork, venue, feeds, markets, sample, options);
  }

  /** Does `work` while every feed is as fresh as the live chain keeps it. */
  public warmly<T>(work: () => Promise<T>): Promise<T> {
    return withWarmFeeds(this.fork, this.feeds, work);
  }

  /** Executes a batch action by action, and looks at the venue in between. */
  public playActions(timelock: string, calls: readonly PlanCall[]): Promise<PlayedActions> {
    const { fork, venue, sample } = this;
    return this.warmly(() => playActions(fork, timelock, calls, (label) => takeFrame({ venue, sample, label, port: fork.port })));
  }

  /** Has the sampled accounts call every function that is new. */
  public probeNewSelectors(contracts: readonly KnownContract[], pool: ArgumentPool): ReturnType<typeof probeNewSelectors> {
    const { fork, venue, sample } = this;
    return this.warmly(() => probeNewSelectors({ fork, venue, sample, contracts, pool }));
  }

  /**
   * Plays every scenario on the version that runs now; the fork is as before afterwards.
   *
   * @param execute tries the execution of the upgrade: on the old version, for scenarios that lie before it.
   */
  public async play(side: "old" | "new", scenarios: readonly Scenario[], execute?: () => Promise<TriedExecution>): Promise<void> {
    const { onProgress } = this.options;
    for (const [index, scenario] of scenarios.entries()) {
      if (scenario.playQueue !== undefined && side === "new") continue;
      onProgress?.(`scenario ${scenario.id} on the ${side} version (${index + 1} of ${scenarios.length}): ${scenario.title}`);
      const [world, after] = [this.world(), this.world()];
      const result = playedIn(world, scenario.unmet?.(world));
      if (result.failure === undefined) {
        try {
          await this.fork.attempt(async () => {
            // The market stands still while the delay passes: feeds are as fresh as they were.
            await world.setPrices(10_000n);
            if (scenario.playQueue === undefined) result.problems = await scenario.play(world);
            else if (execute === undefined) result.failure = "the route did not come to the execution";
            else result.problems = await scenario.playQueue(world, after, execute);
          });
        } catch (error) {
          result.failure = firstLine(reasonOf(error));
        }
      }
      if (scenario.playQueue === undefined) {
        this.played[side].set(scenario.id, result);
        continue;
      }
      // Both sides were observed at once; what went wrong is the new one's.
      this.played.old.set(scenario.id, { ...result, problems: [] });
      this.played.new.set(scenario.id, { ...playedIn(after, result.failure), problems: result.problems, outcomes: result.outcomes });
    }
  }

  private world(): ScenarioWorld {
    const { fork, venue, feeds, markets, sample, options } = this;
    return new ScenarioWorld({ fork, venue, feeds, markets, sample, names: options.names, guarded: options.guarded, blockTime: options.blockTime });
  }

  /** The results of every scenario that was played on both versions. */
  public results(scenarios: readonly Scenario[], expectations: Expectations): { results: ScenarioResult[]; findings: Finding[] } {
    const results = scenarios.map((scenario) => this.resultOf(scenario, expectations));
    const findings = results.filter(({ verdict }) => verdict !== "pass").map(findingOf);
    return { results, findings };
  }

  /** Markets, accounts, totals before and after the upgrade alone. */
  public domain(): DomainRow[] {
    const [old, current] = [this.played.old.get("S0")?.frames[0], this.played.new.get("S0")?.frames[0]];
    if (old === undefined || current === undefined) return [];
    return [...new Set([...old.values.keys(), ...current.values.keys()])].sort().map((where) => {
      const [group = "", ...rest] = where.split(" ");
      const [before, after] = [old.values.get(where) ?? "none", current.values.get(where) ?? "none"];
      const [a, b] = [numberIn(old, where), numberIn(current, where)];
      const change = before === after ? "0" : a !== undefined && b !== undefined ? String(b - a) : "changed";
      return { group, label: rest.join(" "), before, after, change };
    });
  }

  private resultOf({ id, title }: Scenario, expectations: Expectations): ScenarioResult {
    const [old, current] = [this.played.old.get(id), this.played.new.get(id)];
    const failure = current?.failure ?? old?.failure ?? (old === undefined || current === undefined ? "it was not played" : undefined);
    const [oldFrames, newFrames] = [old?.frames ?? [], current?.frames ?? []];
    const pairs = pairFrames(oldFrames, newFrames);
    const checked = checkFrames(pairs, oldFrames, newFrames);
    const raw: Difference[] = [
      ...compareFrames(id, oldFrames, newFrames),
      ...compareOutcomes(old?.outcomes ?? [], current?.outcomes ?? []),
      ...(current?.problems ?? []).map((problem) => {
        const known = old?.problems.includes(problem) ?? false;
        return { where: problem, before: known ? "the same" : "not so", after: problem, detail: known ? "on the old version as well" : "new", expected: known };
      }),
      ...checked.differences,
    ];
    const differences = declareDifferences(id, raw, expectations);
    const broken = failure !== undefined || differences.some(({ expected }) => !expected);
    const across = ACROSS_THE_UPGRADE.includes(id) ? pairs : [];
    const checksOf = ({ id: invariant, unchangedByUpgrade }: Invariant): number => {
      const compared = across.reduce((sum, [before]) => sum + [...before.values.keys()].filter((where) => unchangedByUpgrade?.(where)).length, 0);
      return (checked.checks.get(invariant) ?? 0) + (current?.checks.get(invariant) ?? 0) + compared;
    };
    const notes = [...new Set([...(old?.notes ?? []), ...(current?.notes ?? [])])];
    return {
      id,
      title,
      verdict: broken ? "blocked" : "pass",
      differences,
      invariants: INVARIANTS.map((invariant) => ({ id: invariant.id, checks: checksOf(invariant) })),
      series: seriesOf(pairs),
      moments: pairs.map(([frame]) => frame.label),
      gas: compareGas(old?.outcomes ?? [], current?.outcomes ?? []),
      ...(notes.length === 0 ? {} : { notes }),
      detail: failure ?? "",
    };
  }
}

function playedIn(world: ScenarioWorld, failure: string | undefined): Played {
  const { frames, outcomes, notes, checks } = world;
  return { frames, outcomes, notes, checks, problems: [], failure };
}

/** The fork waited out the delay; no live chain's feeds would be that old. Undone afterwards. */
function withWarmFeeds<T>(fork: Fork, feeds: readonly WarmFeed[], work: () => Promise<T>): Promise<T> {
  return fork.attempt(async () => {
    for (const { feed, answer } of feeds) await fork.setCode(feed.address, feedCode({ answer, decimals: feed.decimals }));
    return work();
  });
}

async function warm(fork: Fork, feed: WarmFeed["feed"]): Promise<WarmFeed> {
  const outcome = await fork.call({ from: RELAYER, to: feed.address, data: FEED.encodeFunctionData("latestRoundData") });
  if (!outcome.succeeded) throw new Error(`the feed ${feed.id} at ${feed.address} does not answer latestRoundData`);
  const [, answer, , updatedAt] = FEED.decodeFunctionResult("latestRoundData", outcome.data) as unknown as bigint[];
  return { feed, answer: answer ?? 0n, updatedAt: updatedAt ?? 0n };
}

/** Nearest to liquidation, largest, oldest, and random with a seed, in equal parts; each account once. */
async function sampleAccounts(venue: Venue, seed: string, count: number): Promise<string[]> {
  const all = await venue.accounts();
  const states = await Promise.all(all.map((address) => venue.account(address).catch(() => unknownState(address))));
  const open = states.filter(({ positions }) => positions.some(({ size }) => size !== 0n));
  const perWay = Math.ceil(count / 4);
  const by = (key: (state: AccountState) => bigint, from: readonly AccountState[]): string[] =>
    [...from].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a.address < b.address ? -1 : 1)).slice(0, perWay).map(({ address }) => address);
  const largest = by(({ equity }) => -equity, states);
  const nearest = by(({ equity, maintenanceMargin }) => equity - maintenanceMargin, open);
  const drawn = new Map(all.map((address) => [address, keccak256(toUtf8Bytes(seed + address))]));
  const random = [...all].sort((a, b) => ((drawn.get(a) ?? "") < (drawn.get(b) ?? "") ? -1 : 1)).slice(0, perWay);
  return [...new Set([...nearest, ...largest, ...all.slice(0, perWay), ...random])];
}

function unknownState(address: string): AccountState {
  return { address, collateral: 0n, equity: 0n, initialMargin: 0n, maintenanceMargin: 0n, liquidatable: false, positions: [] };
}

/** Equity of all sampled accounts, open interest, liquidations and who may be liquidated: what the report draws. */
function seriesOf(pairs: readonly (readonly [Frame, Frame])[]): Series[] {
  const sum = (frame: Frame, pattern: RegExp): string =>
    String([...frame.values].filter(([where]) => pattern.test(where)).reduce((total, [where]) => total + (numberIn(frame, where) ?? 0n), 0n));
  const count = (frame: Frame): string => String([...frame.values].filter(([where, value]) => where.endsWith(" liquidatable") && value === "true").length);
  const both = (name: string, unit: string, of: (frame: Frame) => string): Series => ({ name, unit, old: pairs.map(([frame]) => of(frame)), new: pairs.map(([, frame]) => of(frame)) });
  return [
    both("equity of the sampled accounts", "1e18", (frame) => sum(frame, /^account \S+ equity$/)),
    both("open interest", "1e18", (frame) => sum(frame, /^market \S+ openInterestLong$/)),
    both("liquidations", "accounts", ({ liquidations }) => String(liquidations)),
    both("liquidatable accounts", "accounts", count),
  ];
}

function findingOf({ id, title, detail, differences }: ScenarioResult): Finding {
  const undeclared = differences.filter(({ expected }) => !expected);
  const first = undeclared[0];
  return {
    rule: `rehearsal/scenario/${id}`,
    severity: "critical",
    confidence: "high",
    title: `scenario ${id} (${title}) ${detail === "" ? "shows a difference that nobody declared" : "could not be played to its end"}`,
    detail:
      detail !== ""
        ? detail
        : `${undeclared.length} undeclared: ${undeclared
            .slice(0, 5)
            .map(({ where, before, after }) => `${where}: ${before} → ${after}`)
            .join("; ")}${first === undefined ? "" : ""}`,
    where: {},
    remedy: "if the difference is meant, declare it under `differences` in expectations.ts with its reason; else correct the upgrade",
  };
}
