import { expect } from "chai";
import { parseUnits } from "ethers";
import { deploy, ETH, ethers, id, networkHelpers, read, tx, usd } from "./support.js";

const { loadFixture, time } = networkHelpers;
const HEARTBEAT = 3600;

async function deployOracle() {
  const [deployer] = await ethers.getSigners();
  const feed = await deploy("MockFeed", 8, "ETH / USD", parseUnits("2000", 8));
  const fine = await deploy("MockFeed", 24, "FINE / USD", parseUnits("3", 24));
  const sequencer = await deploy("MockFeed", 0, "L2 uptime", 0);
  const config = (token: string, aggregator: unknown) => ({ id: token, aggregator, heartbeat: HEARTBEAT });
  const oracle = await deploy("PriceOracle", [config(ETH, feed), config(id("FINE"), fine)], ethers.ZeroAddress, 0);
  const onL2 = await deploy("PriceOracle", [config(ETH, feed)], sequencer, 600);
  return { deployer: deployer!, feed, fine, sequencer, oracle, onL2, config };
}

describe("PriceOracle", () => {
  it("scales by the feed's own decimals, up and down", async () => {
    const { oracle, feed } = await loadFixture(deployOracle);
    expect((await read<bigint[]>(oracle, "price", ETH))[0]).to.equal(usd("2000"));
    expect((await read<bigint[]>(oracle, "price", id("FINE")))[0]).to.equal(usd("3"));
    expect([...(await read<unknown[]>(oracle, "feed", ETH))]).to.deep.equal([await feed.getAddress(), 3600n, 8n]);
    expect(await read<string[]>(oracle, "feedIds")).to.deep.equal([ETH, id("FINE")]);
  });

  it("refuses unknown ids and stale, future, zero, negative and vanishing answers", async () => {
    const { oracle, feed, fine, deployer } = await loadFixture(deployOracle);
    await expect(read(oracle, "price", id("X"))).to.be.revertedWithCustomError(oracle, "UnknownFeed").withArgs(id("X"));
    await tx(fine, deployer, "set", 1);
    await expect(read(oracle, "price", id("FINE"))).to.be.revertedWithCustomError(oracle, "NonPositivePrice");
    for (const answer of [0, -1]) {
      await tx(feed, deployer, "set", answer);
      await expect(read(oracle, "price", ETH)).to.be.revertedWithCustomError(oracle, "NonPositivePrice").withArgs(ETH, answer);
    }
    await tx(feed, deployer, "setAt", 1, (await time.latest()) + 100);
    await expect(read(oracle, "price", ETH)).to.be.revertedWithCustomError(oracle, "StalePrice");
    await tx(feed, deployer, "set", 1);
    await time.increase(HEARTBEAT);
    await read(oracle, "price", ETH);
    await time.increase(1);
    await expect(read(oracle, "price", ETH)).to.be.revertedWithCustomError(oracle, "StalePrice");
  });

  it("refuses a set of feeds that makes no sense", async () => {
    const { oracle, feed, config } = await loadFixture(deployOracle);
    const make = (...feeds: unknown[]) => deploy("PriceOracle", feeds, ethers.ZeroAddress, 0);
    await expect(make(config(ethers.ZeroHash, feed))).to.be.revertedWithCustomError(oracle, "InvalidFeedId");
    await expect(make(config(ETH, feed), config(ETH, feed))).to.be.revertedWithCustomError(oracle, "InvalidFeedId");
    await expect(make(config(ETH, ethers.ZeroAddress))).to.be.revertedWithCustomError(oracle, "InvalidFeed");
    await expect(make({ ...config(ETH, feed), heartbeat: 0 })).to.be.revertedWithCustomError(oracle, "InvalidFeed");
    const odd = await deploy("MockFeed", 37, "ODD", 1);
    await expect(make(config(ETH, odd))).to.be.revertedWithCustomError(oracle, "UnsupportedDecimals");
  });

  it("asks the sequencer feed where there is one", async () => {
    const { onL2, sequencer, deployer } = await loadFixture(deployOracle);
    await expect(read(onL2, "price", ETH)).to.be.revertedWithCustomError(onL2, "SequencerDown");
    await time.increase(700);
    expect((await read<bigint[]>(onL2, "price", ETH))[0]).to.equal(usd("2000"));
    await tx(sequencer, deployer, "set", 1);
    await time.increase(700);
    await expect(read(onL2, "price", ETH)).to.be.revertedWithCustomError(onL2, "SequencerDown");
    await tx(sequencer, deployer, "setAt", 0, 0);
    await expect(read(onL2, "price", ETH)).to.be.revertedWithCustomError(onL2, "SequencerDown");
  });

  describe("lockExpiryPrice", () => {
    async function rounds() {
      const base = await deployOracle();
      const expiry = (await time.latest()) + 1000;
      await time.increaseTo(expiry - 500);
      await tx(base.feed, base.deployer, "set", parseUnits("2010", 8)); // round 2, the last before
      await time.increaseTo(expiry + 50);
      await tx(base.feed, base.deployer, "set", parseUnits("2020", 8)); // round 3, the first after
      return { ...base, expiry };
    }

    it("takes the last round before the expiry, once, from anyone", async () => {
      const { oracle, deployer, expiry } = await loadFixture(rounds);
      await expect(read(oracle, "expiryPrice", ETH, expiry)).to.be.revertedWithCustomError(oracle, "NotLocked");
      for (const round of [0, 1, 3, 4, 99]) {
        await expect(tx(oracle, deployer, "lockExpiryPrice", ETH, expiry, round)).to.be.revertedWithCustomError(oracle, "WrongRound");
      }
      await tx(oracle, deployer, "lockExpiryPrice", ETH, expiry, 2);
      expect(await read(oracle, "expiryPrice", ETH, expiry)).to.equal(usd("2010"));
      await expect(tx(oracle, deployer, "lockExpiryPrice", ETH, expiry, 2)).to.be.revertedWithCustomError(oracle, "AlreadyLocked");
    });

    it("refuses the future and unknown feeds", async () => {
      const { oracle, deployer } = await loadFixture(rounds);
      await expect(tx(oracle, deployer, "lockExpiryPrice", ETH, (await time.latest()) + 100, 2)).to.be.revertedWithCustomError(oracle, "NotExpired");
      await expect(tx(oracle, deployer, "lockExpiryPrice", id("X"), 1, 2)).to.be.revertedWithCustomError(oracle, "UnknownFeed");
    });

    it("takes the next round where the last one was stale or not positive", async () => {
      const { oracle, feed, deployer } = await loadFixture(rounds);
      const stale = (await time.latest()) + HEARTBEAT + 100;
      await time.increaseTo(stale + 10);
      await tx(feed, deployer, "set", parseUnits("2030", 8)); // round 4
      await expect(tx(oracle, deployer, "lockExpiryPrice", ETH, stale, 3)).to.emit(oracle, "ExpiryPriceLocked").withArgs(ETH, stale, usd("2030"), 4);
      await tx(feed, deployer, "set", 0); // round 5
      const bad = (await time.latest()) + 5;
      await time.increaseTo(bad + 10);
      await tx(feed, deployer, "set", parseUnits("2040", 8)); // round 6
      await tx(oracle, deployer, "lockExpiryPrice", ETH, bad, 5);
      expect(await read(oracle, "expiryPrice", ETH, bad)).to.equal(usd("2040"));
    });
  });
});
