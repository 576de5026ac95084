import { expect } from "chai";
import { deploy, deployCore, deployTransparent, ethers, id, networkHelpers, read, tx, usdc } from "./support.js";

const { loadFixture } = networkHelpers;

describe("InsuranceFund", () => {
  it("refuses each zero address by name and the bare implementation", async () => {
    const { fund, timelock } = await loadFixture(deployCore);
    const a = timelock.address;
    for (const [index, name] of ["timelock", "guardian", "token", "clearinghouse"].entries()) {
      const args = [a, a, a, a].map((value, at) => (at === index ? ethers.ZeroAddress : value));
      await expect(deployTransparent("InsuranceFund", a, ...args)).to.be.revertedWithCustomError(fund, "ZeroAddress").withArgs(id(name));
    }
    const bare = await deploy("InsuranceFund");
    await expect(tx(bare, timelock, "initialize", a, a, a, a)).to.be.revertedWithCustomError(bare, "InvalidInitialization");
    expect(await read<string>(fund, "version")).to.equal("1.0.0");
  });

  it("gives shares for deposits and the deposits back", async () => {
    const { fund, token, lp, clearinghouse } = await loadFixture(deployCore);
    await tx(fund, lp, "deposit", usdc("1000"), lp);
    const shares = await read(fund, "balanceOf", lp);
    expect(shares).to.equal(usdc("1000") * 10n ** 6n);
    await expect(tx(fund, lp, "redeem", shares, lp, lp)).to.changeTokenBalance(ethers, token, lp, usdc("1000"));
    expect(await read<string>(fund, "clearinghouse")).to.equal(await clearinghouse.getAddress());
  });

  it("makes the first depositor's donation a loss to nobody else", async () => {
    const { fund, token, alice, lp } = await loadFixture(deployCore);
    await tx(token, alice, "approve", fund, usdc("1000000"));
    await tx(fund, alice, "deposit", 1, alice);
    await tx(token, alice, "transfer", fund, usdc("100000"));
    await tx(fund, lp, "deposit", usdc("1000"), lp);
    const worth = await read(fund, "previewRedeem", await read(fund, "balanceOf", lp));
    expect(worth).to.be.greaterThan((usdc("1000") * 999n) / 1000n);
    // The donor gets half of the donation back, the virtual shares keep the rest.
    const donors = await read(fund, "previewRedeem", await read(fund, "balanceOf", alice));
    expect(donors).to.be.lessThan(usdc("51000"));
  });

  it("pays the clearinghouse only, and no more than it has", async () => {
    const { fund, token, lp, clearinghouse } = await loadFixture(deployCore);
    await tx(fund, lp, "deposit", usdc("10"), lp);
    await expect(tx(fund, lp, "cover", 1)).to.be.revertedWithCustomError(fund, "OnlyClearinghouse");
    const house = await ethers.getImpersonatedSigner(await clearinghouse.getAddress());
    await networkHelpers.setBalance(house.address, 10n ** 18n);
    await expect(tx(fund, house, "cover", usdc("4"))).to.changeTokenBalance(ethers, token, house, usdc("4"));
    await tx(fund, house, "cover", usdc("100"));
    await expect(tx(fund, house, "cover", usdc("100"))).to.emit(fund, "BadDebtCovered").withArgs(usdc("100"), 0);
    expect(await read(fund, "totalCovered")).to.equal(usdc("10"));
  });

  it("takes no deposits under partial pause and pays nothing under full pause", async () => {
    const { fund, lp, guardian, clearinghouse } = await loadFixture(deployCore);
    await tx(fund, lp, "deposit", usdc("10"), lp);
    await tx(fund, guardian, "setPauseLevel", 1);
    await expect(tx(fund, lp, "deposit", 1, lp)).to.be.revertedWithCustomError(fund, "Paused");
    await tx(fund, lp, "withdraw", usdc("1"), lp, lp);
    await tx(fund, guardian, "setPauseLevel", 2);
    await expect(tx(fund, lp, "withdraw", 1, lp, lp)).to.be.revertedWithCustomError(fund, "Paused");
    const house = await ethers.getImpersonatedSigner(await clearinghouse.getAddress());
    await networkHelpers.setBalance(house.address, 10n ** 18n);
    await expect(tx(fund, house, "cover", 1)).to.be.revertedWithCustomError(fund, "Paused");
  });
});
