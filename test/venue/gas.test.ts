import { readFile, writeFile } from "node:fs/promises";
import { expect } from "chai";
import type { ContractTransactionResponse } from "ethers";
import hre from "hardhat";
import { buildContract } from "../../src/build/project.js";
import { contractOf } from "../../src/build/init-code.js";
import { projectOf } from "../../tasks/upgrade/shared/context.js";
import { deploy, deployCodeOf, deployVenue, ethers, MAX_COST, MAX_PRICE, networkHelpers, read, setEth, SMILE, tx, units, upgradeToV3, usd, usdc, type Venue } from "./support.js";

const { time } = networkHelpers;
const SNAPSHOT = new URL("gas.snapshot.json", import.meta.url);
/** Gas that may move without a new snapshot: calldata of addresses and timestamps differs by a few bytes. */
const TOLERANCE = 200;

type Measurements = Record<string, number>;

/** Gas of the main actions on a venue, by name; `version` is the prefix of the names. */
async function measure(venue: Venue, version: string): Promise<Measurements> {
  const { clearinghouse, perp, options, orders, fund, alice, bob, carol, keeper, lp } = venue;
  const found: Measurements = {};
  const gas = async (name: string, sent: Promise<ContractTransactionResponse>) => {
    const receipt = await (await sent).wait();
    found[`${version}.${name}`] = Number(receipt?.gasUsed ?? 0n);
  };
  await gas("clearinghouse.deposit", tx(clearinghouse, alice, "deposit", usdc("1000"), alice));
  await gas("clearinghouse.withdraw", tx(clearinghouse, alice, "withdraw", usdc("500"), alice));
  await gas("perp.trade.open", tx(perp, alice, "trade", 0, units("100"), MAX_PRICE));
  await gas("perp.trade.increase", tx(perp, alice, "trade", 0, units("10"), MAX_PRICE));
  await gas("perp.trade.close", tx(perp, alice, "trade", 0, -units("110"), 0));
  await gas("clearinghouse.withdraw.withPosition", (async () => {
    await tx(perp, bob, "trade", 0, -units("20"), 0);
    return tx(clearinghouse, bob, "withdraw", usdc("500"), bob);
  })());
  const order = { maker: bob.address, marketId: 0n, isBuy: true, size: units("4"), price: usd("2000"), expiry: BigInt(await time.latest()) + 1000n, nonce: 1n, salt: 1n };
  const domain = { name: "Drydock Order Settlement", version: "1", chainId: (await ethers.provider.getNetwork()).chainId, verifyingContract: String(orders.target) };
  const types = { Order: Object.entries(order).map(([name]) => ({ name, type: { maker: "address", marketId: "uint256", isBuy: "bool", size: "uint128", price: "uint128", expiry: "uint64", nonce: "uint256", salt: "uint256" }[name] ?? "" })) };
  await gas("orders.fillOrder", tx(orders, carol, "fillOrder", order, await bob.signTypedData(domain, types, order), units("2")));
  await gas("orders.cancelNonces", tx(orders, bob, "cancelNonces", 5));
  await gas("options.write", tx(options, alice, "write", 0, units("1")));
  await gas("options.buy", tx(options, bob, "buy", 0, units("1"), MAX_COST));
  await gas("options.sell", tx(options, bob, "sell", 0, units("1"), 0));
  await gas("fund.deposit", tx(fund, lp, "deposit", usdc("1000"), lp));
  await tx(clearinghouse, carol, "withdraw", usdc("90000"), carol);
  await tx(perp, carol, "trade", 0, units("90"), MAX_PRICE);
  await setEth(venue, "1850");
  await gas("clearinghouse.liquidate", tx(clearinghouse, keeper, "liquidate", carol));
  expect((await read<[bigint]>(perp, "positionOf", 0, carol))[0]).to.equal(0n);
  return found;
}

async function pricers(): Promise<Measurements> {
  const exact = await deploy("SurfacePricer");
  const fast = await deploy("SurfacePricerV2");
  const quote = { spot: usd("2000"), strike: usd("2200"), isCall: true };
  const variance = SMILE.map(({ strike, volatility }) => ({ strike, totalVariance: volatility ** 2n / units("1") }));
  return {
    "v1.pricer.premium": Number(await exact.getFunction("premium").estimateGas({ ...quote, timeToExpiry: 365 * 86_400 }, SMILE)),
    "v2.pricer.premium": Number(await fast.getFunction("premium").estimateGas({ ...quote, remaining: units("1") }, variance)),
  };
}

function changed(gas: Measurements, expected: Measurements): string[] {
  const moved = Object.entries(gas).filter(([name, value]) => Math.abs(value - (expected[name] ?? 0)) > TOLERANCE);
  return moved.map(([name, value]) => `${name}: ${expected[name]} → ${value}`);
}

const project = projectOf(hre);
const builds = new Map<string, Awaited<ReturnType<typeof buildContract>>>();

/** A contract as it goes on a chain: with the optimizer, one compiler job over what it imports. */
async function production(name: string) {
  const built = builds.get(name) ?? (await buildContract(project, name));
  builds.set(name, built);
  return contractOf(built).evm!;
}

async function size(name: string): Promise<number> {
  return (await production(name)).deployedBytecode!.object.length / 2;
}

const DEPLOYED = [
  "Clearinghouse", "ClearinghouseV2", "ClearinghouseV3", "PerpExchange", "PerpExchangeV2", "PerpExchangeV3", "OptionsMarket",
  "OptionsMarketV2", "OptionsMarketV3", "OrderSettlement", "OrderSettlementV2", "InsuranceFund", "OptionSeries", "PriceOracle",
  "SurfacePricer", "SurfacePricerV2",
];

describe("Gas and code size", function () {
  // Each contract is compiled once, and then found in the cache of compilations.
  this.timeout(600_000);

  before(() => deployCodeOf(async (name) => `0x${(await production(name)).bytecode!.object}`));
  after(() => deployCodeOf(undefined));

  it("are what the snapshot says (DRYDOCK_SNAPSHOT=write makes a new one)", async () => {
    const first = await measure(await deployVenue(), "v1");
    const venue = await deployVenue();
    const last = await measure({ ...venue, ...(await upgradeToV3(venue)) }, "v3");
    const gas: Measurements = { ...first, ...last, ...(await pricers()) };
    const code: Measurements = {};
    for (const name of DEPLOYED) code[name] = await size(name);
    if (process.env.DRYDOCK_SNAPSHOT === "write") await writeFile(SNAPSHOT, `${JSON.stringify({ gas, code }, null, 2)}\n`);

    const expected = JSON.parse(await readFile(SNAPSHOT, "utf8")) as { gas: Measurements; code: Measurements };
    expect(Object.keys(gas)).to.deep.equal(Object.keys(expected.gas));
    expect(changed(gas, expected.gas)).to.deep.equal([]);
    expect(code).to.deep.equal(expected.code);
    expect(gas["v2.pricer.premium"]).to.be.lessThan(gas["v1.pricer.premium"]!);
  });

  it("sees gas that moved (the check can fail)", () => {
    expect(changed({ a: 10_000, b: 5 }, { a: 10_000 + TOLERANCE + 1, b: 5 })).to.deep.equal([`a: ${10_000 + TOLERANCE + 1} → 10000`]);
    expect(changed({ a: 10_000 }, { a: 10_000 + TOLERANCE })).to.deep.equal([]);
  });

  it("leaves every contract a margin of 4,000 bytes under EIP-170", async () => {
    for (const name of DEPLOYED) expect(await size(name), name).to.be.at.most(24_576 - 4_000);
  });
});
