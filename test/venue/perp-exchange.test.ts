import { expect } from "chai";
import { CORES, deploy, deployCore, deployCoreV2, deployUups, ETH, ethers, id, marketParameters, MAX_PRICE, networkHelpers, read, setEth, tx, units, upgrade, upgradeToV2, usd, usdc, type Core } from "./support.js";

const { loadFixture, time } = networkHelpers;

type Position = [size: bigint, settledPrice: bigint, settledFunding: bigint];
const position = (core: Pick<Core, "perp">, account: unknown, market = 0) => read<Position>(core.perp, "positionOf", market, account);
const cash = async (core: Pick<Core, "clearinghouse">, account: unknown) => (await read<[bigint]>(core.clearinghouse, "accountOf", account))[0];

const FUNDED = CORES.map(({ core: make, ...rest }) => ({ ...rest, deployCore: make, funded: async () => fund(await make()) }));
const funded = async () => fund(await deployCore());

async function fund(core: Core): Promise<Core> {
  for (const account of [core.alice, core.bob, core.carol]) await tx(core.clearinghouse, account, "deposit", usdc("100000"), account);
  return core;
}

const matched = (core: Core, change: Record<string, unknown> = {}) => ({
  marketId: 0, long: core.alice, short: core.bob, size: units("10"), price: usd("2000"), longFee: 0, shortFee: 0, ...change,
});

for (const { version, suffix, deployCore, funded } of FUNDED) {
  describe(`PerpExchange${suffix}`, () => {
    describe("initialize", () => {
      it("refuses each zero address by name and can't run on the bare implementation", async () => {
        const { perp, timelock } = await loadFixture(deployCore);
        const a = timelock.address;
        const good = { timelock: a, guardian: a, matcher: a, clearinghouse: a, oracle: a, backstop: a };
        for (const name of Object.keys(good)) {
          await expect(deployUups(`PerpExchange${suffix}`, { ...good, [name]: ethers.ZeroAddress }))
            .to.be.revertedWithCustomError(perp, "ZeroAddress").withArgs(id(name));
        }
        const fresh = await deployUups(`PerpExchange${suffix}`, { ...good, backstop: timelock });
        expect(await read<string>(fresh, "backstop")).to.equal(a);
        expect(await read<boolean>(fresh, "hasRole", await read<string>(fresh, "MATCHER_ROLE"), a)).to.equal(true);
        const bare = await deploy(`PerpExchange${suffix}`);
        await expect(tx(bare, timelock, "initialize", good)).to.be.revertedWithCustomError(bare, "InvalidInitialization");
        expect(await read<string>(perp, "version")).to.equal(`${version}.0.0`);
      });
    });

    describe("trade", () => {
      it("fills at mark moved by half of its own skew, so that a round trip costs its fees only", async () => {
        const core = await loadFixture(funded);
        const { perp, alice, backstop } = core;
        await tx(perp, alice, "trade", 0, units("100"), MAX_PRICE);
        // Half of 100 on a scale of 10,000 is half a percent.
        expect((await position(core, alice))[1]).to.equal(usd("2010"));
        expect((await position(core, backstop))[0]).to.equal(-units("100"));
        expect([...(await read<bigint[]>(perp, "prices", 0))]).to.deep.equal([usd("2000"), usd("2020")]);
        await tx(perp, alice, "trade", 0, -units("100"), 0);
        const paid = usd("100000") - (await cash(core, alice));
        const fees = 2n * (units("100") * 2010n * 5n / 10_000n);
        expect(paid - fees).to.be.lessThan(usd("0.1"));
        expect(paid).to.be.greaterThanOrEqual(fees);
      });

      it("keeps the sum of all sizes at zero and open interest at the sum of longs", async () => {
        const core = await loadFixture(funded);
        const { perp, alice, bob, carol, backstop } = core;
        await tx(perp, alice, "trade", 0, units("40"), MAX_PRICE);
        await tx(perp, bob, "trade", 0, -units("70"), 0);
        await tx(perp, carol, "trade", 0, units("5"), MAX_PRICE);
        await tx(perp, alice, "trade", 0, -units("60"), 0);
        let sum = 0n;
        let longs = 0n;
        for (const account of [alice, bob, carol, backstop]) {
          const [size] = await position(core, account);
          sum += size;
          if (size > 0n) longs += size;
        }
        expect(sum).to.equal(0n);
        expect((await read<bigint[]>(perp, "marketOf", 0))[9]).to.equal(longs);
      });

      it("refuses what is over cap, out of band, beyond the limit price, without margin, of size zero or by the backstop", async () => {
        const core = await loadFixture(funded);
        const { perp, clearinghouse, alice, bob, backstop, timelock } = core;
        await expect(tx(perp, alice, "trade", 0, 0, 0)).to.be.revertedWithCustomError(perp, "ZeroSize");
        await expect(tx(perp, backstop, "trade", 0, 1, MAX_PRICE)).to.be.revertedWithCustomError(perp, "SelfTrade");
        await expect(tx(perp, alice, "trade", 9, 1, MAX_PRICE)).to.be.revertedWithCustomError(perp, "UnknownMarket");
        await expect(tx(perp, alice, "trade", 0, units("1"), usd("2000"))).to.be.revertedWithCustomError(perp, "PriceLimit");
        await expect(tx(perp, alice, "trade", 0, -units("1"), usd("2000"))).to.be.revertedWithCustomError(perp, "PriceLimit");
        await expect(tx(perp, alice, "trade", 0, units("1001"), MAX_PRICE)).to.be.revertedWithCustomError(perp, "PriceOutsideBand");
        await expect(tx(perp, alice, "trade", 0, -units("20001"), 0)).to.be.revertedWithCustomError(perp, "PriceOutsideBand");
        await tx(perp, timelock, "setMarketParameters", 0, { ...marketParameters(ETH, "MAJORS"), openInterestCap: units("50") });
        await expect(tx(perp, alice, "trade", 0, units("51"), MAX_PRICE)).to.be.revertedWithCustomError(perp, "OverOpenInterestCap");
        await tx(clearinghouse, bob, "withdraw", usdc("99990"), bob);
        await expect(tx(perp, bob, "trade", 0, units("1"), MAX_PRICE)).to.be.revertedWithCustomError(clearinghouse, "UnderMargin");
      });

      it("fills an exit at the band's edge instead of refusing it", async () => {
        const core = await loadFixture(funded);
        const { perp, clearinghouse, alice, bob, timelock } = core;
        await tx(clearinghouse, alice, "deposit", usdc("1000000"), alice);
        await tx(clearinghouse, bob, "deposit", usdc("1000000"), bob);
        await tx(perp, bob, "trade", 0, -units("200"), 0);
        await tx(perp, alice, "trade", 0, units("600"), MAX_PRICE);
        // Both hold; the skew is then measured on a scale so small that any price is beyond the band.
        await tx(perp, timelock, "setMarketParameters", 0, { ...marketParameters(ETH, "MAJORS"), skewScale: units("1000") });
        await expect(tx(perp, bob, "trade", 0, -units("1"), 0)).to.be.revertedWithCustomError(perp, "PriceOutsideBand");
        await tx(perp, bob, "trade", 0, units("200"), MAX_PRICE);
        expect((await position(core, bob))[0]).to.equal(0n);
      });

      it("reverts on a stale, zero or negative price and recovers", async () => {
        const core = await loadFixture(funded);
        const { perp, oracle, feedEth, deployer, alice } = core;
        await tx(feedEth, deployer, "set", 0);
        await expect(tx(perp, alice, "trade", 0, 1, MAX_PRICE)).to.be.revertedWithCustomError(oracle, "NonPositivePrice");
        await tx(feedEth, deployer, "set", -5);
        await expect(tx(perp, alice, "trade", 0, 1, MAX_PRICE)).to.be.revertedWithCustomError(oracle, "NonPositivePrice");
        await setEth(core, "2000");
        await time.increase(86_401);
        await expect(tx(perp, alice, "trade", 0, 1, MAX_PRICE)).to.be.revertedWithCustomError(oracle, "StalePrice");
        await setEth(core, "2000");
        await tx(perp, alice, "trade", 0, units("1"), MAX_PRICE);
      });

      it("lets positions shrink only, in a reduce-only market", async () => {
        const core = await loadFixture(funded);
        const { perp, alice, timelock } = core;
        await tx(perp, alice, "trade", 0, units("2"), MAX_PRICE);
        await tx(perp, timelock, "setMarketStatus", 0, 2);
        await expect(tx(perp, alice, "trade", 0, units("1"), MAX_PRICE)).to.be.revertedWithCustomError(perp, "MarketReduceOnly");
        // More than the position is a new position on the other side.
        await expect(tx(perp, alice, "trade", 0, -units("3"), 0)).to.be.revertedWithCustomError(perp, "MarketReduceOnly");
        await tx(perp, alice, "trade", 0, -units("2"), 0);
      });
    });

    describe("funding", () => {
      it("is paid by the heavier side, and what is paid is received", async () => {
        const core = await loadFixture(funded);
        const { perp, alice, backstop } = core;
        await tx(perp, alice, "trade", 0, units("100"), MAX_PRICE);
        await time.increase(43_200);
        await setEth(core, "2000");
        const owed = await read(perp, "pendingFunding", 0, alice);
        // A skew of one percent over half a day of 2000 dollars, for 100 units.
        expect(owed).to.be.closeTo(usd("1000"), usd("0.1"));
        expect(owed + (await read(perp, "pendingFunding", 0, backstop))).to.be.within(0n, 2n);
        const before = await cash(core, alice);
        await expect(tx(perp, alice, "accrueFunding", 0)).to.emit(perp, "FundingAccrued");
        await tx(perp, alice, "trade", 0, -units("100"), 0);
        expect(before - (await cash(core, alice))).to.be.greaterThan(usd("1000"));
      });

      it("is capped per day and accrued under the old parameters first", async () => {
        const core = await loadFixture(funded);
        const { perp, clearinghouse, alice, timelock } = core;
        await tx(clearinghouse, alice, "deposit", usdc("1000000"), alice);
        await tx(perp, alice, "trade", 0, units("400"), MAX_PRICE);
        await time.increase(86_000);
        await tx(perp, timelock, "setMarketParameters", 0, { ...marketParameters(ETH, "MAJORS"), maxFundingBpsPerDay: 0 });
        const index = (await read<bigint[]>(perp, "marketOf", 0))[10]!;
        // Two percent of 2000 a day, not the four that the skew would ask for.
        expect(index).to.be.closeTo(usd("39.8"), usd("0.2"));
        await time.increase(400);
        await setEth(core, "2000");
        await tx(perp, alice, "accrueFunding", 0);
        expect((await read<bigint[]>(perp, "marketOf", 0))[10]).to.equal(index);
      });
    });

    describe("settleMatch", () => {
      it("moves size between two accounts at the given price with their fees", async () => {
        const core = await loadFixture(funded);
        const { perp, matcher, alice, bob } = core;
        await tx(perp, matcher, "settleMatch", matched(core, { longFee: usd("1"), shortFee: usd("2") }));
        expect((await position(core, alice))[0]).to.equal(units("10"));
        expect((await position(core, bob))[0]).to.equal(-units("10"));
        expect(await cash(core, alice)).to.equal(usd("99999"));
        expect(await cash(core, bob)).to.equal(usd("99998"));
      });

      it("refuses strangers, self trades, nothing, and prices out of band", async () => {
        const core = await loadFixture(funded);
        const { perp, matcher, alice } = core;
        await expect(tx(perp, alice, "settleMatch", matched(core))).to.be.revertedWithCustomError(perp, "AccessControlUnauthorizedAccount");
        await expect(tx(perp, matcher, "settleMatch", matched(core, { short: alice }))).to.be.revertedWithCustomError(perp, "SelfTrade");
        await expect(tx(perp, matcher, "settleMatch", matched(core, { size: 0 }))).to.be.revertedWithCustomError(perp, "ZeroSize");
        for (const price of ["1899", "2101"]) {
          await expect(tx(perp, matcher, "settleMatch", matched(core, { price: usd(price) }))).to.be.revertedWithCustomError(perp, "PriceOutsideBand");
        }
      });

      it("asks margin of the side that opens only, and closes under partial pause", async () => {
        const core = await loadFixture(funded);
        const { perp, clearinghouse, guardian, matcher, carol } = core;
        await tx(perp, matcher, "settleMatch", matched(core));
        await tx(clearinghouse, carol, "withdraw", usdc("99999"), carol);
        await expect(tx(perp, matcher, "settleMatch", matched(core, { long: carol }))).to.be.revertedWithCustomError(clearinghouse, "UnderMargin");
        await expect(tx(perp, matcher, "settleMatch", matched(core, { short: carol, long: core.bob, size: units("1") }))).to.be.revertedWithCustomError(clearinghouse, "UnderMargin");
        await tx(perp, guardian, "setPauseLevel", 1);
        await expect(tx(perp, matcher, "settleMatch", matched(core))).to.be.revertedWithCustomError(perp, "Paused");
        await tx(perp, matcher, "settleMatch", matched(core, { long: core.bob, short: core.alice, size: units("4") }));
        await tx(perp, guardian, "setPauseLevel", 2);
        await expect(tx(perp, matcher, "settleMatch", matched(core))).to.be.revertedWithCustomError(perp, "Paused");
        for (const [name, ...args] of [["trade", 0, 1, MAX_PRICE], ["accrueFunding", 0]] as const) {
          await expect(tx(perp, core.alice, name, ...args)).to.be.revertedWithCustomError(perp, "Paused");
        }
      });
    });

    describe("liquidation", () => {
      it("hands every position over to the backstop, and never closes the backstop out", async () => {
        const core = await loadFixture(funded);
        const { perp, clearinghouse, alice, bob, keeper, backstop } = core;
        await tx(clearinghouse, alice, "withdraw", usdc("20000"), alice);
        await tx(perp, alice, "trade", 0, units("400"), MAX_PRICE);
        await tx(perp, alice, "trade", 1, units("0.5"), MAX_PRICE);
        await setEth(core, "1840");
        await expect(tx(clearinghouse, keeper, "liquidate", alice)).to.emit(perp, "ClosedOut");
        expect((await position(core, alice))[0]).to.equal(0n);
        expect((await position(core, alice, 1))[0]).to.equal(0n);
        await expect(tx(perp, bob, "closeOut", alice)).to.be.revertedWithCustomError(perp, "OnlyClearinghouse");
        const house = await ethers.getImpersonatedSigner(await clearinghouse.getAddress());
        await networkHelpers.setBalance(house.address, units("1"));
        await expect(tx(perp, house, "closeOut", backstop)).to.be.revertedWithCustomError(perp, "BackstopCannotBeClosedOut");
      });
    });

    describe("liquidation of one market among several", () => {
      it("passes over the markets without a position", async () => {
        const core = await loadFixture(funded);
        const { perp, clearinghouse, alice, keeper, feedBtc, deployer } = core;
        await tx(clearinghouse, alice, "withdraw", usdc("45000"), alice);
        await tx(perp, alice, "trade", 1, -units("1"), 0);
        await tx(feedBtc, deployer, "set", usd("75000"));
        await expect(tx(clearinghouse, keeper, "liquidate", alice)).to.emit(perp, "ClosedOut");
        expect((await position(core, alice, 1))[0]).to.equal(0n);
      });
    });

    describe("two actions in one block", () => {
      it("accrue funding once", async () => {
        const core = await loadFixture(funded);
        const { perp, alice, bob } = core;
        await tx(perp, alice, "trade", 0, units("10"), MAX_PRICE);
        await ethers.provider.send("evm_setAutomine", [false]);
        const sent = [await tx(perp, alice, "accrueFunding", 0), await tx(perp, bob, "accrueFunding", 0)];
        await networkHelpers.mine();
        await ethers.provider.send("evm_setAutomine", [true]);
        const receipts = await Promise.all(sent.map(async (one) => one.wait()));
        expect(new Set(receipts.map((receipt) => receipt?.blockNumber)).size).to.equal(1);
        expect(receipts.map((receipt) => receipt?.logs.length)).to.have.members([1, 0]);
      });
    });

    describe("parameters", () => {
      it("stay within hard bounds, and only the timelock sets them", async () => {
        const core = await loadFixture(deployCore);
        const { perp, clearinghouse, oracle, timelock, alice } = core;
        const good = marketParameters(ETH, "MAJORS");
        for (const change of [{ bandBps: 0 }, { bandBps: 2001 }, { takerFeeBps: 101 }, { maxFundingBpsPerDay: 1001 }, { skewScale: 0 }]) {
          await expect(tx(perp, timelock, "createMarket", { ...good, ...change })).to.be.revertedWithCustomError(perp, "OutOfBounds");
        }
        await expect(tx(perp, timelock, "createMarket", { ...good, riskClass: id("X") })).to.be.revertedWithCustomError(clearinghouse, "UnknownRiskClass");
        await expect(tx(perp, timelock, "createMarket", { ...good, priceId: id("X") })).to.be.revertedWithCustomError(oracle, "UnknownFeed");
        await expect(tx(perp, timelock, "setMarketParameters", 0, marketParameters(id("BTC-USD"), "MAJORS"))).to.be.revertedWithCustomError(perp, "OutOfBounds");
        await expect(tx(perp, timelock, "setMarketStatus", 0, 0)).to.be.revertedWithCustomError(perp, "OutOfBounds");
        for (const [name, ...args] of [["createMarket", good], ["setMarketParameters", 0, good], ["setMarketStatus", 0, 2], ["setBackstop", alice]] as const) {
          await expect(tx(perp, alice, name, ...args)).to.be.revertedWithCustomError(perp, "AccessControlUnauthorizedAccount");
        }
        for (let i = 2; i < 32; i++) await tx(perp, timelock, "createMarket", good);
        await expect(tx(perp, timelock, "createMarket", good)).to.be.revertedWithCustomError(perp, "OutOfBounds");
        expect(await read(perp, "marketCount")).to.equal(32n);
      });

      it("let the timelock name another backstop, whose predecessor keeps its positions", async () => {
        const core = await loadFixture(funded);
        const { perp, clearinghouse, timelock, alice, backstop, carol } = core;
        await tx(perp, alice, "trade", 0, units("5"), MAX_PRICE);
        await expect(tx(perp, timelock, "setBackstop", ethers.ZeroAddress)).to.be.revertedWithCustomError(perp, "ZeroAddress");
        await tx(perp, timelock, "setBackstop", carol);
        expect(await read<string>(perp, "backstop")).to.equal(carol.address);
        expect((await position(core, backstop))[0]).to.equal(-units("5"));
        await tx(perp, backstop, "trade", 0, units("5"), MAX_PRICE);
        expect(await read<string>(perp, "clearinghouse")).to.equal(await clearinghouse.getAddress());
        expect(await read<string>(perp, "oracle")).to.equal(await core.oracle.getAddress());
      });
    });
  });
}

describe("PerpExchangeV2", () => {
  it("leaves every position, index and account as it was", async () => {
    const core = await loadFixture(funded);
    const { alice } = core;
    await tx(core.perp, alice, "trade", 0, units("10"), MAX_PRICE);
    const before = [await position(core, alice), [...(await read<bigint[]>(core.perp, "marketOf", 0))]].flat();
    const health = [...(await read<bigint[]>(core.clearinghouse, "accountHealth", alice))];
    const next = await upgradeToV2(core);
    expect([await position(next, alice), [...(await read<bigint[]>(next.perp, "marketOf", 0))]].flat()).to.deep.equal(before);
    // Funding goes on while the two upgrades are mined, so equity drifts by a dust of it.
    const after = [...(await read<bigint[]>(next.clearinghouse, "accountHealth", alice))];
    expect(after.slice(1)).to.deep.equal(health.slice(1));
    expect(after[0]).to.be.closeTo(health[0]!, usd("0.01"));
    expect(await read<string>(next.perp, "version")).to.equal("2.0.0");
    expect([...(await read<bigint[]>(next.perp, "datedTerms", 0))]).to.deep.equal([0n, 0n, 0n]);
  });

  it("initializes once, within bounds, by the timelock", async () => {
    const core = await loadFixture(deployCore);
    const { perp, timelock, alice } = core;
    const implementation = await deploy("PerpExchangeV2");
    const data = (tenor: number, window: number) => implementation.interface.encodeFunctionData("initializeV2", [tenor, window]);
    for (const [tenor, window] of [[0, 1], [731 * 86_400, 1], [1, 0], [1, 8 * 86_400]] as const) {
      await expect(tx(perp, timelock, "upgradeToAndCall", implementation, data(tenor, window))).to.be.revertedWithCustomError(implementation, "OutOfBounds");
    }
    await tx(perp, timelock, "upgradeToAndCall", implementation, "0x");
    const next = (await ethers.getContractAt("PerpExchangeV2", await perp.getAddress())) as unknown as typeof perp;
    await expect(tx(next, alice, "initializeV2", 86_400, 1)).to.be.revertedWithCustomError(next, "AccessControlUnauthorizedAccount");
    await tx(next, timelock, "initializeV2", 86_400, 1);
    await expect(tx(next, timelock, "initializeV2", 86_400, 1)).to.be.revertedWithCustomError(next, "InvalidInitialization");
    expect([...(await read<bigint[]>(next, "datedRules"))]).to.deep.equal([86_400n, 1n]);
  });

});

for (const version of [2, 3]) {
  describe(`Dated futures, version ${version}`, () => {
    const EXPIRY_IN = 30 * 86_400;
    async function dated() {
      const core = await funded();
      await tx(core.perp, core.alice, "trade", 0, units("10"), MAX_PRICE);
      const next = { ...core, ...(await upgradeToV2(core)) };
      const expiry = (await time.latest()) + EXPIRY_IN;
      await tx(next.perp, core.timelock, "createDatedMarket", { ...marketParameters(ETH, "MAJORS"), maxFundingBpsPerDay: 0 }, expiry);
      await tx(next.perp, core.alice, "trade", 2, units("10"), MAX_PRICE);
      await tx(next.perp, core.bob, "trade", 2, -units("4"), 0);
      if (version === 2) return { ...next, expiry };
      const clearinghouse = await upgrade(next.clearinghouse, core.timelock, "ClearinghouseV3");
      const perp = await upgrade(next.perp, core.timelock, "PerpExchangeV3");
      return { ...next, clearinghouse, perp, expiry };
    }

    async function expired() {
      const core = await dated();
      await time.increaseTo(core.expiry - 60);
      await setEth(core, "2100");
      const round = await read(core.feedEth, "latestRound");
      await time.increaseTo(core.expiry + 10);
      await setEth(core, "2150");
      return { ...core, round };
    }

    it("opens dated markets within tenor and window, without funding", async () => {
      const { perp, timelock, alice } = await loadFixture(version === 2 ? deployCoreV2 : CORES[2].core);
      const now = await time.latest();
      const parameters = { ...marketParameters(ETH, "MAJORS"), maxFundingBpsPerDay: 0 };
      for (const expiry of [now, now + 3000, now + 401 * 86_400]) {
        await expect(tx(perp, timelock, "createDatedMarket", parameters, expiry)).to.be.revertedWithCustomError(perp, "OutOfBounds");
      }
      await expect(tx(perp, timelock, "createDatedMarket", marketParameters(ETH, "MAJORS"), now + 86_400)).to.be.revertedWithCustomError(perp, "OutOfBounds");
      await expect(tx(perp, alice, "createDatedMarket", parameters, now + 86_400)).to.be.revertedWithCustomError(perp, "AccessControlUnauthorizedAccount");
      await tx(perp, timelock, "createDatedMarket", parameters, now + 86_400);
      expect([...(await read<bigint[]>(perp, "datedTerms", 2))]).to.deep.equal([1n, BigInt(now + 86_400), 0n]);
      expect([...(await read<bigint[]>(perp, "datedRules"))]).to.deep.equal([400n * 86_400n, 3600n]);
      await expect(tx(perp, timelock, "setMarketParameters", 2, marketParameters(ETH, "MAJORS"))).to.be.revertedWithCustomError(perp, "OutOfBounds");
      await tx(perp, timelock, "setMarketParameters", 2, parameters);
      await tx(perp, timelock, "setMarketParameters", 0, marketParameters(ETH, "MAJORS"));
    });

    it("pays no funding, and lets positions only shrink in the closing window", async () => {
      const core = await loadFixture(dated);
      const { perp, alice, expiry } = core;
      await time.increaseTo(expiry - 3000);
      await setEth(core, "2000");
      expect(await read(perp, "pendingFunding", 2, alice)).to.equal(0n);
      await expect(tx(perp, alice, "trade", 2, units("1"), MAX_PRICE)).to.be.revertedWithCustomError(perp, "MarketReduceOnly");
      await tx(perp, alice, "trade", 2, -units("1"), 0);
      await tx(perp, alice, "trade", 0, units("1"), MAX_PRICE);
    });

    it("settles everybody at the locked price, in any order, and ends flat", async () => {
      const core = await loadFixture(expired);
      const { perp, oracle, clearinghouse, alice, bob, carol, backstop, keeper, expiry, round } = core;
      await expect(tx(perp, alice, "trade", 2, -units("1"), 0)).to.be.revertedWithCustomError(perp, "MarketExpired");
      await expect(tx(perp, core.matcher, "settleMatch", matched(core, { marketId: 2, price: usd("2150") }))).to.be.revertedWithCustomError(perp, "MarketExpired");
      await expect(tx(perp, keeper, "settleExpired", 2, [alice])).to.be.revertedWithCustomError(oracle, "NotLocked");
      await expect(tx(perp, keeper, "settleExpired", 0, [alice])).to.be.revertedWithCustomError(perp, "NotSettleable");
      // Between expiry and settlement the live price values the position.
      expect([...(await read<bigint[]>(perp, "prices", 2))]).to.deep.equal([usd("2150"), usd("2150")]);
      await tx(oracle, carol, "lockExpiryPrice", ETH, expiry, round);
      const before = await cash(core, bob);
      await expect(tx(perp, keeper, "settleExpired", 2, [bob, backstop, carol])).to.emit(perp, "DatedMarketSettled").withArgs(2, usd("2100"));
      expect([...(await read<bigint[]>(perp, "prices", 2))]).to.deep.equal([usd("2100"), usd("2100")]);
      expect(before - (await cash(core, bob))).to.be.closeTo(units("4") * 100n, units("8"));
      await tx(perp, keeper, "settleExpired", 2, [alice]);
      for (const account of [alice, bob, backstop]) expect((await position(core, account, 2))[0]).to.equal(0n);
      expect((await read<bigint[]>(perp, "marketOf", 2))[9]).to.equal(0n);
      expect((await read<bigint[]>(clearinghouse, "accountHealth", alice))[1]).to.be.greaterThan(0n);
    });

    it("liquidates an account that still holds an expired position", async () => {
      const core = await loadFixture(expired);
      const { perp, clearinghouse, oracle, alice, bob, keeper, expiry, round } = core;
      await tx(oracle, bob, "lockExpiryPrice", ETH, expiry, round);
      await tx(perp, bob, "settleExpired", 2, [bob]);
      await setEth(core, "1000");
      await tx(clearinghouse, alice, "withdraw", usdc("80000"), alice);
      await tx(perp, alice, "trade", 0, units("100"), MAX_PRICE);
      await setEth(core, "850");
      await tx(clearinghouse, keeper, "liquidate", alice);
      expect((await position(core, alice, 2))[0]).to.equal(0n);
    });
  });
}
