import { createRequire } from "node:module";
import { encodeBytes32String, parseEther, parseUnits, type Contract, type ContractTransactionResponse, type InterfaceAbi } from "ethers";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import hre, { network } from "hardhat";

const require = createRequire(import.meta.url);

interface NpmArtifact {
  abi: InterfaceAbi;
  bytecode: string;
}

/** OpenZeppelin ships its proxies compiled; the venue stands behind exactly those. */
const proxyArtifact = (name: string) => require(`@openzeppelin/contracts/build/contracts/${name}.json`) as NpmArtifact;

// The default profile compiles without the optimizer, so its code is larger than what goes on a chain.
export const connection = await network.create({ override: { allowUnlimitedContractSize: true } });
export const { ethers, networkHelpers } = connection;

export type Signer = HardhatEthersSigner;
export const id = encodeBytes32String;
export const usd = (value: string) => parseEther(value);
export const usdc = (value: string) => parseUnits(value, 6);
export const units = (value: string) => parseEther(value);
export const ETH = id("ETH-USD");
export const BTC = id("BTC-USD");
export const MAX_PRICE = 2n ** 255n;

/** Contracts and signers stand for their addresses, at any depth of the arguments. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  if ("target" in value && "interface" in value) return value.target;
  if ("address" in value && "getAddress" in value) return value.address;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)]));
}

/** Sends a transaction. */
export function tx(contract: Contract, from: Signer, name: string, ...args: unknown[]): Promise<ContractTransactionResponse> {
  return (contract.connect(from) as Contract).getFunction(name).send(...(plain(args) as unknown[]));
}

/** Reads a value; the caller names its type. */
export async function read<T = bigint>(contract: Contract, name: string, ...args: unknown[]): Promise<T> {
  return (await contract.getFunction(name).staticCall(...(plain(args) as unknown[]))) as T;
}

/** Where the creation code of this project's contracts comes from, if not from the artifacts. */
let creationCode: ((name: string) => Promise<string>) | undefined;

/** From now on contracts are deployed with the code that `source` gives; undefined goes back to the artifacts. */
export function deployCodeOf(source: typeof creationCode): void {
  creationCode = source;
}

/** Deploys a contract of this project. */
export async function deploy(name: string, ...args: unknown[]): Promise<Contract> {
  if (creationCode !== undefined) {
    const { abi } = await hre.artifacts.readArtifact(name);
    const factory = await ethers.getContractFactory(abi as never[], await creationCode(name));
    return (await factory.deploy(...(plain(args) as never[]))) as unknown as Contract;
  }
  return (await ethers.deployContract(name, plain(args) as unknown[])) as unknown as Contract;
}

/** Puts `name` behind a UUPS proxy, with its initialize call. */
export async function deployUups(name: string, ...args: unknown[]): Promise<Contract> {
  const implementation = await deploy(name);
  const data = implementation.interface.encodeFunctionData("initialize", plain(args) as unknown[]);
  const { abi, bytecode } = proxyArtifact("ERC1967Proxy");
  const proxy = await (await ethers.getContractFactory(abi as never[], bytecode)).deploy(await implementation.getAddress(), data);
  return (await ethers.getContractAt(name, await proxy.getAddress())) as unknown as Contract;
}

/** Puts `name` behind a transparent proxy whose ProxyAdmin belongs to `owner`. */
export async function deployTransparent(name: string, owner: string, ...args: unknown[]): Promise<Contract> {
  const implementation = await deploy(name);
  const data = implementation.interface.encodeFunctionData("initialize", plain(args) as unknown[]);
  const { abi, bytecode } = proxyArtifact("TransparentUpgradeableProxy");
  const factory = await ethers.getContractFactory(abi as never[], bytecode);
  const proxy = await factory.deploy(await implementation.getAddress(), owner, data);
  return (await ethers.getContractAt(name, await proxy.getAddress())) as unknown as Contract;
}

/** Upgrades a UUPS proxy and runs `initializer`, as the timelock would. */
export async function upgrade(
  proxy: Contract,
  from: Signer,
  name: string,
  initializer?: { function: string; args: unknown[] },
): Promise<Contract> {
  const implementation = await deploy(name);
  const data =
    initializer === undefined
      ? "0x"
      : implementation.interface.encodeFunctionData(initializer.function, plain(initializer.args) as unknown[]);
  await tx(proxy, from, "upgradeToAndCall", await implementation.getAddress(), data);
  return (await ethers.getContractAt(name, await proxy.getAddress())) as unknown as Contract;
}

export const marketParameters = (priceId: string, riskClass: string) => ({
  priceId,
  riskClass: id(riskClass),
  bandBps: 500,
  takerFeeBps: 5,
  maxFundingBpsPerDay: 200,
  skewScale: units("10000"),
  openInterestCap: units("1000"),
});

export const RISK_CLASSES = [
  { name: "MAJORS", leverage: 20, maintenanceBps: 300 },
  { name: "ALTS", leverage: 10, maintenanceBps: 600 },
  { name: "UNLEVERED", leverage: 1, maintenanceBps: 6000 },
];

/** The core: clearinghouse, exchange with an ETH (leveraged) and a BTC (unleveraged) market, fund, oracle. */
export async function deployCore() {
  const [deployer, timelock, guardian, keeper, matcher, backstop, alice, bob, carol, lp] = await ethers.getSigners();
  if (!deployer || !timelock || !guardian || !keeper || !matcher || !backstop || !alice || !bob || !carol || !lp) {
    throw new Error("the test network has too few accounts");
  }
  const token = await deploy("MockERC20", "USD Coin", "USDC", 6);
  const weth = await deploy("MockERC20", "Wrapped Ether", "WETH", 18);
  const feedEth = await deploy("MockFeed", 8, "ETH / USD", parseUnits("2000", 8));
  const feedBtc = await deploy("MockFeed", 18, "BTC / USD", parseUnits("50000", 18));
  const oracle = await deploy(
    "PriceOracle",
    [
      { id: ETH, aggregator: await feedEth.getAddress(), heartbeat: 86_400 },
      { id: BTC, aggregator: await feedBtc.getAddress(), heartbeat: 86_400 },
    ],
    ethers.ZeroAddress,
    0,
  );
  const nonce = await ethers.provider.getTransactionCount(deployer.address);
  // Implementation and proxy of the clearinghouse come first, then the fund's two.
  const fundAddress = ethers.getCreateAddress({ from: deployer.address, nonce: nonce + 3 });
  const clearinghouse = await deployUups("Clearinghouse", {
    timelock,
    guardian,
    keeper,
    settlementToken: token,
    insuranceFund: fundAddress,
    keeperRewardBps: 20,
    liquidationFeeBps: 30,
  });
  const fund = await deployTransparent("InsuranceFund", timelock.address, timelock, guardian, token, clearinghouse);
  const perp = await deployUups("PerpExchange", { timelock, guardian, matcher, clearinghouse, oracle, backstop });
  for (const risk of RISK_CLASSES) {
    await tx(clearinghouse, timelock, "setRiskClass", id(risk.name), risk.leverage, risk.maintenanceBps);
  }
  await tx(clearinghouse, timelock, "setProduct", perp, 1);
  await tx(perp, timelock, "createMarket", marketParameters(ETH, "MAJORS"));
  await tx(perp, timelock, "createMarket", marketParameters(BTC, "UNLEVERED"));
  for (const account of [alice, bob, carol, backstop, keeper, lp]) {
    await tx(token, account, "mint", account, usdc("10000000"));
    await tx(token, account, "approve", clearinghouse, 2n ** 255n);
    await tx(token, account, "approve", fund, 2n ** 255n);
    await tx(weth, account, "mint", account, units("1000"));
    await tx(weth, account, "approve", clearinghouse, 2n ** 255n);
  }
  await tx(clearinghouse, backstop, "deposit", usdc("5000000"), backstop);
  return {
    deployer, timelock, guardian, keeper, matcher, backstop, alice, bob, carol, lp,
    token, weth, feedEth, feedBtc, oracle, clearinghouse, fund, perp,
  };
}

export type Core = Awaited<ReturnType<typeof deployCore>>;

/** The core after upgrade 0001. */
export async function deployCoreV2() {
  const core = await deployCore();
  return { ...core, ...(await upgradeToV2(core)) };
}

/** Runs upgrade 0001 on a core. */
export async function upgradeToV2(core: Core) {
  const clearinghouse = await upgrade(core.clearinghouse, core.timelock, "ClearinghouseV2", {
    function: "initializeV2",
    args: [core.oracle, core.weth, ETH, 1500, units("500")],
  });
  const perp = await upgrade(core.perp, core.timelock, "PerpExchangeV2", {
    function: "initializeV2",
    args: [400 * 86_400, 3600],
  });
  return { clearinghouse, perp };
}

/** Sets the ETH price in whole dollars, in a new round now. */
export async function setEth(core: Pick<Core, "feedEth" | "deployer">, dollars: string): Promise<void> {
  await tx(core.feedEth, core.deployer, "set", parseUnits(dollars, 8));
}

/** Sum of cash, locked collateral and the fund's ledger, against what the clearinghouse holds. */
export async function solvency(core: Pick<Core, "clearinghouse" | "token" | "fund">, accounts: readonly { address: string }[]) {
  const held = (await read(core.token, "balanceOf", core.clearinghouse)) * 10n ** 12n;
  const debt = await read(core.clearinghouse, "badDebt");
  let claims = 0n;
  for (const account of [...accounts.map((a) => a.address), await core.fund.getAddress()]) {
    claims += (await read<[bigint, bigint, bigint]>(core.clearinghouse, "accountHealth", account))[0];
  }
  for (const product of await read<string[]>(core.clearinghouse, "products")) {
    claims += (await read<[number, bigint]>(core.clearinghouse, "productOf", product))[1];
  }
  return { held, claims, debt };
}

/** Far beyond what any option costs, far below what overflows. */
export const MAX_COST = 10n ** 40n;

/** 55 % at the money on a skewed smile. */
export const SMILE = [
  { strike: units("1000"), volatility: units("0.75") },
  { strike: units("2000"), volatility: units("0.55") },
  { strike: units("3000"), volatility: units("0.6") },
];

/** The whole venue at version 1: the core, the options market with two series, and order settlement. */
export async function deployVenue() {
  const core = await deployCore();
  const { timelock, guardian, keeper, clearinghouse, oracle, backstop, perp } = core;
  const pricer = await deploy("SurfacePricer");
  const implementation = await deploy("OptionSeries");
  const { abi, bytecode } = proxyArtifact("UpgradeableBeacon");
  const beacon = await (await ethers.getContractFactory(abi as never[], bytecode)).deploy(await implementation.getAddress(), timelock.address);
  const options = await deployUups("OptionsMarket", {
    timelock, guardian, keeper, clearinghouse, oracle, pricer,
    seriesBeacon: await beacon.getAddress(), underwriter: backstop, riskClass: id("UNLEVERED"), spreadBps: 200,
  });
  const orders = await deployUups("OrderSettlement", { timelock, guardian, keeper, perpExchange: perp, makerFeeBps: 2, takerFeeBps: 5 });
  await tx(clearinghouse, timelock, "setProduct", options, 1);
  await tx(perp, timelock, "grantRole", await read<string>(perp, "MATCHER_ROLE"), orders);
  const expiry = (await networkHelpers.time.latest()) + 60 * 86_400;
  await tx(options, keeper, "setSurface", ETH, expiry, SMILE);
  await tx(options, keeper, "createSeries", ETH, expiry, 0, usd("2200"), usd("4000"));
  await tx(options, keeper, "createSeries", ETH, expiry, 1, usd("1800"), 0);
  for (const account of [core.alice, core.bob, core.carol]) await tx(clearinghouse, account, "deposit", usdc("100000"), account);
  const token = (await ethers.getContractAt("OptionSeries", await read<string>(options, "tokenOf", expiry))) as unknown as Contract;
  return { ...core, pricer, beacon: beacon as unknown as Contract, options, orders, expiry, optionToken: token };
}

export type Venue = Awaited<ReturnType<typeof deployVenue>>;

/** Runs upgrade 0002 on a venue. */
export async function upgradeOptionsToV2(venue: Pick<Venue, "options" | "timelock">) {
  const pricer = await deploy("SurfacePricerV2");
  const options = await upgrade(venue.options, venue.timelock, "OptionsMarketV2", { function: "initializeV2", args: [pricer] });
  return { options, pricer };
}

/** Runs upgrades 0001, 0002 and 0004. */
export async function upgradeToV3(venue: Venue) {
  await upgradeToV2(venue);
  const { pricer } = await upgradeOptionsToV2(venue);
  const clearinghouse = await upgrade(venue.clearinghouse, venue.timelock, "ClearinghouseV3");
  const perp = await upgrade(venue.perp, venue.timelock, "PerpExchangeV3");
  const options = await upgrade(venue.options, venue.timelock, "OptionsMarketV3");
  return { clearinghouse, perp, options, pricer };
}

/** Runs upgrade 0004 on a core of version 2, which has no options market. */
export async function upgradeCoreToV3(core: Core) {
  await upgradeToV2(core);
  const clearinghouse = await upgrade(core.clearinghouse, core.timelock, "ClearinghouseV3");
  const perp = await upgrade(core.perp, core.timelock, "PerpExchangeV3");
  return { clearinghouse, perp };
}

/** What version 1 promised must hold in every later version: the same tests run on the core before and after each upgrade. */
export const CORES = [
  { version: 1, suffix: "", core: deployCore },
  { version: 2, suffix: "V2", core: deployCoreV2 },
  {
    version: 3,
    suffix: "V3",
    core: async (): Promise<Core> => {
      const core = await deployCore();
      return { ...core, ...(await upgradeCoreToV3(core)) };
    },
  },
] as const;

/** The whole venue after each of the upgrades that move its options market; version 2 has upgrade 0001 behind it. */
export const VENUES = [
  { version: 1, suffix: "", venue: deployVenue },
  {
    version: 2,
    suffix: "V2",
    venue: async (): Promise<Venue> => {
      const venue = await deployVenue();
      const core = await upgradeToV2(venue);
      return { ...venue, ...core, ...(await upgradeOptionsToV2(venue)) };
    },
  },
  {
    version: 3,
    suffix: "V3",
    venue: async (): Promise<Venue> => {
      const venue = await deployVenue();
      return { ...venue, ...(await upgradeToV3(venue)) };
    },
  },
] as const;
