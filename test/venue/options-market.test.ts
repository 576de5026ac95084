import { expect } from "chai";
import { deploy, deployUups, deployVenue, ETH, ethers, id, MAX_COST, networkHelpers, read, setEth, SMILE, tx, units, upgradeOptionsToV2, usd, usdc, VENUES, type Venue } from "./support.js";

const { loadFixture, time } = networkHelpers;
const CALL = 0;
const PUT = 1;

const cash = async (venue: Pick<Venue, "clearinghouse">, account: unknown) => (await read<[bigint]>(venue.clearinghouse, "accountOf", account))[0];
const locked = async (venue: Venue) => (await read<[bigint, bigint]>(venue.clearinghouse, "productOf", venue.options))[1];

async function expire(venue: Venue, dollars: string) {
  await time.increaseTo(venue.expiry - 10);
  await setEth(venue, dollars);
  const round = await read(venue.feedEth, "latestRound");
  await time.increaseTo(venue.expiry + 10);
  await setEth(venue, "2000");
  await tx(venue.oracle, venue.carol, "lockExpiryPrice", ETH, venue.expiry, round);
}

for (const { version, suffix, venue: deployVenue } of VENUES) {
  describe(`OptionsMarket${suffix}`, () => {
    describe("initialize", () => {
      it("refuses each zero address by name, a wide spread, and the bare implementation", async () => {
        const { options, timelock } = await loadFixture(deployVenue);
        const a = timelock.address;
        const good = { timelock: a, guardian: a, keeper: a, clearinghouse: a, oracle: a, pricer: a, seriesBeacon: a, underwriter: a, riskClass: id("X"), spreadBps: 0 };
        for (const name of Object.keys(good).slice(0, 8)) {
          await expect(deployUups(`OptionsMarket${suffix}`, { ...good, [name]: ethers.ZeroAddress })).to.be.revertedWithCustomError(options, "ZeroAddress").withArgs(id(name));
        }
        await expect(deployUups(`OptionsMarket${suffix}`, { ...good, spreadBps: 2001 })).to.be.revertedWithCustomError(options, "OutOfBounds");
        const bare = await deploy(`OptionsMarket${suffix}`);
        await expect(tx(bare, timelock, "initialize", good)).to.be.revertedWithCustomError(bare, "InvalidInitialization");
      });
    });

    describe("writing", () => {
      it("locks the largest payout, mints as much as is written, and gives it back", async () => {
        const venue = await loadFixture(deployVenue);
        const { options, optionToken, alice, bob } = venue;
        await tx(options, alice, "write", CALL, units("3"));
        await tx(options, alice, "write", PUT, units("2"));
        expect(await locked(venue)).to.equal(3n * usd("1800") + 2n * usd("1800"));
        expect(await read(options, "requiredCollateral", CALL, units("3"))).to.equal(3n * usd("1800"));
        expect(await read<string>(options, "tokenOf", venue.expiry)).to.equal(await optionToken.getAddress());
        expect(await read(optionToken, "totalSupply", CALL)).to.equal(units("3"));
        expect((await read<bigint[]>(options, "seriesOf", CALL))[6]).to.equal(units("3"));
        expect([...(await read<bigint[]>(options, "shortOf", CALL, alice))]).to.deep.equal([units("3"), 3n * usd("1800")]);
        await tx(optionToken, alice, "transfer", bob, CALL, units("1"));
        await expect(tx(options, bob, "unwrite", CALL, units("1"))).to.be.revertedWithCustomError(options, "NotWritten");
        await tx(options, alice, "unwrite", CALL, units("2"));
        expect(await locked(venue)).to.equal(usd("1800") + 2n * usd("1800"));
        await expect(tx(options, alice, "unwrite", CALL, 0)).to.be.revertedWithCustomError(options, "ZeroAmount");
        await expect(tx(options, alice, "unwrite", CALL, 1)).to.be.revertedWithCustomError(optionToken, "ERC6909InsufficientBalance");
      });

      it("refuses nothing, an unknown series, and a writer without the cash", async () => {
        const { options, clearinghouse, alice } = await loadFixture(deployVenue);
        await expect(tx(options, alice, "write", CALL, 0)).to.be.revertedWithCustomError(options, "ZeroAmount");
        await expect(tx(options, alice, "write", 7, 1)).to.be.revertedWithCustomError(options, "UnknownSeries");
        await expect(tx(options, alice, "write", CALL, units("100"))).to.be.revertedWithCustomError(clearinghouse, "InsufficientCash");
      });

      it("refuses a risk class that doesn't cover the payout", async () => {
        const { options, clearinghouse, timelock, alice } = await loadFixture(deployVenue);
        if (version < 3) await tx(clearinghouse, timelock, "setRiskClass", id("UNLEVERED"), 2, 600);
        else await tx(clearinghouse, timelock, "setMaxLeverage", id("UNLEVERED"), 2);
        await expect(tx(options, alice, "write", CALL, units("1"))).to.be.revertedWithCustomError(options, "UnderCollateralised");
      });

      it("keeps what writers lock apart from their cash and margin", async () => {
        const venue = await loadFixture(deployVenue);
        const { options, clearinghouse, alice, timelock } = venue;
        await tx(options, alice, "write", CALL, units("50"));
        expect(await cash(venue, alice)).to.equal(usd("10000"));
        await expect(tx(clearinghouse, alice, "withdraw", usdc("10001"), alice)).to.be.revertedWithCustomError(clearinghouse, "InsufficientCash");
        const stranger = await ethers.getImpersonatedSigner(await venue.perp.getAddress());
        await networkHelpers.setBalance(stranger.address, units("1"));
        await expect(tx(clearinghouse, stranger, "unlockCollateral", alice, 1)).to.be.revertedWithCustomError(clearinghouse, "InsufficientLocked");
        await tx(clearinghouse, timelock, "setProduct", options, 2);
        await expect(tx(options, alice, "write", CALL, units("1"))).to.be.revertedWithCustomError(clearinghouse, "NotAProduct");
        await tx(options, alice, "unwrite", CALL, units("50"));
      });
    });

    describe("trading against the underwriter", () => {
      it("costs the model's premium plus the spread, and pays it less the spread", async () => {
        const venue = await loadFixture(deployVenue);
        const { options, optionToken, alice, backstop } = venue;
        const before = await cash(venue, alice);
        await tx(options, alice, "buy", CALL, units("2"), MAX_COST);
        const cost = before - (await cash(venue, alice));
        const premium = await read(options, "premiumOf", CALL);
        expect(cost).to.be.closeTo((premium * 2n * 102n) / 100n, usd("0.01"));
        expect(await read(optionToken, "balanceOf", alice, CALL)).to.equal(units("2"));
        expect((await read<bigint[]>(options, "shortOf", CALL, backstop))[0]).to.equal(units("2"));
        await tx(options, alice, "sell", CALL, units("2"), 0);
        expect(before - (await cash(venue, alice))).to.be.closeTo((premium * 2n * 4n) / 100n, usd("0.01"));
        expect(await locked(venue)).to.equal(0n);
      });

      it("keeps to the caller's limits and refuses to sell what the underwriter didn't write", async () => {
        const { options, alice, bob, clearinghouse } = await loadFixture(deployVenue);
        await expect(tx(options, alice, "buy", CALL, units("1"), 1)).to.be.revertedWithCustomError(options, "PremiumLimit");
        await tx(options, alice, "buy", CALL, units("1"), MAX_COST);
        await expect(tx(options, alice, "sell", CALL, units("1"), MAX_COST)).to.be.revertedWithCustomError(options, "PremiumLimit");
        await tx(options, bob, "write", PUT, units("1"));
        await expect(tx(options, bob, "sell", PUT, units("1"), 0)).to.be.revertedWithCustomError(options, "NotWritten");
        await tx(clearinghouse, bob, "withdraw", usdc("98200"), bob);
        await expect(tx(options, bob, "buy", CALL, units("1"), MAX_COST)).to.be.revertedWithCustomError(clearinghouse, "UnderMargin");
      });

      it("stops writing and buying under partial pause, and never selling, unwriting or redeeming", async () => {
        const venue = await loadFixture(deployVenue);
        const { options, clearinghouse, guardian, alice, token } = venue;
        await tx(options, alice, "buy", CALL, units("2"), MAX_COST);
        await tx(options, alice, "write", CALL, units("1"));
        for (const module of [options, clearinghouse]) await tx(module, guardian, "setPauseLevel", 1);
        for (const [name, ...args] of [["write", CALL, 1], ["buy", CALL, 1, MAX_COST]] as const) {
          await expect(tx(options, alice, name, ...args)).to.be.revertedWithCustomError(options, "Paused");
        }
        await tx(options, alice, "sell", CALL, units("1"), 0);
        await tx(options, alice, "unwrite", CALL, units("1"));
        await expire(venue, "2500");
        await tx(options, alice, "settleSeries", CALL);
        for (const module of [options, clearinghouse]) await tx(module, guardian, "setPauseLevel", 2);
        for (const [name, ...args] of [["sell", CALL, 1, 0], ["unwrite", CALL, 1], ["release", CALL, alice]] as const) {
          await expect(tx(options, alice, name, ...args)).to.be.revertedWithCustomError(options, "Paused");
        }
        await expect(tx(options, alice, "redeem", CALL, units("1"))).to.changeTokenBalance(ethers, token, alice, usdc("300"));
      });
    });

    describe("expiry", () => {
      it("pays holders, releases writers, and leaves nothing locked", async () => {
        const venue = await loadFixture(deployVenue);
        const { options, optionToken, alice, bob, backstop, token } = venue;
        await tx(options, alice, "write", CALL, units("2"));
        await tx(optionToken, alice, "transfer", bob, CALL, units("2"));
        await tx(options, bob, "buy", PUT, units("1"), MAX_COST);
        await expect(tx(options, bob, "settleSeries", CALL)).to.be.revertedWithCustomError(venue.oracle, "NotLocked");
        await expect(tx(options, bob, "redeem", CALL, 1)).to.be.revertedWithCustomError(options, "NotSettled");
        await expire(venue, "2700");
        await tx(options, bob, "settleSeries", CALL);
        await tx(options, bob, "settleSeries", PUT);
        await expect(tx(options, bob, "settleSeries", PUT)).to.be.revertedWithCustomError(options, "AlreadySettled");
        await expect(tx(options, bob, "redeem", CALL, units("2"))).to.changeTokenBalance(ethers, token, bob, usdc("1000"));
        await expect(tx(options, bob, "redeem", PUT, units("1"))).to.changeTokenBalance(ethers, token, bob, 0n);
        await expect(tx(options, bob, "redeem", PUT, 0)).to.be.revertedWithCustomError(options, "ZeroAmount");
        const before = await cash(venue, alice);
        await tx(options, bob, "release", CALL, alice);
        expect((await cash(venue, alice)) - before).to.equal(2n * usd("1800") - usd("1000"));
        await expect(tx(options, bob, "release", CALL, alice)).to.be.revertedWithCustomError(options, "NotWritten");
        await tx(options, bob, "release", PUT, backstop);
        expect(await locked(venue)).to.equal(0n);
        expect(await read(optionToken, "totalSupply", CALL)).to.equal(0n);
      });

      it("caps a call, pays a put, and stops trading", async () => {
        const venue = await loadFixture(deployVenue);
        const { options, alice, bob, keeper, expiry } = venue;
        await tx(options, keeper, "createSeries", ETH, expiry, CALL, usd("1000"), usd("1200"));
        await tx(options, keeper, "createSeries", ETH, expiry, PUT, usd("1900"), 0);
        await expire(venue, "1600");
        for (const series of [0, 1, 2, 3]) await tx(options, bob, "settleSeries", series);
        const payouts = await Promise.all([0, 1, 2, 3].map(async (series) => (await read<bigint[]>(options, "seriesOf", series))[7]));
        expect(payouts).to.deep.equal([0n, usd("200"), usd("200"), usd("300")]);
        for (const [name, ...args] of [["write", CALL, 1], ["unwrite", CALL, 1], ["buy", CALL, 1, 1], ["sell", CALL, 1, 0]] as const) {
          await expect(tx(options, alice, name, ...args)).to.be.revertedWithCustomError(options, "SeriesExpired");
        }
      });
    });

    describe("listing", () => {
      it("refuses terms that make no option, and a surface that makes no sense", async () => {
        const { options, pricer, keeper, alice, expiry } = await loadFixture(deployVenue);
        const now = await time.latest();
        for (const terms of [[ETH, expiry, CALL, 0, 1], [ETH, now, CALL, 1, 2], [ETH, expiry, CALL, 2, 2], [ETH, expiry, PUT, 2, 1]]) {
          await expect(tx(options, keeper, "createSeries", ...terms)).to.be.revertedWithCustomError(options, "InvalidTerms");
        }
        await expect(tx(options, keeper, "createSeries", ETH, expiry + 1, PUT, 1, 0)).to.be.revertedWithCustomError(options, "NoSurface");
        await expect(tx(options, alice, "createSeries", ETH, expiry, PUT, 1, 0)).to.be.revertedWithCustomError(options, "AccessControlUnauthorizedAccount");
        if (version > 1) return;
        await expect(tx(options, alice, "setSurface", ETH, expiry, SMILE)).to.be.revertedWithCustomError(options, "AccessControlUnauthorizedAccount");
        await expect(tx(options, keeper, "setSurface", ETH, expiry, [])).to.be.revertedWithCustomError(pricer, "EmptySurface");
        await expect(tx(options, keeper, "setSurface", ETH, expiry, [SMILE[1], SMILE[0]])).to.be.revertedWithCustomError(pricer, "UnsortedSurface").withArgs(1);
        for (const change of [{ strike: 0 }, { volatility: units("0.009") }, { volatility: units("5.1") }]) {
          await expect(tx(options, keeper, "setSurface", ETH, expiry, [{ ...SMILE[0], ...change }])).to.be.revertedWithCustomError(pricer, "OutOfRange");
        }
        await tx(options, keeper, "setSurface", ETH, expiry, SMILE.slice(0, 2));
        expect((await read<unknown[]>(options, "surfaceOf", ETH, expiry)).length).to.equal(2);
      });

      it("leaves pricer and spread to the timelock", async () => {
        const venue = await loadFixture(deployVenue);
        const { options, pricer, timelock, alice, backstop, clearinghouse, oracle } = venue;
        for (const [name, ...args] of [["setPricer", pricer], ["setSpread", 1]] as const) {
          await expect(tx(options, alice, name, ...args)).to.be.revertedWithCustomError(options, "AccessControlUnauthorizedAccount");
        }
        await tx(options, timelock, "setPricer", pricer);
        await tx(options, timelock, "setSpread", 5);
        await expect(tx(options, timelock, "setPricer", ethers.ZeroAddress)).to.be.revertedWithCustomError(options, "ZeroAddress");
        expect(await read(options, "spreadBps")).to.equal(5n);
        expect(await read<string>(options, "pricer")).to.equal(await pricer.getAddress());
        expect(await read<string>(options, "underwriter")).to.equal(backstop.address);
        expect(await read<string>(options, "clearinghouse")).to.equal(await clearinghouse.getAddress());
        expect(await read<string>(options, "oracle")).to.equal(await oracle.getAddress());
        expect(await read(options, "seriesCount")).to.equal(2n);
        expect(await read<string>(options, "version")).to.equal(`${version}.0.0`);
        expect(await read(options, "closeOut", alice)).to.equal(0n);
      });
    });
  });
}

describe("OptionSeries", () => {
  it("is minted and burned by the market alone, and knows its expiry", async () => {
    const { optionToken, options, alice, expiry } = await loadFixture(deployVenue);
    for (const name of ["mint", "burn"]) {
      await expect(tx(optionToken, alice, name, alice, 0, 1)).to.be.revertedWithCustomError(optionToken, "OnlyMarket");
    }
    expect(await read<string>(optionToken, "market")).to.equal(await options.getAddress());
    expect(await read(optionToken, "expiry")).to.equal(BigInt(expiry));
    const bare = await deploy("OptionSeries");
    await expect(tx(bare, alice, "initialize", 1)).to.be.revertedWithCustomError(bare, "InvalidInitialization");
  });
});

describe("OptionsMarketV2", () => {
  it("keeps every premium within the pricers' error, and decays it alike", async () => {
    const venue = await loadFixture(deployVenue);
    const before = await Promise.all([CALL, PUT].map((series) => read(venue.options, "premiumOf", series)));
    const next = { ...venue, ...(await upgradeOptionsToV2(venue)) };
    for (const [series, old] of before.entries()) {
      expect(await read(next.options, "premiumOf", series)).to.be.closeTo(old, usd("0.005"));
    }
    expect((await read<unknown[][]>(next.options, "varianceSurfaceOf", ETH, venue.expiry))[1]).to.have.length(3);

    // The same market left on version 1 for twenty days gives the same premium.
    const [call] = await Promise.all([read(next.options, "premiumOf", CALL)]);
    await time.increase(20 * 86_400);
    await setEth(next, "2000");
    const later = await read(next.options, "premiumOf", CALL);
    expect(later).to.be.lessThan(call);
    const quote = { spot: usd("2000"), strike: usd("2200"), timeToExpiry: venue.expiry - (await time.latest()), isCall: true };
    const direct = (await read(venue.pricer, "premium", quote, SMILE)) - (await read(venue.pricer, "premium", { ...quote, strike: usd("4000") }, SMILE));
    expect(later).to.be.closeTo(direct, usd("0.005"));
  });

  it("keeps series, shorts and locks, and trades on", async () => {
    const venue = await loadFixture(deployVenue);
    const { alice, keeper, expiry } = venue;
    await tx(venue.options, alice, "buy", CALL, units("2"), MAX_COST);
    const before = [...(await read<unknown[]>(venue.options, "seriesOf", CALL))];
    const next = { ...venue, ...(await upgradeOptionsToV2(venue)) };
    expect([...(await read<unknown[]>(next.options, "seriesOf", CALL))]).to.deep.equal(before);
    await tx(next.options, alice, "sell", CALL, units("1"), 0);
    await tx(next.options, alice, "buy", PUT, units("1"), MAX_COST);
    await tx(next.options, keeper, "createSeries", ETH, expiry, PUT, usd("1500"), 0);
    await expect(tx(next.options, keeper, "createSeries", ETH, expiry + 1, PUT, usd("1500"), 0)).to.be.revertedWithCustomError(next.options, "NoSurface");
    await expire(venue, "2300");
    await tx(next.options, alice, "settleSeries", CALL);
    await tx(next.options, alice, "redeem", CALL, units("1"));
  });

  it("converts only what hasn't expired", async () => {
    const venue = await loadFixture(deployVenue);
    const { options, keeper } = venue;
    const soon = (await time.latest()) + 100;
    await tx(options, keeper, "setSurface", ETH, soon, SMILE);
    await tx(options, keeper, "createSeries", ETH, soon, PUT, usd("1500"), 0);
    await time.increase(200);
    const next = await upgradeOptionsToV2(venue);
    expect((await read<unknown[][]>(next.options, "varianceSurfaceOf", ETH, soon))[1]).to.have.length(0);
    await expect(read(next.options, "premiumOf", 2)).to.be.revertedWithCustomError(next.options, "SeriesExpired");
  });

  it("initializes once, by the timelock", async () => {
    const venue = await loadFixture(deployVenue);
    const next = await upgradeOptionsToV2(venue);
    await expect(tx(next.options, venue.timelock, "initializeV2", next.pricer)).to.be.revertedWithCustomError(next.options, "InvalidInitialization");
  });
});

for (const { suffix, venue: fixture } of VENUES.slice(1)) {
  describe(`OptionsMarket${suffix}, surface of total variance`, () => {
    it("is quoted by keepers, sorted and within range, for expiries to come", async () => {
      const { options, pricer, keeper, alice, guardian } = await loadFixture(fixture);
      const now = await time.latest();
      const far = now + 365 * 86_400;
      const smile = [{ strike: usd("2000"), totalVariance: units("0.3") }, { strike: usd("2500"), totalVariance: units("0.4") }];
      await tx(options, keeper, "setVarianceSurface", ETH, far, smile);
      await tx(options, keeper, "setVarianceSurface", ETH, far, smile);
      await expect(tx(options, alice, "setVarianceSurface", ETH, far, smile)).to.be.revertedWithCustomError(options, "AccessControlUnauthorizedAccount");
      await expect(tx(options, keeper, "setVarianceSurface", ETH, now, smile)).to.be.revertedWithCustomError(options, "InvalidTerms");
      await expect(tx(options, keeper, "setVarianceSurface", ETH, far, [])).to.be.revertedWithCustomError(pricer, "EmptySurface");
      await expect(tx(options, keeper, "setVarianceSurface", ETH, far, [smile[1], smile[0]])).to.be.revertedWithCustomError(pricer, "UnsortedSurface");
      for (const change of [{ strike: 0 }, { totalVariance: 0 }, { totalVariance: units("26") }]) {
        await expect(tx(options, keeper, "setVarianceSurface", ETH, far, [{ ...smile[0], ...change }])).to.be.revertedWithCustomError(pricer, "OutOfRange");
      }
      await tx(options, keeper, "createSeries", ETH, far, CALL, usd("2200"), usd("5000"));
      expect(await read(options, "premiumOf", 2)).to.be.greaterThan(usd("100"));
      expect((await read<unknown[][]>(options, "varianceSurfaceOf", ETH, far))[1]).to.have.length(2);
      await tx(options, guardian, "setPauseLevel", 1);
      await expect(tx(options, keeper, "createSeries", ETH, far, PUT, usd("2200"), 0)).to.be.revertedWithCustomError(options, "Paused");
    });
  });
}
