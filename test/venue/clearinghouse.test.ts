import { expect } from "chai";
import { CORES, deploy, deployUups, ethers, id, MAX_PRICE, networkHelpers, read, setEth, solvency, tx, units, usd, usdc } from "./support.js";

const { loadFixture } = networkHelpers;

for (const { version, suffix, core: deployCore } of CORES) {
  describe(`Clearinghouse${suffix}`, () => {
    describe("initialize", () => {
      it("leaves the deployer without a role and can't run twice", async () => {
        const { clearinghouse, deployer, timelock } = await loadFixture(deployCore);
        for (const role of ["DEFAULT_ADMIN_ROLE", "GUARDIAN_ROLE", "KEEPER_ROLE"]) {
          expect(await read<boolean>(clearinghouse, "hasRole", await read<string>(clearinghouse, role), deployer)).to.equal(false);
        }
        expect(await read<boolean>(clearinghouse, "hasRole", ethers.ZeroHash, timelock)).to.equal(true);
        const params = [timelock, timelock, timelock, timelock, timelock, 0, 0];
        await expect(tx(clearinghouse, deployer, "initialize", params)).to.be.revertedWithCustomError(clearinghouse, "InvalidInitialization");
      });

      it("refuses each zero address by name, and a token of more than 18 decimals", async () => {
        const { clearinghouse, token, timelock } = await loadFixture(deployCore);
        const a = timelock.address;
        const good = { timelock: a, guardian: a, keeper: a, settlementToken: await token.getAddress(), insuranceFund: a, keeperRewardBps: 1, liquidationFeeBps: 1 };
        for (const name of ["timelock", "guardian", "keeper", "settlementToken", "insuranceFund"]) {
          await expect(deployUups(`Clearinghouse${suffix}`, { ...good, [name]: ethers.ZeroAddress }))
            .to.be.revertedWithCustomError(clearinghouse, "ZeroAddress")
            .withArgs(id(name));
        }
        const odd = await deploy("MockERC20", "Odd", "ODD", 19);
        await expect(deployUups(`Clearinghouse${suffix}`, { ...good, settlementToken: odd }))
          .to.be.revertedWithCustomError(clearinghouse, "UnsupportedDecimals")
          .withArgs(19);
      });

      it("sets every term on a fresh proxy", async () => {
        const { token, fund, timelock, guardian, keeper } = await loadFixture(deployCore);
        const fresh = await deployUups(`Clearinghouse${suffix}`, {
          timelock, guardian, keeper, settlementToken: token, insuranceFund: fund, keeperRewardBps: 7, liquidationFeeBps: 9,
        });
        expect([...(await read<bigint[]>(fresh, "liquidationTerms"))]).to.deep.equal([7n, 9n]);
        expect(await read<string>(fresh, "settlementToken")).to.equal(await token.getAddress());
        expect(await read<string>(fresh, "insuranceFund")).to.equal(await fund.getAddress());
        expect(await read<boolean>(fresh, "hasRole", await read<string>(fresh, "KEEPER_ROLE"), keeper)).to.equal(true);
        expect(await read<string>(fresh, "version")).to.equal(`${version}.0.0`);
      });

      it("can't be run on the bare implementation", async () => {
        const { timelock } = await loadFixture(deployCore);
        const bare = await deploy(`Clearinghouse${suffix}`);
        const a = timelock.address;
        await expect(tx(bare, timelock, "initialize", [a, a, a, a, a, 0, 0])).to.be.revertedWithCustomError(bare, "InvalidInitialization");
      });
    });

    describe("deposit and withdraw", () => {
      it("credits in 18 decimals and pays back in token units", async () => {
        const { clearinghouse, token, alice, bob } = await loadFixture(deployCore);
        await tx(clearinghouse, alice, "deposit", usdc("100"), bob);
        expect((await read<[bigint, bigint]>(clearinghouse, "accountOf", bob))[0]).to.equal(usd("100"));
        await expect(tx(clearinghouse, bob, "withdraw", usdc("40"), alice)).to.changeTokenBalances(
          ethers, token, [clearinghouse, alice], [-usdc("40"), usdc("40")],
        );
      });

      it("refuses zero amounts, zero addresses and more than there is", async () => {
        const { clearinghouse, alice } = await loadFixture(deployCore);
        await expect(tx(clearinghouse, alice, "deposit", 0, alice)).to.be.revertedWithCustomError(clearinghouse, "ZeroAmount");
        await expect(tx(clearinghouse, alice, "withdraw", 0, alice)).to.be.revertedWithCustomError(clearinghouse, "ZeroAmount");
        await expect(tx(clearinghouse, alice, "deposit", 1, ethers.ZeroAddress)).to.be.revertedWithCustomError(clearinghouse, "ZeroAddress");
        await expect(tx(clearinghouse, alice, "withdraw", 1, ethers.ZeroAddress)).to.be.revertedWithCustomError(clearinghouse, "ZeroAddress");
        await expect(tx(clearinghouse, alice, "withdraw", 1, alice)).to.be.revertedWithCustomError(clearinghouse, "InsufficientCash");
      });

      it("keeps the initial margin of open positions in", async () => {
        const { clearinghouse, perp, alice } = await loadFixture(deployCore);
        await tx(clearinghouse, alice, "deposit", usdc("1000"), alice);
        await tx(perp, alice, "trade", 0, units("5"), MAX_PRICE);
        await expect(tx(clearinghouse, alice, "withdraw", usdc("900"), alice)).to.be.revertedWithCustomError(clearinghouse, "UnderMargin");
        await tx(clearinghouse, alice, "withdraw", usdc("400"), alice);
      });
    });

    describe("liquidate", () => {
      async function nearLiquidation() {
        const core = await deployCore();
        await tx(core.clearinghouse, core.alice, "deposit", usdc("1100"), core.alice);
        await tx(core.perp, core.alice, "trade", 0, units("10"), MAX_PRICE);
        return core;
      }

      it("refuses a healthy account and a stranger", async () => {
        const { clearinghouse, alice, keeper } = await loadFixture(nearLiquidation);
        await expect(tx(clearinghouse, keeper, "liquidate", alice)).to.be.revertedWithCustomError(clearinghouse, "NotLiquidatable");
        await expect(tx(clearinghouse, alice, "liquidate", alice)).to.be.revertedWithCustomError(clearinghouse, "AccessControlUnauthorizedAccount");
      });

      it("closes the account out, pays keeper and fund, and leaves the rest", async () => {
        const core = await loadFixture(nearLiquidation);
        const { clearinghouse, perp, alice, keeper, backstop, fund, token } = core;
        await setEth(core, "1935");
        expect(await read<boolean>(clearinghouse, "isLiquidatable", alice)).to.equal(true);
        await expect(tx(clearinghouse, keeper, "liquidate", alice)).to.emit(clearinghouse, "Liquidated");
        expect((await read<[bigint]>(perp, "positionOf", 0, alice))[0]).to.equal(0n);
        expect((await read<[bigint]>(perp, "positionOf", 0, backstop))[0]).to.equal(0n);
        const [cash, at] = await read<[bigint, bigint]>(clearinghouse, "accountOf", alice);
        expect(cash).to.be.greaterThan(0n);
        expect(at).to.be.greaterThan(0n);
        expect((await read<[bigint]>(clearinghouse, "accountOf", keeper))[0]).to.be.greaterThan(usd("38"));
        await expect(tx(clearinghouse, alice, "sweepFees")).to.emit(clearinghouse, "FeesSwept");
        expect(await read(token, "balanceOf", fund)).to.be.greaterThan(usdc("58"));
        await expect(tx(clearinghouse, alice, "sweepFees")).to.be.revertedWithCustomError(clearinghouse, "ZeroAmount");
      });

      it("draws on the fund, then recognises bad debt, then repays it", async () => {
        const core = await loadFixture(nearLiquidation);
        const { clearinghouse, fund, alice, bob, keeper, lp, backstop } = core;
        await tx(fund, lp, "deposit", usdc("500"), lp);
        await setEth(core, "1700");
        await expect(tx(clearinghouse, keeper, "liquidate", alice)).to.emit(clearinghouse, "BadDebtRecognised");
        expect(await read(fund, "totalAssets")).to.equal(0n);
        expect(await read(fund, "totalCovered")).to.equal(usdc("500"));
        const debt = await read(clearinghouse, "badDebt");
        expect(debt).to.be.greaterThan(usd("1000"));
        expect((await read<[bigint]>(clearinghouse, "accountOf", alice))[0]).to.equal(0n);
        await expect(tx(clearinghouse, bob, "repayBadDebt")).to.be.revertedWithCustomError(clearinghouse, "ZeroAmount");
        await tx(fund, lp, "deposit", usdc("5000"), lp);
        await tx(clearinghouse, bob, "repayBadDebt");
        expect(await read(clearinghouse, "badDebt")).to.equal(0n);
        const { held, claims } = await solvency(core, [alice, bob, keeper, backstop]);
        expect(held).to.be.greaterThanOrEqual(claims);
      });

      it("covers a small deficit out of the fund's ledger balance alone", async () => {
        const core = await loadFixture(nearLiquidation);
        const { clearinghouse, perp, fund, alice, bob, keeper } = core;
        // A second trader's fees fill the fund's ledger.
        await tx(clearinghouse, bob, "deposit", usdc("100000"), bob);
        for (let i = 0; i < 4; i++) {
          await tx(perp, bob, "trade", 0, units("100"), MAX_PRICE);
          await tx(perp, bob, "trade", 0, -units("100"), 0);
        }
        const before = (await read<[bigint]>(clearinghouse, "accountOf", fund))[0];
        await setEth(core, "1888");
        await tx(clearinghouse, keeper, "liquidate", alice);
        expect(await read(clearinghouse, "badDebt")).to.equal(0n);
        expect((await read<[bigint]>(clearinghouse, "accountOf", fund))[0]).to.be.lessThan(before);
        expect(await read(fund, "totalCovered")).to.equal(0n);
      });
    });

    describe("products", () => {
      it("are the only callers of the ledger's inner functions", async () => {
        const { clearinghouse, alice } = await loadFixture(deployCore);
        for (const [name, ...args] of [
          ["settle", alice, 1],
          ["collectFee", alice, 1],
          ["lockCollateral", alice, 1],
          ["unlockCollateral", alice, 1],
          ["payClaim", alice, 1],
        ] as const) {
          await expect(tx(clearinghouse, alice, name, ...args)).to.be.revertedWithCustomError(clearinghouse, "NotAProduct");
        }
      });

      it("are listed by the timelock within bounds", async () => {
        const { clearinghouse, perp, timelock, alice } = await loadFixture(deployCore);
        await expect(tx(clearinghouse, alice, "setProduct", perp, 2)).to.be.revertedWithCustomError(clearinghouse, "AccessControlUnauthorizedAccount");
        await expect(tx(clearinghouse, timelock, "setProduct", perp, 0)).to.be.revertedWithCustomError(clearinghouse, "OutOfBounds");
        await expect(tx(clearinghouse, timelock, "setProduct", ethers.ZeroAddress, 1)).to.be.revertedWithCustomError(clearinghouse, "ZeroAddress");
        await tx(clearinghouse, timelock, "setProduct", perp, 2);
        expect(await read<string[]>(clearinghouse, "products")).to.deep.equal([await perp.getAddress()]);
        for (let i = 1; i < 8; i++) await tx(clearinghouse, timelock, "setProduct", ethers.zeroPadValue(ethers.toBeHex(i), 20), 1);
        await expect(tx(clearinghouse, timelock, "setProduct", alice, 1)).to.be.revertedWithCustomError(clearinghouse, "TooManyProducts");
      });
    });

    describe("parameters", () => {
      it("stay within hard bounds, and only the timelock sets them", async () => {
        const { clearinghouse, timelock, alice } = await loadFixture(deployCore);
        if (version < 3) {
          for (const [leverage, maintenance] of [[0, 100], [51, 100], [10, 49], [10, 1000]]) {
            await expect(tx(clearinghouse, timelock, "setRiskClass", id("X"), leverage, maintenance)).to.be.revertedWithCustomError(clearinghouse, "OutOfBounds");
          }
          await expect(tx(clearinghouse, alice, "setRiskClass", id("X"), 10, 500)).to.be.revertedWithCustomError(clearinghouse, "AccessControlUnauthorizedAccount");
          await expect(read(clearinghouse, "initialMarginBps", id("X"))).to.be.revertedWithCustomError(clearinghouse, "UnknownRiskClass");
          await tx(clearinghouse, timelock, "setRiskClass", id("X"), 3, 500);
          expect(await read(clearinghouse, "initialMarginBps", id("X"))).to.equal(3334n);
          expect(await read(clearinghouse, "maintenanceMarginBps", id("X"))).to.equal(500n);
          expect([...(await read<bigint[]>(clearinghouse, "riskClassOf", id("X")))]).to.deep.equal([3n, 500n]);
        }
        for (const terms of [[501, 0], [0, 501]]) {
          await expect(tx(clearinghouse, timelock, "setLiquidationTerms", ...terms)).to.be.revertedWithCustomError(clearinghouse, "OutOfBounds");
        }
        await tx(clearinghouse, timelock, "setLiquidationTerms", 10, 20);
        expect([...(await read<bigint[]>(clearinghouse, "liquidationTerms"))]).to.deep.equal([10n, 20n]);
        await expect(tx(clearinghouse, alice, "setLiquidationTerms", 1, 1)).to.be.revertedWithCustomError(clearinghouse, "AccessControlUnauthorizedAccount");
      });
    });

    describe("pause", () => {
      it("is raised by the guardian and lowered by the timelock only", async () => {
        const { clearinghouse, guardian, timelock, alice } = await loadFixture(deployCore);
        await expect(tx(clearinghouse, alice, "setPauseLevel", 1)).to.be.revertedWithCustomError(clearinghouse, "AccessControlUnauthorizedAccount");
        await tx(clearinghouse, guardian, "setPauseLevel", 1);
        await expect(tx(clearinghouse, guardian, "setPauseLevel", 0)).to.be.revertedWithCustomError(clearinghouse, "PauseNotRaised").withArgs(1, 0);
        await tx(clearinghouse, timelock, "setPauseLevel", 0);
        expect(await read(clearinghouse, "pauseLevel")).to.equal(0n);
      });

      it("partial keeps exits open, full closes them", async () => {
        const core = await loadFixture(deployCore);
        const { clearinghouse, perp, guardian, alice, keeper } = core;
        await tx(clearinghouse, alice, "deposit", usdc("1100"), alice);
        await tx(perp, alice, "trade", 0, units("10"), MAX_PRICE);
        for (const module of [clearinghouse, perp]) await tx(module, guardian, "setPauseLevel", 1);
        await expect(tx(perp, alice, "trade", 0, units("1"), MAX_PRICE)).to.be.revertedWithCustomError(perp, "Paused").withArgs(1);
        await tx(perp, alice, "trade", 0, -units("1"), 0);
        await tx(clearinghouse, alice, "withdraw", usdc("10"), alice);
        await setEth(core, "1900");
        await tx(clearinghouse, keeper, "liquidate", alice);
        await tx(clearinghouse, guardian, "setPauseLevel", 2);
        for (const [name, ...args] of [["withdraw", 1, alice], ["deposit", 1, alice], ["sweepFees"], ["repayBadDebt"]] as const) {
          await expect(tx(clearinghouse, alice, name, ...args)).to.be.revertedWithCustomError(clearinghouse, "Paused").withArgs(2);
        }
        await expect(tx(clearinghouse, keeper, "liquidate", alice)).to.be.revertedWithCustomError(clearinghouse, "Paused");
      });
    });

    describe("upgrade", () => {
      it("is the timelock's alone", async () => {
        const { clearinghouse, alice, timelock } = await loadFixture(deployCore);
        const next = await deploy("ClearinghouseV2");
        await expect(tx(clearinghouse, alice, "upgradeToAndCall", next, "0x")).to.be.revertedWithCustomError(clearinghouse, "AccessControlUnauthorizedAccount");
        await tx(clearinghouse, timelock, "upgradeToAndCall", next, "0x");
        expect(await read<string>(clearinghouse, "version")).to.equal("2.0.0");
      });
    });
  });
}
