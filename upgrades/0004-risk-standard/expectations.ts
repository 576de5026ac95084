import { defineExpectations } from "hardhat-drydock/expectations";

/**
 * What upgrade 0004 changes: only code. The thresholds that it replaces stay in storage, unread.
 * Drafted by `rehearse --suggest`, then given reasons line by line; nothing here is imported from the plan.
 */
export default defineExpectations({
  differences: [
    { scenario: "S0", where: "clearinghouse.version()", reason: "the new version" },
    { scenario: "S0", where: "perpExchange.version()", reason: "the new version" },
    { scenario: "S0", where: "optionsMarket.version()", reason: "the new version" },
    { scenario: "S0", where: "clearinghouse.initialMarginBps(bytes32)", reason: "thresholds are derived from leverage now" },
    { scenario: "S0", where: "clearinghouse.maintenanceMarginBps(bytes32)", reason: "thresholds are derived from leverage now" },
    { scenario: "S0", where: "clearinghouse.riskClassOf(bytes32)", reason: "replaced by the risk standard" },
    // In the middle of the batch an old product asks the new clearinghouse for thresholds that are gone. Nobody can look in
    // between: an implementation is exchanged without a call to anybody, and all three are exchanged in one transaction.
    { scenario: "actions", where: "account *", reason: "no margin can be asked for until all three contracts have moved, in the same transaction" },
    { scenario: "actions", where: "totals *", reason: "no margin can be asked for until all three contracts have moved, in the same transaction" },
  ],
});
