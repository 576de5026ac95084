const OPENZEPPELIN = "@openzeppelin/contracts";
export const TIMELOCK = `${OPENZEPPELIN}/governance/TimelockController.sol:TimelockController`;
export const TRANSPARENT_PROXY = `${OPENZEPPELIN}/proxy/transparent/TransparentUpgradeableProxy.sol:TransparentUpgradeableProxy`;
export const ERC1967_PROXY = `${OPENZEPPELIN}/proxy/ERC1967/ERC1967Proxy.sol:ERC1967Proxy`;
export const BEACON = `${OPENZEPPELIN}/proxy/beacon/UpgradeableBeacon.sol:UpgradeableBeacon`;
export const TOKEN = "contracts/test/MockERC20.sol:MockERC20";
export const FEED = "contracts/test/MockFeed.sol:MockFeed";

/** What the venue's first version consists of, in the order in which it is deployed. */
export const VERSION_ONE = [
  TIMELOCK,
  TOKEN,
  FEED,
  "PriceOracle",
  "Clearinghouse",
  ERC1967_PROXY,
  "InsuranceFund",
  TRANSPARENT_PROXY,
  "PerpExchange",
  "SurfacePricer",
  "OptionSeries",
  BEACON,
  "OptionsMarket",
  "OrderSettlement",
] as const;
