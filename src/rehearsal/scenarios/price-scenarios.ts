import { STRANGER } from "../fork/accounts.js";
import type { Feed } from "../adapter.js";
import { HOUR, needsBoth, type Scenario } from "./scenario.js";
import { liquidateAll, signedOrders, stateOf, trade } from "./steps.js";
import type { ScenarioWorld, WarmFeed } from "./world.js";

export const units: Scenario = {
  id: "S1",
  title: "units: prices times and over 10^10, a ratio instead of dollars, a drift of -2.85 %",
  unmet: needsBoth,
  async play(world) {
    const moves: [label: string, answer: (warm: WarmFeed) => bigint][] = [
      ["times 10^10", ({ answer }) => answer * 10n ** 10n],
      ["over 10^10", ({ answer }) => answer / 10n ** 10n || 1n],
      ["a ratio of 1.05", ({ feed }) => (105n * 10n ** BigInt(feed.decimals)) / 100n],
      ["-2.85 %", ({ answer }) => (answer * 9_715n) / 10_000n],
    ];
    for (const [label, answer] of moves) {
      for (const warm of world.feeds) await world.shim(warm, { answer: answer(warm), decimals: warm.feed.decimals });
      await world.observe(label);
    }
    return [];
  },
};

export const crash: Scenario = {
  id: "S2",
  title: "crash by 10, 20, 35, 50 %, in one block and in five steps",
  weight: 2,
  unmet: needsBoth,
  async play(world) {
    const problems: string[] = [];
    for (const drop of [1_000n, 2_000n, 3_500n, 5_000n]) {
      await world.apart(async () => {
        await world.setPrices(10_000n - drop);
        await world.observe(`-${drop / 100n} %`);
        problems.push(...(await liquidateAll(world, `-${drop / 100n} %`)));
      });
    }
    for (let step = 1n; step <= 5n; step++) {
      await world.pass(12n);
      await world.setPrices(10_000n - 700n * step);
      await world.observe(`step ${step} of 5`);
    }
    problems.push(...(await liquidateAll(world, "after five steps")));
    return problems;
  },
};

export const stale: Scenario = {
  id: "S4",
  title: "stale feeds: heartbeat + 1 s, 2 h, 48 h; an older price comes back",
  unmet: needsBoth,
  async play(world) {
    const problems: string[] = [];
    await world.apart(async () => {
      problems.push(...(await olderPrice(world)));
    });
    for (const warm of world.feeds) {
      await world.shim(warm, { answer: warm.answer, decimals: warm.feed.decimals, updatedAt: world.fork.now });
    }
    const start = world.fork.now;
    const longest = world.feeds.reduce((max, { feed }) => (feed.heartbeat > max ? feed.heartbeat : max), 0n);
    for (const age of [longest + 1n, 2n * HOUR, 48n * HOUR].sort((a, b) => (a < b ? -1 : 1))) {
      if (start + age > world.fork.now) await world.pass(start + age - world.fork.now);
      await world.observe(`${age} s old`);
      for (const { account, market } of await trade(world, `${age} s old`)) {
        world.check("I7");
        const feed = feedOf(world, market);
        if (feed !== undefined && age > feed.heartbeat) problems.push(`stale fill: ${account} opens in market ${market} at a price of ${age} s, older than its heartbeat of ${feed.heartbeat} s`);
      }
    }
    return problems;
  },
};

export const dead: Scenario = {
  id: "S6",
  title: "dead feed: reverts, zero, negative; every feed once",
  weight: 2,
  unmet: needsBoth,
  async play(world) {
    const problems: string[] = [];
    for (const [index, warm] of world.feeds.entries()) {
      const { id, decimals } = warm.feed;
      const ways = [["reverts", "reverts"], ["zero", { answer: 0n, decimals }], ["negative", { answer: -1n, decimals }]] as const;
      for (const [label, answer] of index === 0 ? ways : ways.slice(0, 1)) {
        await world.apart(async () => {
          await world.shim(warm, answer);
          await world.observe(`${id} ${label}`);
          await trade(world, `${id} ${label}`);
          problems.push(...(await contained(world, `${id} ${label}`, id)));
        });
      }
    }
    return problems;
  },
};

export const depeg: Scenario = {
  id: "S7",
  title: "depeg: collateral (else every feed) at 0.97, 0.88, 0.65, 0.52",
  unmet: needsBoth,
  async play(world) {
    const hasCollateral = world.feeds.some(({ feed }) => feed.collateral);
    for (const level of [9_700n, 8_800n, 6_500n, 5_200n]) {
      await world.setPrices(10_000n);
      await world.setPrices(level, ({ feed }) => !hasCollateral || feed.collateral);
      await world.observe(`at ${level} bps`);
    }
    return [...(await liquidateAll(world, "at the bottom")), ...(await signedOrders(world, "at the bottom"))];
  },
};

/** A signed price that was good once, and a feed that goes back to an older round: neither may decide anything. */
async function olderPrice(world: ScenarioWorld): Promise<string[]> {
  const problems: string[] = [];
  let submitted = 0;
  for (const { feed } of world.feeds) {
    for (const age of [feed.heartbeat + 1n, 2n * HOUR]) {
      const done = await world.act({ kind: "oldPrice", caller: STRANGER, feed: feed.id, age }, `a signed price of ${feed.id} that is ${age} s old`);
      if (done !== undefined) submitted++;
      if (done === true) problems.push(`stale fill: a signed price of ${feed.id} that is ${age} s old is accepted`);
    }
  }
  if (submitted === 0) world.note("the adapter knows no signed prices; an older round of the feed is played instead");
  await world.observe("before the older round");
  for (const warm of world.feeds) {
    await world.shim(warm, { answer: (warm.answer * 9n) / 10n, decimals: warm.feed.decimals, updatedAt: world.fork.now - warm.feed.heartbeat / 2n });
  }
  await world.observe("an older round, 10 % lower");
  return problems;
}

/** Who holds nothing in a dead feed's markets has to be able to withdraw (I7). */
async function contained(world: ScenarioWorld, when: string, feed: string): Promise<string[]> {
  const dead = new Set(world.markets.filter((market) => market.feed === feed).map(({ id }) => id));
  const problems: string[] = [];
  let tried = 0;
  for (const address of world.sample) {
    const state = await stateOf(world, address);
    if (state === undefined || state.liquidatable || state.collateral <= 0n || state.positions.some(({ market }) => dead.has(market))) continue;
    if (tried++ >= 2) break;
    const done = await world.act({ kind: "withdraw", account: address, amount: 1n }, `${when}: withdraw by ${address}, who holds nothing there`);
    if (done === undefined) continue;
    world.check("I7");
    if (!done) problems.push(`I7 ${when}: ${address} holds nothing there and can't withdraw`);
  }
  return problems;
}

function feedOf(world: ScenarioWorld, market: string): Feed | undefined {
  const id = world.markets.find((one) => one.id === market)?.feed;
  return world.feeds.find(({ feed }) => feed.id === id)?.feed;
}

