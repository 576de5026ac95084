import { STRANGER } from "../fork/accounts.js";
import { numberIn } from "./frame.js";
import type { ScenarioWorld } from "./world.js";

/** A market scenario: the same steps on the old and on the new version, from one warmed snapshot. */
export interface Scenario {
  id: string;
  title: string;
  /** Why it can't be played on this venue, or undefined. An unmet precondition fails the scenario. */
  unmet?: (world: ScenarioWorld) => string | undefined;
  /** Answers what is wrong by itself, beyond the comparison of old and new. */
  play(world: ScenarioWorld): Promise<string[]>;
}

const HOUR = 3_600n;
const needsFeeds = (world: ScenarioWorld): string | undefined => (world.feeds.length === 0 ? "the venue names no feed" : undefined);
const needsMarkets = (world: ScenarioWorld): string | undefined =>
  world.markets.length === 0 ? "the venue names no market" : world.sample.length === 0 ? "no account could be sampled" : undefined;

export const FIRST_WAVE: readonly Scenario[] = [
  {
    id: "S0",
    title: "only the upgrade",
    async play(world) {
      await world.observe("at once");
      return [];
    },
  },
  {
    id: "S1",
    title: "units: prices times 10^10 and over 10^4, and a drift of -2.85 %",
    unmet: needsFeeds,
    async play(world) {
      for (const [bps, label] of [[100_000_000_000_000n, "times 10^10"], [1n, "over 10^4"], [9_715n, "-2.85 %"]] as const) {
        await world.setPrices(bps);
        await world.observe(label);
      }
      return [];
    },
  },
  {
    id: "S2",
    title: "crash by 10, 20, 35, 50 %, in one block and in five steps",
    unmet: needsMarkets,
    async play(world) {
      const problems: string[] = [];
      for (const drop of [1_000n, 2_000n, 3_500n, 5_000n]) {
        const snapshot = await world.fork.request("evm_snapshot");
        const now = world.fork.now;
        await world.setPrices(10_000n - drop);
        await world.observe(`-${drop / 100n} %`);
        problems.push(...(await liquidateAll(world, `-${drop / 100n} %`)));
        await world.fork.restore(snapshot, now);
      }
      for (let step = 1n; step <= 5n; step++) {
        await world.pass(12n);
        await world.setPrices(10_000n - 700n * step);
        await world.observe(`step ${step} of 5`);
      }
      problems.push(...(await liquidateAll(world, "after five steps")));
      return problems;
    },
  },
  {
    id: "S4",
    title: "stale feeds: heartbeat + 1 s, 2 h, 48 h",
    unmet: needsFeeds,
    async play(world) {
      for (const warm of world.feeds) {
        await world.shim(warm, { answer: warm.answer, decimals: warm.feed.decimals, updatedAt: world.fork.now });
      }
      const start = world.fork.now;
      const longest = world.feeds.reduce((max, { feed }) => (feed.heartbeat > max ? feed.heartbeat : max), 0n);
      for (const age of [longest + 1n, 2n * HOUR, 48n * HOUR].sort((a, b) => (a < b ? -1 : 1))) {
        if (start + age > world.fork.now) await world.pass(start + age - world.fork.now);
        await world.observe(`${age} s old`);
        await openAndClose(world, `${age} s old`);
      }
      return [];
    },
  },
  {
    id: "S6",
    title: "dead feed: reverts, zero, negative",
    unmet: needsFeeds,
    async play(world) {
      const [first, ...others] = world.feeds;
      if (first === undefined) return [];
      for (const other of others) await world.shim(other, { answer: other.answer, decimals: other.feed.decimals });
      for (const [label, answer] of [
        ["reverts", "reverts"],
        ["zero", { answer: 0n, decimals: first.feed.decimals }],
        ["negative", { answer: -1n, decimals: first.feed.decimals }],
      ] as const) {
        await world.shim(first, answer);
        await world.observe(`${first.feed.id} ${label}`);
        await openAndClose(world, `${first.feed.id} ${label}`);
      }
      return [];
    },
  },
  {
    id: "S7",
    title: "depeg: collateral (else every feed) at 0.97, 0.88, 0.65, 0.52",
    unmet: needsFeeds,
    async play(world) {
      const hasCollateral = world.feeds.some(({ feed }) => feed.collateral);
      for (const level of [9_700n, 8_800n, 6_500n, 5_200n]) {
        await world.setPrices(10_000n);
        await world.setPrices(level, ({ feed }) => !hasCollateral || feed.collateral);
        await world.observe(`at ${level} bps`);
      }
      return liquidateAll(world, "at the bottom");
    },
  },
  {
    id: "S8",
    title: "funding: skewed, held 8 h, 7 d, 30 d",
    unmet: needsMarkets,
    async play(world) {
      await world.setPrices(10_000n);
      await openOneSide(world);
      for (const hours of [8n, 7n * 24n, 30n * 24n]) {
        await world.pass(hours * HOUR);
        await world.observe(`after ${hours} h`);
      }
      return closeSome(world, "after 30 d");
    },
  },
  {
    id: "S10",
    title: "expiry -60, 0, +60 s; a stranger sets the settlement price",
    unmet: needsMarkets,
    async play(world) {
      const problems: string[] = [];
      const dated = world.markets.filter(({ expiry }) => expiry > world.fork.now);
      for (const { id, expiry } of dated) {
        for (const offset of [-60n, 0n, 60n]) {
          if (expiry + offset > world.fork.now) await world.pass(expiry + offset - world.fork.now);
          await world.setPrices(10_000n);
          await world.observe(`market ${id}, expiry ${offset < 0n ? "" : "+"}${offset} s`);
          const set = await world.act({ kind: "settlementPrice", caller: STRANGER, market: id });
          if (set === true) problems.push(`a stranger set the settlement price of market ${id} at expiry ${offset} s`);
          for (const account of world.sample) await world.act({ kind: "settle", account, market: id });
        }
      }
      if (dated.length === 0) await world.observe("no dated market");
      return problems;
    },
  },
  {
    id: "S14",
    title: "hostile: strangers act in the name of others",
    async play(world) {
      for (const account of world.sample.slice(0, 3)) {
        const call = await world.venue.action({ kind: "withdraw", account, amount: 1n });
        if (call !== undefined) await world.send({ ...call, from: STRANGER }, `a stranger withdraws like ${account}`);
      }
      await world.observe("after the strangers");
      return [];
    },
  },
  {
    id: "S15",
    title: "queue: the market moves before the execution and 30 d later",
    unmet: needsFeeds,
    async play(world) {
      await world.setPrices(8_000n);
      await world.observe("-20 % at eta");
      await world.pass(30n * 24n * HOUR);
      await world.setPrices(10_000n);
      await world.observe("30 d after eta");
      return [];
    },
  },
];

/** Tries to liquidate every sampled account: who is liquidatable has to go, who is healthy has to stay (I6). */
async function liquidateAll(world: ScenarioWorld, when: string): Promise<string[]> {
  const problems: string[] = [];
  for (const address of world.sample) {
    let state;
    try {
      state = await world.venue.account(address);
    } catch {
      // The frame has recorded that the venue refuses to tell; comparing old and new judges that.
      continue;
    }
    for (const { market } of state.positions.slice(0, 1)) {
      const done = await world.act({ kind: "liquidate", account: address, market, keeper: "" }, `${when}: liquidate ${address}`);
      if (done === true && !state.liquidatable) problems.push(`I6 ${when}: ${address} is healthy and was liquidated`);
      if (done === false && state.liquidatable) problems.push(`I6 ${when}: ${address} is underwater and can't be liquidated`);
    }
  }
  await world.observe(`${when}, after liquidations`);
  return problems;
}

async function openAndClose(world: ScenarioWorld, when: string): Promise<void> {
  const [market] = world.markets;
  const [account] = world.sample;
  if (market === undefined || account === undefined) return;
  await world.act({ kind: "open", account, market: market.id, size: 10n ** 15n }, `${when}: open by ${account}`);
  await world.act({ kind: "close", account, market: market.id }, `${when}: close by ${account}`);
  await world.act({ kind: "withdraw", account, amount: 1n }, `${when}: withdraw by ${account}`);
}

async function openOneSide(world: ScenarioWorld): Promise<void> {
  for (const { id } of world.markets) {
    for (const account of world.sample.slice(0, 4)) {
      await world.act({ kind: "open", account, market: id, size: 10n ** 16n });
    }
  }
  await world.observe("skewed");
}

/** Closing and withdrawing have to work for accounts that are healthy (I7). */
async function closeSome(world: ScenarioWorld, when: string): Promise<string[]> {
  const problems: string[] = [];
  await world.setPrices(10_000n);
  for (const address of world.sample.slice(0, 6)) {
    const state = await world.venue.account(address);
    for (const { market, size } of state.positions) {
      if (size === 0n || state.liquidatable) continue;
      const done = await world.act({ kind: "close", account: address, market }, `${when}: close by ${address} in market ${market}`);
      if (done === false) problems.push(`I7 ${when}: ${address} can't close in market ${market}`);
    }
  }
  const frame = await world.observe(`${when}, after closing`);
  const assets = numberIn(frame, "totals assets");
  if (assets === undefined) problems.push(`${when}: the venue does not tell its assets`);
  return problems;
}
