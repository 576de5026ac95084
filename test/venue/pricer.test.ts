import { expect } from "chai";
import { deploy, networkHelpers, read, units, usd } from "./support.js";

const { loadFixture } = networkHelpers;
const YEAR = 365 * 86_400;

/**
 * Reference values of the standard normal distribution, to 18 digits: from the power series of the integral in 70-digit decimal
 * arithmetic.
 */
const REFERENCE: readonly (readonly [x: string, cdf: string])[] = [
  ["0", "0.500000000000000000"],
  ["0.0001", "0.500039894227973653"],
  ["0.05", "0.519938805838372462"],
  ["0.1", "0.539827837277028981"],
  ["0.25", "0.598706325682923724"],
  ["0.5", "0.691462461274013104"],
  ["0.75", "0.773372647623131801"],
  ["1", "0.841344746068542949"],
  ["1.5", "0.933192798731141934"],
  ["1.96", "0.975002104851779566"],
  ["2", "0.977249868051820793"],
  ["2.5", "0.993790334674223865"],
  ["3", "0.998650101968369905"],
  ["3.5", "0.999767370920964475"],
  ["4", "0.999968328758166880"],
  ["4.5", "0.999996602326875270"],
  ["5", "0.999999713348428121"],
  ["6", "0.999999999013412355"],
  ["6.9", "0.999999999997399873"],
  ["7.05", "0.999999999999105411"],
  ["7.08", "0.999999999999279228"],
  ["7.5", "0.999999999999968091"],
  ["8", "0.999999999999999378"],
  ["9", "1.000000000000000000"],
  ["9.99", "1.000000000000000000"],
  ["10", "1.000000000000000000"],
  ["12", "1.000000000000000000"],
];

const pricers = async () => ({ exact: await deploy("SurfacePricer"), fast: await deploy("SurfacePricerV2") });
const flat = (volatility: string) => [{ strike: usd("2000"), volatility: units(volatility) }];

describe("Normal distribution", () => {
  it("is within 1e-15 of the reference, and the fast one within 8e-8", async () => {
    const { exact, fast } = await loadFixture(pricers);
    for (const [x, value] of REFERENCE) {
      const expected = units(value);
      expect(await read(exact, "normalCdf", units(x)), x).to.be.closeTo(expected, 1_000n);
      expect(await read(exact, "normalCdf", -units(x)), `-${x}`).to.be.closeTo(units("1") - expected, 1_000n);
      expect(await read(fast, "normalCdf", units(x)), x).to.be.closeTo(expected, 80_000_000_000n);
      expect(await read(fast, "normalCdf", -units(x)), `-${x}`).to.be.closeTo(units("1") - expected, 80_000_000_000n);
    }
  });
});

describe("SurfacePricer", () => {
  const quote = (change: Record<string, unknown> = {}) => ({ spot: usd("2000"), strike: usd("2000"), timeToExpiry: YEAR, isCall: true, ...change });

  it("prices textbook options", async () => {
    const { exact } = await loadFixture(pricers);
    // S N(d1) - K N(d2) with sigma 20 %, a year, at the money: 2000 * (2 N(0.1) - 1).
    expect(await read(exact, "premium", quote(), flat("0.2"))).to.be.closeTo(usd("159.311349"), usd("0.000001"));
    expect(await read(exact, "premium", quote({ isCall: false }), flat("0.2"))).to.be.closeTo(usd("159.311349"), usd("0.000001"));
  });

  it("keeps parity and stays above intrinsic value, in the wings and near expiry", async () => {
    const { exact, fast } = await loadFixture(pricers);
    for (const strike of ["20", "500", "1999", "2001", "8000", "200000"]) {
      for (const timeToExpiry of [0, 1, 3600, 30 * 86_400, 2 * YEAR]) {
        const call = await read(exact, "premium", quote({ strike: usd(strike), timeToExpiry }), flat("0.6"));
        const put = await read(exact, "premium", quote({ strike: usd(strike), timeToExpiry, isCall: false }), flat("0.6"));
        const bound = (usd(strike) + usd("2000")) / 10n ** 14n + 2n;
        expect(call - put - (usd("2000") - usd(strike)), `${strike} ${timeToExpiry}`).to.be.within(-bound, bound);

        const variance = [{ strike: usd("2000"), totalVariance: (units("0.36") * BigInt(timeToExpiry)) / BigInt(YEAR) }];
        const fastQuote = { spot: usd("2000"), strike: usd(strike), remaining: units("1"), isCall: true };
        const fastCall = await read(fast, "premium", fastQuote, variance);
        const fastPut = await read(fast, "premium", { ...fastQuote, isCall: false }, variance);
        expect(fastCall - fastPut).to.equal(usd("2000") - usd(strike));
        const error = ((usd(strike) + usd("2000")) * 8n) / 10n ** 8n;
        expect(fastCall).to.be.closeTo(call, error);
        expect(fastPut).to.be.closeTo(put, error);
      }
    }
  });

  it("interpolates between strikes and is flat outside", async () => {
    const { exact, fast } = await loadFixture(pricers);
    const smile = [
      { strike: usd("1000"), volatility: units("0.8") },
      { strike: usd("2000"), volatility: units("0.4") },
      { strike: usd("4000"), volatility: units("0.6") },
    ];
    for (const [strike, volatility] of [["500", "0.8"], ["1000", "0.8"], ["1500", "0.6"], ["3000", "0.5"], ["9000", "0.6"]] as const) {
      const at = quote({ strike: usd(strike) });
      expect(await read(exact, "premium", at, smile)).to.equal(await read(exact, "premium", at, flat(volatility)));
    }
    // Deviations of 0.8, 0.4 and 0.6: linear in between as the volatilities are.
    const points = smile.map((point) => ({ strike: point.strike, totalVariance: point.volatility ** 2n / units("1") }));
    for (const [strike, totalVariance] of [["500", "0.64"], ["1500", "0.36"], ["3000", "0.25"], ["9000", "0.36"]] as const) {
      const at = { spot: usd("2000"), strike: usd(strike), remaining: units("1"), isCall: true };
      const single = [{ strike: usd("1"), totalVariance: units(totalVariance) }];
      expect(await read(fast, "premium", at, points)).to.equal(await read(fast, "premium", at, single));
    }
  });

  it("refuses an empty smile and prices of zero", async () => {
    const { exact, fast } = await loadFixture(pricers);
    await expect(read(exact, "premium", quote(), [])).to.be.revertedWithCustomError(exact, "EmptySurface");
    const fastQuote = { spot: usd("1"), strike: usd("1"), remaining: 1, isCall: true };
    await expect(read(fast, "premium", fastQuote, [])).to.be.revertedWithCustomError(fast, "EmptySurface");
    for (const change of [{ spot: 0 }, { strike: 0 }]) {
      await expect(read(exact, "premium", quote(change), flat("0.2"))).to.be.revertedWithCustomError(exact, "OutOfRange");
      await expect(read(fast, "premium", { ...fastQuote, ...change }, [{ strike: 1, totalVariance: 1 }])).to.be.revertedWithCustomError(fast, "OutOfRange");
    }
  });
});
