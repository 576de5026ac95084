import { Interface, keccak256, toUtf8Bytes } from "ethers";
import { DrydockError, ERRORS, reasonOf } from "../../errors/drydock-error.js";
import type { AccountState, RehearsalAdapter, Venue } from "../adapter.js";
import { RELAYER } from "../fork/accounts.js";
import type { Fork } from "../fork/fork.js";
import { AdapterNonsense, checkedVenue } from "./checked-venue.js";
import { feedCode } from "./feed-shim.js";
import { firstLine } from "./frame.js";
import type { WarmFeed } from "./world.js";

const FEED = new Interface(["function latestRoundData() view returns (uint80, int256, uint256, uint256, uint80)"]);

/** A fork, and the venue as it is read and driven there. */
export interface Stage {
  fork: Fork;
  venue: Venue;
  feeds: readonly WarmFeed[];
}

/** Opens the venue on `fork`, with its feeds as they answer now. @throws DrydockError ADAPTER_FAILED. */
export async function openStage(fork: Fork, adapter: RehearsalAdapter): Promise<Stage> {
  const venue = await adapted(adapter, "venue", async () => checkedVenue(await adapter.venue(fork.port)));
  const feeds = await adapted(adapter, "feeds", async () => Promise.all((await venue.feeds()).map((feed) => warm(fork, feed))));
  return { fork, venue, feeds };
}

/** The same on a twin of the stage's fork. @throws DrydockError ADAPTER_FAILED. */
export async function twinStage({ fork, feeds }: Stage, adapter: RehearsalAdapter): Promise<Stage> {
  const twin = await openStage(await fork.twin(), adapter);
  const same = twin.feeds.length === feeds.length && twin.feeds.every(({ feed: { id }, answer }, index) => id === feeds[index]?.feed.id && answer === feeds[index].answer);
  if (!same) throw new DrydockError(ERRORS.ADAPTER_FAILED, { adapter: adapter.name, where: "feeds", reason: "asked twice at the same block it names other feeds" });
  return twin;
}

/** Asks the adapter; what it throws names it. @throws DrydockError ADAPTER_FAILED. */
export async function adapted<T>({ name }: RehearsalAdapter, where: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new DrydockError(ERRORS.ADAPTER_FAILED, { adapter: name, where, reason: firstLine(reasonOf(error)) }, { cause: error });
  }
}

/** The fork waited out the delay; no live chain's feeds would be that old. Undone afterwards. */
export function withWarmFeeds<T>({ fork, feeds }: Stage, work: () => Promise<T>): Promise<T> {
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
export async function sampleAccounts(venue: Venue, seed: string, count: number): Promise<string[]> {
  const all = await venue.accounts();
  // A venue may refuse to tell its totals; an adapter may not give nonsense for them.
  await venue.totals().catch((error: unknown) => {
    if (error instanceof AdapterNonsense) throw error;
  });
  const states = await Promise.all(all.map((address) => venue.account(address).catch((error: unknown) => {
    if (error instanceof AdapterNonsense) throw error;
    return unknownState(address);
  })));
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

