import { defineExpectations } from "hardhat-drydock/expectations";

// What the risk committee decided, in its own numbers; nothing here is taken from the plan.
const WRAPPED_ETHER = "0x0DCd1Bf9A1b36cE34237eEaFef220932846BCD82";
const PRICE_ORACLE = "0xF2b1485c64073340f0C376Af9E4Ca1DEcb4d9C10";
const ETH_USD = "0x4554482d55534400000000000000000000000000000000000000000000000000";
const MAJORS = "0x4d414a4f52530000000000000000000000000000000000000000000000000000";

const perp = (name: string, after: string) => ({
  contract: "perpExchange",
  name: `drydock.venue.PerpExchange:${name}`,
  after,
});
const house = (name: string, after: string) => ({
  contract: "clearinghouse",
  name: `drydock.venue.Clearinghouse:${name}`,
  after,
});
const ether = (field: string, after: string) => house(`collaterals[${WRAPPED_ETHER}].${field}`, after);

export default defineExpectations({
  storage: [
    // Both implementations run their second initializer, and no other.
    { contract: "perpExchange", name: "InitializableStorage._initialized", before: "1", after: "2" },
    { contract: "clearinghouse", name: "InitializableStorage._initialized", before: "1", after: "2" },

    // Limits for dated futures: 400 days at most, opening ends an hour before expiry.
    perp("maxTenor", "34560000"),
    perp("closingWindow", "3600"),

    // One new market, the quarter's ether future, expiring on 26 June 2026 at 08:00 UTC.
    { ...perp("markets", "length 4"), before: "length 3" },
    perp("dated[3].kind", "DatedFuture"),
    perp("dated[3].expiry", "1782460800"),
    perp("markets[3].priceId", ETH_USD),
    perp("markets[3].riskClass", MAJORS),
    perp("markets[3].status", "Active"),
    perp("markets[3].bandBps", "500"),
    perp("markets[3].takerFeeBps", "5"),
    perp("markets[3].skewScale", "100000000000000000000000"),
    perp("markets[3].openInterestCap", "2000000000000000000000"),
    {
      contract: "perpExchange",
      name: "drydock.venue.PerpExchange:markets[3].fundingAccruedAt",
      after: { any: true, reason: "the time of the block in which the market opens" },
    },

    // Wrapped ether as a second collateral: 15 % haircut, at most 5,000 of it, priced by the venue's oracle.
    house("oracle", PRICE_ORACLE),
    { ...house("collateralList", "length 1"), before: "length 0" },
    house("collateralList[0]", WRAPPED_ETHER),
    ether("priceId", ETH_USD),
    ether("haircutBps", "1500"),
    ether("cap", "5000000000000000000000"),
    ether("unit", "1000000000000000000"),
  ],
  events: [
    { contract: "clearinghouse", event: "Initialized(uint64)" },
    { contract: "clearinghouse", event: "CollateralTermsSet(address,bytes32,uint16,uint128)" },
    { contract: "perpExchange", event: "Initialized(uint64)" },
    { contract: "perpExchange", event: "MarketCreated(uint256,bytes32,bytes32)" },
    {
      contract: "perpExchange",
      event: "MarketParametersSet(uint256,(bytes32,bytes32,uint16,uint16,uint16,uint128,uint128))",
    },
    { contract: "perpExchange", event: "DatedMarketCreated(uint256,uint64)" },
  ],
});
