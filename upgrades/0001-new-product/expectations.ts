import { defineExpectations } from "hardhat-drydock/expectations";

/**
 * What upgrade 0001 changes: a dated market and a second collateral, and no existing field.
 * Drafted by `rehearse --suggest`, then given reasons line by line; nothing here is imported from the plan.
 */
export default defineExpectations({
  storage: [
    { contract: "perpExchange", name: "drydock.venue.PerpExchange:dated[3].expiry", before: "0", after: "1782460800" },
    { contract: "perpExchange", name: "drydock.venue.PerpExchange:dated[3].kind", before: "Perpetual", after: "DatedFuture" },
    { contract: "perpExchange", name: "drydock.venue.PerpExchange:markets", before: "length 3", after: "length 4" },
    { contract: "perpExchange", name: "drydock.venue.PerpExchange:closingWindow", before: "0", after: "3600" },
    { contract: "perpExchange", name: "drydock.venue.PerpExchange:maxTenor", before: "0", after: "34560000" },
    { contract: "perpExchange", name: "drydock.venue.PerpExchange:markets[3].priceId", before: "0x0000000000000000000000000000000000000000000000000000000000000000", after: "0x4554482d55534400000000000000000000000000000000000000000000000000" },
    { contract: "perpExchange", name: "drydock.venue.PerpExchange:markets[3].riskClass", before: "0x0000000000000000000000000000000000000000000000000000000000000000", after: "0x4d414a4f52530000000000000000000000000000000000000000000000000000" },
    { contract: "perpExchange", name: "drydock.venue.PerpExchange:markets[3].bandBps", before: "0", after: "500" },
    { contract: "perpExchange", name: "drydock.venue.PerpExchange:markets[3].fundingAccruedAt", before: "0", after: { any: true, reason: "the time of the execution" } },
    { contract: "perpExchange", name: "drydock.venue.PerpExchange:markets[3].skewScale", before: "0", after: "100000000000000000000000" },
    { contract: "perpExchange", name: "drydock.venue.PerpExchange:markets[3].status", before: "Unlisted", after: "Active" },
    { contract: "perpExchange", name: "drydock.venue.PerpExchange:markets[3].takerFeeBps", before: "0", after: "5" },
    { contract: "perpExchange", name: "drydock.venue.PerpExchange:markets[3].openInterestCap", before: "0", after: "2000000000000000000000" },
    { contract: "perpExchange", name: "InitializableStorage._initialized", before: "1", after: "2" },
    { contract: "clearinghouse", name: "drydock.venue.Clearinghouse:collateralList[0]", before: "0x0000000000000000000000000000000000000000", after: "0x0DCd1Bf9A1b36cE34237eEaFef220932846BCD82" },
    { contract: "clearinghouse", name: "drydock.venue.Clearinghouse:collaterals[0x0DCd1Bf9A1b36cE34237eEaFef220932846BCD82].priceId", before: "0x0000000000000000000000000000000000000000000000000000000000000000", after: "0x4554482d55534400000000000000000000000000000000000000000000000000" },
    { contract: "clearinghouse", name: "drydock.venue.Clearinghouse:collaterals[0x0DCd1Bf9A1b36cE34237eEaFef220932846BCD82].cap", before: "0", after: "5000000000000000000000" },
    { contract: "clearinghouse", name: "drydock.venue.Clearinghouse:collaterals[0x0DCd1Bf9A1b36cE34237eEaFef220932846BCD82].haircutBps", before: "0", after: "1500" },
    { contract: "clearinghouse", name: "drydock.venue.Clearinghouse:collaterals[0x0DCd1Bf9A1b36cE34237eEaFef220932846BCD82].unit", before: "0", after: "1000000000000000000" },
    { contract: "clearinghouse", name: "drydock.venue.Clearinghouse:oracle", before: "0x0000000000000000000000000000000000000000", after: "0xF2b1485c64073340f0C376Af9E4Ca1DEcb4d9C10" },
    { contract: "clearinghouse", name: "drydock.venue.Clearinghouse:collateralList", before: "length 0", after: "length 1" },
    { contract: "clearinghouse", name: "InitializableStorage._initialized", before: "1", after: "2" },
  ],
  events: [
    { contract: "clearinghouse", event: "CollateralTermsSet(address,bytes32,uint16,uint128)" },
    { contract: "clearinghouse", event: "Initialized(uint64)" },
    { contract: "perpExchange", event: "Initialized(uint64)" },
    { contract: "perpExchange", event: "MarketCreated(uint256,bytes32,bytes32)" },
    { contract: "perpExchange", event: "MarketParametersSet(uint256,(bytes32,bytes32,uint16,uint16,uint16,uint128,uint128))" },
    { contract: "perpExchange", event: "DatedMarketCreated(uint256,uint64)" },
  ],
  differences: [
    { scenario: "S0", where: "clearinghouse.version()", reason: "the new version" },
    { scenario: "S0", where: "perpExchange.version()", reason: "the new version" },
    { scenario: "S0", where: "perpExchange.marketCount()", reason: "the dated market is added" },
    { scenario: "S0", where: "at once: market 3", reason: "the dated market is added" },
  ],
});
