import { expect } from "chai";
import { CORES, deploy, deployCore, deployVenue, ETH, BTC, ethers, id, marketParameters, MAX_COST, MAX_PRICE, networkHelpers, read, setEth, tx, units, upgradeToV3, usd, usdc } from "./support.js";

const { loadFixture } = networkHelpers;
const health = async (house: Parameters<typeof read>[0], account: unknown) => [...(await read<[bigint, bigint, bigint]>(house, "accountHealth", account))] as [bigint, bigint, bigint];

for (const { version, suffix, core: deployCoreV2 } of CORES.slice(1)) {
  describe(`Clearinghouse${suffix}, further collateral`, () => {
    it("counts collateral at its price less the haircut, and gives it back", async () => {
      const { clearinghouse, weth, alice, bob } = await loadFixture(deployCoreV2);
      await tx(clearinghouse, alice, "depositCollateral", weth, units("10"), bob);
      // 10 ether at 2000 less 15 %.
      expect(await read(clearinghouse, "collateralValue", bob)).to.equal(usd("17000"));
      expect((await health(clearinghouse, bob))[0]).to.equal(usd("17000"));
      expect(await read(clearinghouse, "collateralOf", bob, weth)).to.equal(units("10"));
      await expect(tx(clearinghouse, bob, "withdrawCollateral", weth, units("4"), alice)).to.changeTokenBalance(ethers, weth, alice, units("4"));
      expect((await read<bigint[]>(clearinghouse, "collateralTerms", weth))[2]).to.equal(units("6"));
      expect(await read<string[]>(clearinghouse, "collateralTokens")).to.deep.equal([await weth.getAddress()]);
      expect(await read<string>(clearinghouse, "version")).to.equal(`${version}.0.0`);
    });

    it("carries positions on collateral alone, and keeps its margin in", async () => {
      const core = await loadFixture(deployCoreV2);
      const { clearinghouse, perp, weth, alice } = core;
      await tx(clearinghouse, alice, "depositCollateral", weth, units("1"), alice);
      await tx(perp, alice, "trade", 0, units("10"), MAX_PRICE);
      await expect(tx(clearinghouse, alice, "withdrawCollateral", weth, units("0.9"), alice)).to.be.revertedWithCustomError(clearinghouse, "UnderMargin");
      await tx(clearinghouse, alice, "withdrawCollateral", weth, units("0.1"), alice);
      await expect(tx(clearinghouse, alice, "withdraw", 1, alice)).to.be.revertedWithCustomError(clearinghouse, "InsufficientCash");
    });

    it("refuses zero, unknown tokens, more than the cap, and more than there is", async () => {
      const { clearinghouse, weth, token, alice } = await loadFixture(deployCoreV2);
      const zero = ethers.ZeroAddress;
      for (const name of ["depositCollateral", "withdrawCollateral"]) {
        await expect(tx(clearinghouse, alice, name, weth, 0, alice)).to.be.revertedWithCustomError(clearinghouse, "ZeroAmount");
        await expect(tx(clearinghouse, alice, name, weth, 1, zero)).to.be.revertedWithCustomError(clearinghouse, "ZeroAddress");
        await expect(tx(clearinghouse, alice, name, token, 1, alice)).to.be.revertedWithCustomError(clearinghouse, "UnknownCollateral");
      }
      await expect(tx(clearinghouse, alice, "depositCollateral", weth, units("501"), alice)).to.be.revertedWithCustomError(clearinghouse, "OverCollateralCap");
      await expect(tx(clearinghouse, alice, "withdrawCollateral", weth, 1, alice)).to.be.revertedWithCustomError(clearinghouse, "InsufficientCollateral");
    });

    it("lists collateral within bounds, by the timelock", async () => {
      const { clearinghouse, oracle, weth, token, timelock, alice } = await loadFixture(deployCoreV2);
      await expect(tx(clearinghouse, alice, "setCollateralTerms", weth, ETH, 1, 1)).to.be.revertedWithCustomError(clearinghouse, "AccessControlUnauthorizedAccount");
      await expect(tx(clearinghouse, timelock, "setCollateralTerms", token, ETH, 1, 1)).to.be.revertedWithCustomError(clearinghouse, "UnknownCollateral");
      await expect(tx(clearinghouse, timelock, "setCollateralTerms", ethers.ZeroAddress, ETH, 1, 1)).to.be.revertedWithCustomError(clearinghouse, "ZeroAddress");
      await expect(tx(clearinghouse, timelock, "setCollateralTerms", weth, ETH, 5001, 1)).to.be.revertedWithCustomError(clearinghouse, "OutOfBounds");
      await expect(tx(clearinghouse, timelock, "setCollateralTerms", weth, BTC, 1, 1)).to.be.revertedWithCustomError(clearinghouse, "OutOfBounds");
      const odd = await deploy("MockERC20", "Odd", "ODD", 19);
      await expect(tx(clearinghouse, timelock, "setCollateralTerms", odd, ETH, 1, 1)).to.be.revertedWithCustomError(clearinghouse, "UnsupportedDecimals");
      const more = [];
      for (let i = 0; i < 8; i++) more.push(await deploy("MockERC20", "T", "T", 8));
      await expect(tx(clearinghouse, timelock, "setCollateralTerms", more[0], id("X"), 1, 1)).to.be.revertedWithCustomError(oracle, "UnknownFeed");
      for (const listed of more.slice(0, 7)) await tx(clearinghouse, timelock, "setCollateralTerms", listed, BTC, 100, 1);
      await expect(tx(clearinghouse, timelock, "setCollateralTerms", more[7], BTC, 1, 1)).to.be.revertedWithCustomError(clearinghouse, "TooManyCollaterals");
      await tx(clearinghouse, timelock, "setCollateralTerms", weth, ETH, 2000, 0);
      expect([...(await read<unknown[]>(clearinghouse, "collateralTerms", weth))]).to.deep.equal([ETH, 0n, 0n, units("1"), 2000n]);
      expect(await read<string>(clearinghouse, "oracle")).to.equal(await oracle.getAddress());
    });

    describe("purchaseCollateral", () => {
      async function underwater() {
        const core = await deployCoreV2();
        const { clearinghouse, perp, weth, alice, keeper } = core;
        await tx(clearinghouse, keeper, "deposit", usdc("100000"), keeper);
        await tx(clearinghouse, alice, "depositCollateral", weth, units("2"), alice);
        await tx(perp, alice, "trade", 0, units("30"), MAX_PRICE);
        return core;
      }

      it("leaves a healthy account alone, whoever asks", async () => {
        const { clearinghouse, weth, alice, keeper, bob } = await loadFixture(underwater);
        await expect(tx(clearinghouse, keeper, "purchaseCollateral", alice, weth, 1)).to.be.revertedWithCustomError(clearinghouse, "CollateralNotForSale");
        await expect(tx(clearinghouse, bob, "purchaseCollateral", alice, weth, 1)).to.be.revertedWithCustomError(clearinghouse, "AccessControlUnauthorizedAccount");
        await expect(tx(clearinghouse, keeper, "purchaseCollateral", alice, weth, 0)).to.be.revertedWithCustomError(clearinghouse, "ZeroAmount");
      });

      it("turns a liquidated account's collateral into the cash it owes", async () => {
        const core = await loadFixture(underwater);
        const { clearinghouse, weth, alice, keeper } = core;
        await setEth(core, "1930");
        await tx(clearinghouse, keeper, "liquidate", alice);
        const owed = (await read<[bigint]>(clearinghouse, "accountOf", alice))[0];
        expect(owed).to.be.lessThan(0n);
        expect(await read(clearinghouse, "badDebt")).to.equal(0n);
        await tx(clearinghouse, keeper, "purchaseCollateral", alice, weth, units("1.8"));
        expect((await read<[bigint]>(clearinghouse, "accountOf", alice))[0] - owed).to.equal((usd("1930") * 85n * 18n) / 1000n);
        expect(await read(clearinghouse, "collateralOf", keeper, weth)).to.equal(units("1.8"));
        await expect(tx(clearinghouse, keeper, "purchaseCollateral", alice, weth, 1)).to.be.revertedWithCustomError(clearinghouse, "CollateralNotForSale");
      });

      it("comes before the fund: bad debt is what remains when no collateral does", async () => {
        const core = await loadFixture(underwater);
        const { clearinghouse, fund, weth, alice, keeper, lp } = core;
        await tx(fund, lp, "deposit", usdc("10000"), lp);
        await setEth(core, "1850");
        await tx(clearinghouse, keeper, "liquidate", alice);
        expect(await read(fund, "totalCovered")).to.equal(0n);
        expect((await health(clearinghouse, alice))[0]).to.be.lessThan(0n);
        await tx(clearinghouse, keeper, "purchaseCollateral", alice, weth, units("2"));
        await tx(clearinghouse, keeper, "liquidate", alice);
        expect(await read(fund, "totalCovered")).to.be.greaterThan(0n);
        expect((await read<[bigint]>(clearinghouse, "accountOf", alice))[0]).to.equal(0n);
      });
    });
  });
}

describe("ClearinghouseV2", () => {
  it("initializes once, by the timelock, with an oracle", async () => {
    const core = await loadFixture(deployCore);
    const { clearinghouse, oracle, weth, timelock, alice } = core;
    const next = await deploy("ClearinghouseV2");
    const data = next.interface.encodeFunctionData("initializeV2", [ethers.ZeroAddress, weth.target, ETH, 1, 1]);
    await expect(tx(clearinghouse, timelock, "upgradeToAndCall", next, data)).to.be.revertedWithCustomError(clearinghouse, "ZeroAddress").withArgs(id("oracle"));
    await tx(clearinghouse, timelock, "upgradeToAndCall", next, "0x");
    const v2 = (await ethers.getContractAt("ClearinghouseV2", await clearinghouse.getAddress())) as unknown as typeof next;
    await expect(tx(v2, alice, "initializeV2", oracle, weth, ETH, 1, 1)).to.be.revertedWithCustomError(v2, "AccessControlUnauthorizedAccount");
    await tx(v2, timelock, "initializeV2", oracle, weth, ETH, 1, 1);
    await expect(tx(v2, timelock, "initializeV2", oracle, weth, ETH, 1, 1)).to.be.revertedWithCustomError(v2, "InvalidInitialization");
  });
});

describe("Risk standard (version 3 of clearinghouse, exchange and options market)", () => {
  it("asks half of the initial margin, at every leverage down to one", async () => {
    const venue = await loadFixture(deployVenue);
    const { clearinghouse } = await upgradeToV3(venue);
    for (const [name, leverage] of [["MAJORS", 20n], ["ALTS", 10n], ["UNLEVERED", 1n]] as const) {
      expect([...(await read<bigint[]>(clearinghouse, "marginRequirement", id(name), usd("1000")))]).to.deep.equal([usd("1000") / leverage, usd("500") / leverage]);
      expect(await read(clearinghouse, "maxLeverageOf", id(name))).to.equal(leverage);
    }
    await expect(read(clearinghouse, "marginRequirement", id("X"), 1)).to.be.revertedWithCustomError(clearinghouse, "UnknownRiskClass");
    expect(await read<string>(clearinghouse, "version")).to.equal("3.0.0");
  });

  it("raises nobody's maintenance margin, and no one becomes liquidatable", async () => {
    const venue = await loadFixture(deployVenue);
    const { perp, alice, bob } = venue;
    await tx(perp, alice, "trade", 0, units("200"), MAX_PRICE);
    await tx(perp, alice, "trade", 1, units("0.5"), MAX_PRICE);
    await tx(perp, bob, "trade", 0, -units("50"), 0);
    const before = await Promise.all([alice, bob].map((account) => health(venue.clearinghouse, account)));
    const next = await upgradeToV3(venue);
    const after = await Promise.all([alice, bob].map((account) => health(next.clearinghouse, account)));
    for (const [index, account] of after.entries()) {
      expect(account[1]).to.equal(before[index]![1]);
      expect(account[2]).to.be.at.most(before[index]![2]).and.greaterThan(0n);
    }
    expect(await read<string>(next.perp, "version")).to.equal("3.0.0");
    expect(await read<string>(next.options, "version")).to.equal("3.0.0");
  });

  it("trades, writes, liquidates and sets leverage as before", async () => {
    const venue = await loadFixture(deployVenue);
    const next = await upgradeToV3(venue);
    const { timelock, alice, bob, keeper, expiry } = venue;
    await tx(next.options, alice, "write", 0, units("2"));
    await tx(next.options, bob, "buy", 0, units("2"), MAX_COST);
    await tx(next.options, bob, "sell", 0, units("1"), 0);
    await tx(next.options, keeper, "createSeries", ETH, expiry, 1, usd("1500"), 0);
    await tx(next.perp, alice, "trade", 0, units("400"), MAX_PRICE);
    await tx(next.clearinghouse, alice, "withdraw", usdc("40000"), alice);
    await setEth(venue, "1850");
    await tx(next.clearinghouse, keeper, "liquidate", alice);
    await expect(tx(next.clearinghouse, alice, "setMaxLeverage", id("ALTS"), 5)).to.be.revertedWithCustomError(next.clearinghouse, "AccessControlUnauthorizedAccount");
    for (const leverage of [0, 51]) {
      await expect(tx(next.clearinghouse, timelock, "setMaxLeverage", id("ALTS"), leverage)).to.be.revertedWithCustomError(next.clearinghouse, "OutOfBounds");
    }
    await tx(next.clearinghouse, timelock, "setMaxLeverage", id("ALTS"), 5);
    expect(await read(next.clearinghouse, "maxLeverageOf", id("ALTS"))).to.equal(5n);
    await expect(tx(next.perp, timelock, "createMarket", { ...marketParameters(ETH, "X") })).to.be.revertedWithCustomError(next.clearinghouse, "UnknownRiskClass");
    await tx(next.clearinghouse, timelock, "setMaxLeverage", id("UNLEVERED"), 2);
    await expect(tx(next.options, alice, "write", 0, units("1"))).to.be.revertedWithCustomError(next.options, "UnderCollateralised");
  });

  it("must move in one batch: a product left behind can't ask for its margins any more", async () => {
    const venue = await loadFixture(deployVenue);
    const { timelock, alice } = venue;
    await tx(venue.perp, alice, "trade", 0, units("1"), MAX_PRICE);
    await tx(venue.clearinghouse, timelock, "upgradeToAndCall", await deploy("ClearinghouseV3"), "0x");
    await expect(tx(venue.perp, alice, "trade", 0, units("1"), MAX_PRICE)).to.revert(ethers);
    await expect(tx(venue.clearinghouse, alice, "withdraw", 1, alice)).to.revert(ethers);
  });
});
