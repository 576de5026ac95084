import { Interface, keccak256, toUtf8Bytes } from "ethers";
import type { Finding } from "../../core/finding.js";
import type { PlanCall } from "../../core/schema/plan.js";
import type { Expectations } from "../../core/schema/expectations.js";
import type { Difference, DomainRow, ScenarioResult, Series } from "../../core/schema/rehearsal.js";
import { DrydockError, ERRORS, reasonOf } from "../../errors/drydock-error.js";
import type { AccountState, Market, RehearsalAdapter, Venue } from "../adapter.js";
import { RELAYER } from "../fork/accounts.js";
import type { Fork } from "../fork/fork.js";
import type { Scenario } from "./catalogue.js";
import { probeNewSelectors } from "../probes/new-selectors.js";
import type { KnownContract } from "../types.js";
import type { ArgumentPool } from "./argument-pool.js";
import { compareFrames, compareOutcomes, declareDifferences } from "./compare-frames.js";
import { playActions, type PlayedActions } from "./between-actions.js";
import { feedCode } from "./feed-shim.js";
import { firstLine, numberIn, takeFrame, type Frame } from "./frame.js";
import { checkFrames, INVARIANTS } from "./invariants.js";
import { ScenarioWorld, type WarmFeed } from "./world.js";

/** How many accounts each way of sampling contributes. */
const PER_WAY = 4;
const FEED = new Interface(["function latestRoundData() view returns (uint80, int256, uint256, uint256, uint80)"]);

interface Played {
  frames: Frame[];
  outcomes: { label: string; result: string; gas: bigint }[];
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
    private readonly interfaces: readonly Interface[],
    private readonly blockTime: bigint,
  ) {}

  /**
   * Warms the venue up on the fork: reads markets and feeds, samples accounts.
   *
   * @throws DrydockError ADAPTER_FAILED.
   */
  public static async prepare(options: {
    fork: Fork;
    adapter: RehearsalAdapter;
    seed: string;
    interfaces: readonly Interface[];
    blockTime: bigint;
  }): Promise<MarketRehearsal> {
    const { fork, adapter, seed, interfaces, blockTime } = options;
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
      sample: await guarded("accounts", () => sampleAccounts(venue, seed)),
    }));
    return new MarketRehearsal(fork, venue, feeds, markets, sample, interfaces, blockTime);
  }

  /** Does `work` while every feed is as fresh as the live chain keeps it. */
  public warmly<T>(work: () => Promise<T>): Promise<T> {
    return withWarmFeeds(this.fork, this.feeds, work);
  }

  /** Executes a batch action by action, and looks at the venue in between. */
  public playActions(timelock: string, calls: readonly PlanCall[]): Promise<PlayedActions> {
    const { fork, venue, sample } = this;
    return this.warmly(() => playActions(fork, timelock, calls, (label) => takeFrame(venue, sample, label)));
  }

  /** Has the sampled accounts call every function that is new. */
  public probeNewSelectors(contracts: readonly KnownContract[], pool: ArgumentPool): ReturnType<typeof probeNewSelectors> {
    const { fork, venue, sample } = this;
    return this.warmly(() => probeNewSelectors({ fork, venue, sample, contracts, pool }));
  }

  /** Plays every scenario on the version that runs now; the fork is as before afterwards. */
  public async play(side: "old" | "new", scenarios: readonly Scenario[], onProgress?: (line: string) => void): Promise<void> {
    for (const scenario of scenarios) {
      onProgress?.(`${scenario.id} on the ${side} version: ${scenario.title}`);
      const { fork, venue, feeds, markets, sample, interfaces, blockTime } = this;
      const world = new ScenarioWorld(fork, venue, feeds, markets, sample, interfaces, blockTime);
      const result: Played = { frames: world.frames, outcomes: world.outcomes, problems: [], failure: scenario.unmet?.(world) };
      if (result.failure === undefined) {
        try {
          await fork.attempt(async () => {
            // The market stands still while the delay passes: feeds are as fresh as they were.
            await world.setPrices(10_000n);
            result.problems = await scenario.play(world);
          });
        } catch (error) {
          result.failure = firstLine(reasonOf(error));
        }
      }
      this.played[side].set(scenario.id, result);
    }
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
    const checked = checkFrames(old?.frames ?? [], current?.frames ?? []);
    const raw: Difference[] = [
      ...compareFrames(id, old?.frames ?? [], current?.frames ?? []),
      ...compareOutcomes(old?.outcomes ?? [], current?.outcomes ?? []),
      ...(current?.problems ?? []).map((problem) => {
        const known = old?.problems.includes(problem) ?? false;
        return { where: problem, before: known ? "the same" : "not so", after: problem, detail: known ? "on the old version as well" : "new", expected: known };
      }),
      ...checked.differences,
    ];
    const differences = declareDifferences(id, raw, expectations);
    const broken = failure !== undefined || differences.some(({ expected }) => !expected);
    return {
      id,
      title,
      verdict: broken ? "blocked" : "pass",
      differences,
      invariants: INVARIANTS.map((invariant) => ({ id: invariant.id, checks: checked.checks.get(invariant.id) ?? current?.frames.length ?? 0 })),
      series: seriesOf(old?.frames ?? [], current?.frames ?? []),
      detail: failure ?? "",
    };
  }
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

/** Largest, nearest to liquidation, oldest, and random with a seed; each account once. */
async function sampleAccounts(venue: Venue, seed: string): Promise<string[]> {
  const all = await venue.accounts();
  const states: AccountState[] = [];
  for (const address of all) states.push(await venue.account(address).catch(() => unknownState(address)));
  const open = states.filter(({ positions }) => positions.some(({ size }) => size !== 0n));
  const by = (key: (state: AccountState) => bigint, from: readonly AccountState[]): string[] =>
    [...from].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a.address < b.address ? -1 : 1)).slice(0, PER_WAY).map(({ address }) => address);
  const largest = by(({ equity }) => -equity, states);
  const nearest = by(({ equity, maintenanceMargin }) => equity - maintenanceMargin, open);
  const random = [...all].sort((a, b) => (keccak256(toUtf8Bytes(seed + a)) < keccak256(toUtf8Bytes(seed + b)) ? -1 : 1)).slice(0, PER_WAY);
  return [...new Set([...nearest, ...largest, ...all.slice(0, PER_WAY), ...random])];
}

function unknownState(address: string): AccountState {
  return { address, collateral: 0n, equity: 0n, initialMargin: 0n, maintenanceMargin: 0n, liquidatable: false, positions: [] };
}

/** Equity of all sampled accounts, open interest, and how many are liquidatable: what the report draws. */
function seriesOf(old: readonly Frame[], current: readonly Frame[]): Series[] {
  const sum = (frame: Frame, pattern: RegExp): string =>
    String([...frame.values].filter(([where]) => pattern.test(where)).reduce((total, [where]) => total + (numberIn(frame, where) ?? 0n), 0n));
  const count = (frame: Frame): string => String([...frame.values].filter(([where, value]) => where.endsWith(" liquidatable") && value === "true").length);
  const both = (name: string, unit: string, of: (frame: Frame) => string): Series => ({ name, unit, old: old.map(of), new: current.map(of) });
  return [
    both("equity of the sampled accounts", "1e18", (frame) => sum(frame, /^account \S+ equity$/)),
    both("open interest", "1e18", (frame) => sum(frame, /^market \S+ openInterestLong$/)),
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
