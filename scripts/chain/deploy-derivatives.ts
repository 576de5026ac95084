import { encodeBytes32String } from "ethers";
import { throughTimelock } from "./governance.js";
import { WALLETS, type Venue } from "./deploy-venue.js";
import { createSafe, type SafeContracts } from "./safe-contracts.js";
import type { ChainSession } from "./session.js";
import { BEACON } from "./venue-contracts.js";

/** Options are written against the whole of what they can pay. */
export const UNLEVERED = encodeBytes32String("UNLEVERED");

export interface Derivatives {
  optionsMarket: string;
  orderSettlement: string;
}

/**
 * Adds the options market (pricer, beacon of the option tokens) and order settlement to a deployed venue, with every role at
 * its final holder, and lists them through Safe and timelock.
 */
export async function deployDerivatives(session: ChainSession, venue: Venue): Promise<Derivatives> {
  const { deployer, contracts, governance } = venue;
  const { timelock, guardianSafe, clearinghouse, priceOracle, perpExchange } = contracts;
  const keeper = session.wallet(WALLETS.keeper).address;
  contracts.complianceSafe = await createSafe(session.pacedDeployer, safeContractsOf(contracts), {
    owners: WALLETS.complianceOwners.map((index) => session.wallet(index).address),
    threshold: 2,
    saltNonce: 3n,
  });

  const pricer = await deployer.byFactory("SurfacePricer", [], "surfacePricer");
  const optionToken = await deployer.byFactory("OptionSeries");
  const seriesBeacon = await deployer.create("optionSeriesBeacon", BEACON, [optionToken, timelock]);
  const optionsMarket = await deployer.uups("optionsMarket", "OptionsMarket", {
    timelock,
    guardian: guardianSafe,
    keeper,
    clearinghouse,
    oracle: priceOracle,
    pricer,
    seriesBeacon,
    underwriter: session.wallet(WALLETS.backstop).address,
    riskClass: UNLEVERED,
    spreadBps: 200,
  });
  const orderSettlement = await deployer.uups("orderSettlement", "OrderSettlement", {
    timelock,
    guardian: guardianSafe,
    keeper,
    perpExchange,
    makerFeeBps: 2,
    takerFeeBps: 5,
  });
  // MATCHER_ROLE of the exchange: keccak256 of its name.
  const matcherRole = await session.provider.call({ to: perpExchange, data: venue.abis.perpExchange?.encodeFunctionData("MATCHER_ROLE") });
  await throughTimelock(
    session,
    governance,
    [
      deployer.call("clearinghouse", "setRiskClass", [UNLEVERED, 1, 6_000]),
      deployer.call("clearinghouse", "setProduct", [optionsMarket, 1]),
      deployer.call("perpExchange", "grantRole", [matcherRole, orderSettlement]),
    ],
    "list the options market and order settlement",
  );
  return { optionsMarket, orderSettlement };
}

function safeContractsOf(contracts: Record<string, string>): SafeContracts {
  const entries = Object.entries(contracts).filter(([name]) => name.startsWith("safe"));
  return Object.fromEntries(entries.map(([name, address]) => [`${name.charAt(4).toLowerCase()}${name.slice(5)}`, address])) as SafeContracts;
}
