import { expect } from "chai";
import fc from "fast-check";
import type { Contract } from "ethers";
import { deployVenue, ethers, MAX_COST, MAX_PRICE, networkHelpers, read, setEth, tx, units, upgradeToV3, usdc, type Signer, type Venue } from "./support.js";

const { loadFixture, time } = networkHelpers;

/** Number of random sequences, and their longest length; raise both for a long run. */
const RUNS = Number(process.env.VENUE_INVARIANT_RUNS ?? 6);
const LENGTH = Number(process.env.VENUE_INVARIANT_LENGTH ?? 40);

type System = Pick<Venue, "clearinghouse" | "perp" | "options" | "token" | "fund" | "keeper" | "backstop" | "alice" | "bob" | "carol" | "optionToken" | "feedEth" | "feedBtc" | "deployer" | "lp" | "guardian" | "timelock">;

interface Action {
  kind: "trade" | "deposit" | "withdraw" | "price" | "wait" | "write" | "unwrite" | "buy" | "sell" | "liquidate" | "sweep" | "cover" | "repay" | "accrue";
  who: number;
  amount: number;
}

const actions = fc.array(
  fc.record<Action>({
    kind: fc.constantFrom("trade", "trade", "trade", "deposit", "withdraw", "price", "wait", "write", "unwrite", "buy", "sell", "liquidate", "sweep", "cover", "repay", "accrue"),
    who: fc.nat(2),
    amount: fc.integer({ min: -100, max: 100 }).filter((amount) => amount !== 0),
  }),
  { minLength: LENGTH / 2, maxLength: LENGTH },
);

/** Does the action; a refusal by one of the venue's own errors is a legitimate outcome, a panic is not. */
async function act(system: System, { kind, who, amount }: Action): Promise<boolean> {
  const { clearinghouse, perp, options, fund, keeper, lp } = system;
  const account = [system.alice, system.bob, system.carol][who]!;
  const size = BigInt(Math.abs(amount));
  const work: Record<Action["kind"], () => Promise<unknown>> = {
    trade: () => tx(perp, account, "trade", amount % 2 === 0 ? 0 : 1, (units("1") * BigInt(amount)) / (amount % 2 === 0 ? 2n : 100n), amount > 0 ? MAX_PRICE : 0),
    deposit: () => tx(clearinghouse, account, "deposit", size * usdc("10"), account),
    withdraw: () => tx(clearinghouse, account, "withdraw", size * usdc("500") + 1n, account),
    price: () => setEth(system, String(2000 + amount * 7)),
    wait: async () => {
      await time.increase(Math.abs(amount) * 300);
      for (const feed of [system.feedEth, system.feedBtc]) await tx(feed, system.deployer, "set", (await read<bigint[]>(feed, "latestRoundData"))[1]);
    },
    write: () => tx(options, account, "write", amount > 0 ? 0 : 1, (units("1") * size) / 7n),
    unwrite: () => tx(options, account, "unwrite", amount > 0 ? 0 : 1, (units("1") * size) / 11n),
    buy: () => tx(options, account, "buy", amount > 0 ? 0 : 1, (units("1") * size) / 13n, MAX_COST),
    sell: () => tx(options, account, "sell", amount > 0 ? 0 : 1, (units("1") * size) / 17n, 0),
    liquidate: () => tx(clearinghouse, keeper, "liquidate", account),
    sweep: () => tx(clearinghouse, account, "sweepFees"),
    cover: () => tx(fund, lp, "deposit", size * usdc("1"), lp),
    repay: () => tx(clearinghouse, account, "repayBadDebt"),
    accrue: () => tx(perp, account, "accrueFunding", 0),
  };
  try {
    await work[kind]();
    return true;
  } catch (error) {
    const message = String(error);
    if (/panic|out of bounds|overflow|without a reason|unrecognized/i.test(message)) throw error;
    return false;
  }
}

/**
 * Profit and loss, funding and fees only move between accounts. So the house holds what it owes, and beyond it nothing but
 * rounding: a few wei per settlement, and less than one unit of the settlement token per payment.
 */
const ROUNDING = 10n ** 12n;

async function expectInvariants(system: System, steps: number): Promise<void> {
  const { clearinghouse, perp, options, token, fund, optionToken } = system;
  const people: readonly (Signer | Contract)[] = [system.alice, system.bob, system.carol, system.backstop, system.keeper, fund];

  for (const market of [0, 1]) {
    let sum = 0n;
    let longs = 0n;
    for (const account of people) {
      const [size] = await read<[bigint]>(perp, "positionOf", market, account);
      sum += size;
      if (size > 0n) longs += size;
    }
    expect(sum, `sizes of market ${market}`).to.equal(0n);
    expect((await read<bigint[]>(perp, "marketOf", market))[9], `open interest of market ${market}`).to.equal(longs);
  }

  let shorts = 0n;
  for (const series of [0, 1]) {
    const { 6: written } = await read<bigint[]>(options, "seriesOf", series);
    expect(await read(optionToken, "totalSupply", series), `supply of series ${series}`).to.equal(written);
    let amount = 0n;
    for (const account of people) {
      const [short, locked] = await read<[bigint, bigint]>(options, "shortOf", series, account);
      amount += short;
      shorts += locked;
      // Both series can pay 1,800 dollars a unit.
      expect(locked, "written risk").to.be.at.least((short * 1800n) / 1n);
    }
    expect(amount, `shorts of series ${series}`).to.equal(written);
  }
  expect((await read<[number, bigint]>(clearinghouse, "productOf", options))[1], "locked").to.equal(shorts);

  const held = (await read(token, "balanceOf", clearinghouse)) * 10n ** 12n + (await read(clearinghouse, "badDebt"));
  let equity = shorts;
  for (const account of people) equity += (await read<[bigint, bigint, bigint]>(clearinghouse, "accountHealth", account))[0];
  expect(held - equity, "assets beyond liabilities").to.be.within(0n, ROUNDING * BigInt(steps + 1));
}

/** Whoever holds a position can close it and take out what is theirs. */
async function expectExits(system: System): Promise<void> {
  const { clearinghouse, perp, options, guardian, optionToken } = system;
  for (const module of [clearinghouse, perp, options]) await tx(module, guardian, "setPauseLevel", 1);
  for (const account of [system.alice, system.bob, system.carol]) {
    for (const market of [0, 1]) {
      const [size] = await read<[bigint]>(perp, "positionOf", market, account);
      if (size !== 0n) await tx(perp, account, "trade", market, -size, size > 0n ? 0 : MAX_PRICE);
    }
    for (const series of [0, 1]) {
      const [short] = await read<[bigint]>(options, "shortOf", series, account);
      const tokens = await read(optionToken, "balanceOf", account, series);
      const back = short < tokens ? short : tokens;
      if (back !== 0n) await tx(options, account, "unwrite", series, back);
    }
    const [cash] = await read<[bigint]>(clearinghouse, "accountOf", account);
    if (cash > 10n ** 12n) await tx(clearinghouse, account, "withdraw", cash / 10n ** 12n, account);
    else if (cash < 0n) await tx(clearinghouse, system.keeper, "liquidate", account);
  }
}

async function versionOne(): Promise<System> {
  const venue = await deployVenue();
  await tx(venue.fund, venue.lp, "deposit", usdc("20000"), venue.lp);
  return venue;
}

async function versionThree(): Promise<System> {
  const venue = await deployVenue();
  await tx(venue.fund, venue.lp, "deposit", usdc("20000"), venue.lp);
  return { ...venue, ...(await upgradeToV3(venue)) };
}

describe("Invariants of the venue over random lives", function () {
  this.timeout(0);
  for (const [name, fixture] of [["version 1", versionOne], ["version 3", versionThree]] as const) {
    it(`hold in ${name}, after every action and to the last exit`, async () => {
      const done = new Map<string, number>();
      await fc.assert(
        fc.asyncProperty(actions, async (life) => {
          const system = await loadFixture(fixture);
          for (const [step, action] of life.entries()) {
            if (await act(system, action)) done.set(action.kind, (done.get(action.kind) ?? 0) + 1);
            await expectInvariants(system, step);
          }
          await setEth(system, "2000");
          await expectExits(system);
          await expectInvariants(system, life.length + 20);
        }),
        { numRuns: RUNS, endOnFailure: true },
      );
      // A life in which everything is refused proves nothing.
      for (const kind of ["trade", "deposit", "write", "buy"]) expect(done.get(kind) ?? 0, kind).to.be.greaterThan(0);
    });
  }

  it("see a ledger that creates money (the check can fail)", async () => {
    const system = await loadFixture(versionOne);
    const product = await ethers.getImpersonatedSigner(String(system.perp.target));
    await networkHelpers.setBalance(product.address, 10n ** 18n);
    await tx(system.clearinghouse, product, "settle", system.alice, units("1"));
    const outcome = await expectInvariants(system, 0).then(() => "held", () => "broken");
    expect(outcome).to.equal("broken");
  });
});
