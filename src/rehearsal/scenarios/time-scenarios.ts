import { RELAYER, STRANGER } from "../fork/accounts.js";
import { HOUR, needsBoth, type Scenario } from "./scenario.js";
import { closeSome, signedOrders } from "./steps.js";
import type { ScenarioWorld } from "./world.js";

const HOLDS: readonly (readonly [label: string, hours: bigint])[] = [["8 h", 8n], ["7 d", 168n], ["30 d", 720n]];
/** 4 % in eight hours, and what the rate changes to while nothing is settled. */
const RATE = 400n;
const OTHER_RATE = 25n;
const SKEW = 10n ** 16n;

export const funding: Scenario = {
  id: "S8",
  title: "funding: skew 100/0, 4 % in 8 h either way, held 8 h, 7 d, 30 d; rate changed unsettled",
  weight: 4,
  unmet: needsBoth,
  async play(world) {
    const problems: string[] = [];
    const rates = world.venue.fundingRate !== undefined;
    if (!rates) world.note("the adapter can't set a funding rate: only the venue's own rate is held");
    for (const side of [1n, -1n]) {
      if (!rates) break;
      await world.apart(async () => {
        const name = `${side > 0n ? "+" : "-"}4 % in 8 h`;
        await skew(world, side, name);
        await setRate(world, side * RATE);
        await hold(world, name);
        problems.push(...(await closeSome(world, name, 2)));
      });
    }
    if (rates) {
      await world.apart(async () => {
        const name = "rate changed unsettled";
        await skew(world, 1n, name);
        await setRate(world, RATE);
        await world.pass(8n * HOUR);
        await world.observe(`${name}, before`);
        await setRate(world, OTHER_RATE);
        await world.observe(`${name}, at once`);
        await world.pass(8n * HOUR);
        await world.observe(`${name}, 8 h later`);
        problems.push(...(await closeSome(world, name, 2)));
      });
    }
    await skew(world, 1n, "own rate");
    await hold(world, "own rate");
    return [...problems, ...(await closeSome(world, "after 30 d")), ...(await signedOrders(world, "after 30 d"))];
  },
};

export const expiry: Scenario = {
  id: "S10",
  title: "expiry -60, 0, +60 s; a stranger sets the settlement price",
  weight: 4,
  unmet: needsBoth,
  async play(world) {
    const problems: string[] = [];
    const dated = world.markets.filter((market) => market.expiry > world.fork.now);
    if (dated.length === 0) world.note("the old version has no market with an expiry that is still to come");
    const expiries = [...new Set(dated.map((market) => market.expiry))].sort((a, b) => (a < b ? -1 : 1));
    for (const at of expiries) {
      const markets = dated.filter((market) => market.expiry === at);
      for (const offset of [-60n, 0n, 60n]) {
        const when = `expiry ${at} ${offset < 0n ? "" : "+"}${offset} s`;
        if (at + offset > world.fork.now) await world.pass(at + offset - world.fork.now);
        await world.setPrices(10_000n);
        await world.observe(when);
        problems.push(...(await settle(world, markets.map(({ id }) => id), when)));
      }
    }
    // What has expired already has to stay redeemable, whatever the upgrade does.
    for (const { id } of world.markets.filter((market) => market.expiry !== 0n && market.expiry <= world.fork.now && !dated.includes(market))) {
      for (const account of world.sample) await world.act({ kind: "settle", account, market: id }, `expired before: settle market ${id} by ${account}`);
    }
    await world.observe("after all settlements");
    // Long after the upgrade: what it enforces later than at once must leave the way out open.
    return [...problems, ...(await signedOrders(world, "after all settlements"))];
  },
};

async function settle(world: ScenarioWorld, markets: readonly string[], when: string): Promise<string[]> {
  const problems: string[] = [];
  for (const market of markets) {
    const forged = await world.act({ kind: "settlementPrice", caller: STRANGER, market, forged: true }, `${when}: a stranger sets the price of market ${market}`);
    if (forged !== undefined) world.check("I9");
    if (forged === true) problems.push(`I9 ${when}: a stranger sets the settlement price of market ${market}`);
    await world.act({ kind: "settlementPrice", caller: RELAYER, market, forged: false }, `${when}: the price of market ${market} is locked`);
  }
  // The market goes on: what is locked must not.
  await world.setPrices(9_900n);
  for (const market of markets) {
    // The first call settles a market or series, the second one pays.
    for (const account of world.sample.slice(0, 1)) await world.act({ kind: "settle", account, market }, `${when}: settle market ${market}`);
    for (const account of world.sample) await world.act({ kind: "settle", account, market }, `${when}: settle market ${market} by ${account}`);
  }
  return problems;
}

async function skew(world: ScenarioWorld, side: bigint, name: string): Promise<void> {
  await world.setPrices(10_000n);
  for (const { id, expiry: at } of world.markets) {
    if (at !== 0n) continue;
    for (const account of world.sample.slice(0, 2)) {
      await world.act({ kind: "open", account, market: id, size: side * SKEW }, `${name}: open by ${account} in market ${id}`);
    }
  }
  await world.observe(`${name}, skewed`);
}

async function setRate(world: ScenarioWorld, bpsPer8h: bigint): Promise<void> {
  for (const { id } of world.markets) await world.write((await world.venue.fundingRate?.(id, bpsPer8h)) ?? []);
}

async function hold(world: ScenarioWorld, name: string): Promise<void> {
  let passed = 0n;
  for (const [label, hours] of HOLDS) {
    await world.pass((hours - passed) * HOUR);
    passed = hours;
    await world.observe(`${name}, after ${label}`);
  }
}
