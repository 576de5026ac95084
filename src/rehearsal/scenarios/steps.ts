import type { AccountState } from "../adapter.js";
import { AdapterNonsense } from "./checked-venue.js";
import type { ScenarioWorld } from "./world.js";

/** Accounts that open, close and withdraw in a scenario: the nearest to liquidation come first in the sample. */
const TRADERS = 3;
const SMALL = 10n ** 15n;

/** Tries to liquidate every sampled account: who is liquidatable has to go, who is healthy has to stay (I6). */
export async function liquidateAll(world: ScenarioWorld, when: string): Promise<string[]> {
  const problems: string[] = [];
  for (const address of world.sample) {
    const state = await stateOf(world, address);
    const market = state?.positions[0]?.market;
    if (state === undefined || market === undefined) continue;
    const done = await world.act({ kind: "liquidate", account: address, market, keeper: "" }, `${when}: liquidate ${address}`);
    if (done === undefined) continue;
    world.check("I6");
    if (done && !state.liquidatable) problems.push(`I6 ${when}: ${address} is healthy and was liquidated`);
    if (!done && state.liquidatable) problems.push(`I6 ${when}: ${address} is underwater and can't be liquidated`);
  }
  await world.observe(`${when}, after liquidations`);
  return problems;
}

/** Opens, closes and withdraws a little in every market; answers who opened where. */
export async function trade(world: ScenarioWorld, when: string): Promise<{ account: string; market: string }[]> {
  const opened: { account: string; market: string }[] = [];
  const traders = world.sample.slice(0, TRADERS);
  for (const [index, { id: market }] of world.markets.entries()) {
    const account = traders[index % Math.max(traders.length, 1)];
    if (account === undefined) break;
    if ((await world.act({ kind: "open", account, market, size: SMALL }, `${when}: open by ${account} in market ${market}`)) === true) opened.push({ account, market });
    await world.act({ kind: "close", account, market }, `${when}: close by ${account} in market ${market}`);
  }
  for (const account of traders) await world.act({ kind: "withdraw", account, amount: 1n }, `${when}: withdraw by ${account}`);
  return opened;
}

/** Takes resting orders with their real signatures, and lets accounts reduce what they hold by a signed order (I7). */
export async function signedOrders(world: ScenarioWorld, when: string): Promise<string[]> {
  const problems: string[] = [];
  for (const { id: market } of world.markets) {
    const states = (await Promise.all(world.sample.map((address) => stateOf(world, address)))).filter((state) => state !== undefined);
    const holder = (side: 1 | -1) => states.find(({ liquidatable, positions }) => !liquidatable && positions.some((one) => one.market === market && (side === 1 ? one.size > 0n : one.size < 0n)));
    const taker = states.find(({ positions }) => !positions.some((one) => one.market === market)) ?? states[0];
    if (taker !== undefined) await world.act({ kind: "fill", account: taker.address, market, size: SMALL }, `${when}: ${taker.address} fills a resting order in market ${market}`);
    const [long, short] = [holder(1), holder(-1)];
    if (long === undefined || short === undefined || long.address === short.address) continue;
    // Both only shrink what they hold: an exit for each of them.
    const done = await world.act({ kind: "signedFill", account: short.address, maker: long.address, market, size: SMALL }, `${when}: ${short.address} and ${long.address} exit by a signed order in market ${market}`);
    if (done === undefined) continue;
    world.check("I7");
    if (!done) problems.push(`I7 ${when}: holders in market ${market} can't exit by a signed order`);
  }
  return problems;
}

/** Closing and withdrawing have to work for accounts that are healthy (I7). */
export async function closeSome(world: ScenarioWorld, when: string, count = 6): Promise<string[]> {
  const problems: string[] = [];
  await world.setPrices(10_000n);
  for (const address of world.sample.slice(0, count)) {
    const state = await stateOf(world, address);
    if (state === undefined || state.liquidatable) continue;
    for (const { market, size } of state.positions) {
      if (size === 0n) continue;
      const done = await world.act({ kind: "close", account: address, market }, `${when}: close by ${address} in market ${market}`);
      if (done === undefined) continue;
      world.check("I7");
      if (!done) problems.push(`I7 ${when}: ${address} can't close in market ${market}`);
    }
  }
  await world.observe(`${when}, after closing`);
  return problems;
}

/** What the venue says of an account; undefined where it refuses, which the frames record and compare. */
export async function stateOf(world: ScenarioWorld, address: string): Promise<AccountState | undefined> {
  try {
    return await world.venue.account(address);
  } catch (error) {
    if (error instanceof AdapterNonsense) throw error;
    return undefined;
  }
}
