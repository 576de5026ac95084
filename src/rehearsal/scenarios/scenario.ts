import type { TriedExecution } from "../route/try-execution.js";
import type { ScenarioWorld } from "./world.js";

/** A market scenario: the same steps on the old and on the new version, from one warmed snapshot. */
export interface Scenario {
  id: string;
  title: string;
  /** How long it takes beside others, roughly; 1 when left out. Nobody waits for one that was begun early. */
  weight?: number;
  /** Why it can't be played on this venue, or undefined. An unmet precondition fails the scenario. */
  unmet?: (world: ScenarioWorld) => string | undefined;
  /** Answers what is wrong by itself, beyond the comparison of old and new: violations begin with the invariant's id. */
  play(world: ScenarioWorld): Promise<string[]>;
  /** Instead of `play`, for what happens before the execution: `before` and `after` observe the two sides of each attempt. */
  playQueue?(before: ScenarioWorld, after: ScenarioWorld, execute: () => Promise<TriedExecution>): Promise<string[]>;
}

export const HOUR = 3_600n;

export const needsFeeds = (world: ScenarioWorld): string | undefined => (world.feeds.length === 0 ? "the venue names no feed" : undefined);
export const needsMarkets = (world: ScenarioWorld): string | undefined =>
  world.markets.length === 0 ? "the venue names no market" : world.sample.length === 0 ? "no account could be sampled" : undefined;
/** Something has to be looked at: a venue of accounts alone will do. */
export const needsSubject = (world: ScenarioWorld): string | undefined =>
  world.markets.length === 0 && world.sample.length === 0 ? "the adapter names neither a market nor an account" : undefined;
export const needsBoth = (world: ScenarioWorld): string | undefined => needsFeeds(world) ?? needsMarkets(world);
