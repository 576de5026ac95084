import { encodeBytes32String, getCreateAddress, Interface, ZeroAddress } from "ethers";
import { contractOf } from "../../src/build/init-code.js";
import { Deployer, type Build } from "./deployer.js";
import { throughTimelock, type Governance } from "./governance.js";
import { createSafe, deploySafeContracts } from "./safe-contracts.js";
import type { ChainSession } from "./session.js";
import { FEED, TIMELOCK, TOKEN, TRANSPARENT_PROXY } from "./venue-contracts.js";

/** Which well-known wallet plays which part. */
export const WALLETS = {
  governanceOwners: [1, 2, 3],
  guardianOwners: [4, 5, 6],
  keeper: 7,
  matcher: 8,
  backstop: 9,
  complianceOwners: [10, 11, 12],
  firstTrader: 20,
} as const;

/** Two days, in seconds. */
export const TIMELOCK_DELAY = 172_800n;

/** Seconds after which a feed's answer is stale. */
const HEARTBEAT = 3_600;

export const MARKETS = [
  { name: "feedEth", id: "ETH-USD", answer: 3_200n * 10n ** 8n, riskClass: "MAJORS", cap: 4_000n, skewScale: 40_000n },
  { name: "feedBtc", id: "BTC-USD", answer: 95_000n * 10n ** 8n, riskClass: "MAJORS", cap: 150n, skewScale: 1_500n },
  { name: "feedSol", id: "SOL-USD", answer: 180n * 10n ** 8n, riskClass: "ALTS", cap: 40_000n, skewScale: 300_000n },
] as const;

const WAD = 10n ** 18n;

export interface Venue {
  /** Names of deployments/<chainId>.json → addresses. */
  contracts: Record<string, string>;
  governance: Governance;
  /** ABI of each deployed contract, by name. */
  abis: Record<string, Interface>;
  /** Goes on deploying under the same names. */
  deployer: Deployer;
}

/**
 * Deploys Safe contracts, timelock and the venue's first version as a real team would: implementations by CREATE2,
 * proxies initialized in their constructor, every role at its final holder from the first block on, markets and risk
 * classes opened through Safe and timelock. The deployer keeps no right.
 */
export async function deployVenue(session: ChainSession, build: Build): Promise<Venue> {
  const safes = await deploySafeContracts(session.provider, session.pacedDeployer);
  const owners = (indexes: readonly number[]) => indexes.map((index) => session.wallet(index).address);
  const governanceSafe = await createSafe(session.pacedDeployer, safes, {
    owners: owners(WALLETS.governanceOwners),
    threshold: 2,
    saltNonce: 1n,
  });
  const guardianSafe = await createSafe(session.pacedDeployer, safes, {
    owners: owners(WALLETS.guardianOwners),
    threshold: 1,
    saltNonce: 2n,
  });

  const deployer = new Deployer(session, build);
  const { contracts, abis } = deployer;
  Object.assign(contracts, prefixed(safes), { governanceSafe, guardianSafe });

  const timelock = await deployer.create("timelock", TIMELOCK, [TIMELOCK_DELAY, [governanceSafe], [governanceSafe], ZeroAddress]);
  const usdc = await deployer.create("usdc", TOKEN, ["USD Coin", "USDC", 6]);
  await deployer.create("weth", TOKEN, ["Wrapped Ether", "WETH", 18]);
  for (const { name, id, answer } of MARKETS) {
    await deployer.create(name, FEED, [8, id.replace("-", " / "), answer]);
  }
  const feeds = MARKETS.map(({ name, id }) => ({ id: encodeBytes32String(id), aggregator: contracts[name], heartbeat: HEARTBEAT }));
  const priceOracle = await deployer.byFactory("PriceOracle", [feeds, ZeroAddress, 0], "priceOracle");

  // The clearinghouse and the fund name each other: the fund's address follows from the deployer's nonce. Until then come
  // the clearinghouse's implementation, its proxy, and the fund's implementation.
  const nonce = await session.provider.getTransactionCount(session.deployer.address);
  const insuranceFund = getCreateAddress({ from: session.deployer.address, nonce: nonce + 3 });
  const clearinghouse = await deployer.uups("clearinghouse", "Clearinghouse", {
    timelock,
    guardian: guardianSafe,
    keeper: session.wallet(WALLETS.keeper).address,
    settlementToken: usdc,
    insuranceFund,
    keeperRewardBps: 50,
    liquidationFeeBps: 100,
  });
  const fund = await build("InsuranceFund");
  const fundAbi = new Interface(contractOf(fund).abi);
  const fundImplementation = await deployer.byFactory("InsuranceFund");
  await deployer.create(
    "insuranceFund",
    TRANSPARENT_PROXY,
    [fundImplementation, timelock, fundAbi.encodeFunctionData("initialize", [timelock, guardianSafe, usdc, clearinghouse])],
  );
  abis.insuranceFund = fundAbi;
  if (contracts.insuranceFund !== insuranceFund) throw new Error("the insurance fund did not get the address that was foreseen");
  const perpExchange = await deployer.uups("perpExchange", "PerpExchange", {
    timelock,
    guardian: guardianSafe,
    matcher: session.wallet(WALLETS.matcher).address,
    clearinghouse,
    oracle: priceOracle,
    backstop: session.wallet(WALLETS.backstop).address,
  });

  const governance: Governance = {
    safe: governanceSafe,
    timelock,
    signers: WALLETS.governanceOwners.slice(0, 2).map((index) => session.wallet(index)),
    delay: TIMELOCK_DELAY,
  };
  const list = [
    deployer.call("clearinghouse", "setProduct", [perpExchange, 1]),
    deployer.call("clearinghouse", "setRiskClass", [encodeBytes32String("MAJORS"), 20, 250]),
    deployer.call("clearinghouse", "setRiskClass", [encodeBytes32String("ALTS"), 10, 500]),
  ];
  await throughTimelock(session, governance, list, "list the perpetual exchange");
  for (const { name, answer } of MARKETS) {
    await session.send(session.deployer, { to: contracts[name] ?? "", data: abis[name]?.encodeFunctionData("set", [answer]) ?? "0x" });
  }
  await openMarkets(session, governance, deployer);
  return { contracts, governance, abis, deployer };
}

async function openMarkets(
  session: ChainSession,
  governance: Governance,
  deployer: Deployer,
): Promise<void> {
  const calls = MARKETS.flatMap(({ id, riskClass, cap, skewScale, name, answer }) => [
    // createMarket asks the oracle; the feeds are kept alive by their operator, who is anybody here.
    deployer.call(name, "set", [answer]),
    deployer.call("perpExchange", "createMarket", [
      {
        priceId: encodeBytes32String(id),
        riskClass: encodeBytes32String(riskClass),
        bandBps: 500,
        takerFeeBps: 5,
        maxFundingBpsPerDay: 100,
        skewScale: skewScale * WAD,
        openInterestCap: cap * WAD,
      },
    ]),
  ]);
  await throughTimelock(session, governance, calls, "open the first markets");
}

function prefixed(safes: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(safes).map(([name, address]) => [`safe${name[0]?.toUpperCase()}${name.slice(1)}`, address]));
}
