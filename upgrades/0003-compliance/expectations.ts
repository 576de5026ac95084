import { defineExpectations } from "hardhat-drydock/expectations";

/**
 * What upgrade 0003 changes: who may open, and how much; resting orders and nonces stay.
 * Drafted by `rehearse --suggest`, then given reasons line by line; nothing here is imported from the plan.
 */
export default defineExpectations({
  storage: [
    { contract: "orderSettlement", name: "drydock.venue.OrderSettlement:positionLimit[0]", before: "0", after: "500000000000000000000" },
    { contract: "orderSettlement", name: "drydock.venue.OrderSettlement:enforcedFrom", before: "0", after: "1772438400" },
    { contract: "orderSettlement", name: "drydock.venue.OrderSettlement:positionLimit[1]", before: "0", after: "20000000000000000000" },
    { contract: "orderSettlement", name: "openzeppelin.storage.AccessControl:_roles[0x442a94f1a1fac79af32856af2a64f63648cfa2ef3b98610a5bb7cbec4cee6985].hasRole[0xf7658Db7d7ebC33ba8F39c412Bdf4FfdccF3388a]", before: "false", after: "true" },
    { contract: "orderSettlement", name: "InitializableStorage._initialized", before: "1", after: "2" },
  ],
  events: [
    { contract: "orderSettlement", event: "RoleGranted(bytes32,address,address)" },
    { contract: "orderSettlement", event: "EnforcedFromSet(uint64)" },
    { contract: "orderSettlement", event: "Initialized(uint64)" },
    { contract: "orderSettlement", event: "PositionLimitSet(uint256,uint128)", count: 2 },
  ],
  differences: [
    { scenario: "S0", where: "orderSettlement.version()", reason: "the new version" },
  ],
});
