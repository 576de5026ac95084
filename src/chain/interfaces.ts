import { Interface } from "ethers";

/** The view functions that authority is read through, by the contract family that answers them. */
export const proxyInterface = new Interface([
  "function implementation() view returns (address)",
  "function owner() view returns (address)",
  "function pendingOwner() view returns (address)",
  "function proxiableUUID() view returns (bytes32)",
  "function UPGRADE_INTERFACE_VERSION() view returns (string)",
  "function facetAddresses() view returns (address[])",
  "function facetFunctionSelectors(address) view returns (bytes4[])",
  "function facetAddress(bytes4) view returns (address)",
]);

/** Safe 1.0.0 to 1.5.0. */
export const safeInterface = new Interface([
  "function VERSION() view returns (string)",
  "function getOwners() view returns (address[])",
  "function getThreshold() view returns (uint256)",
  "function nonce() view returns (uint256)",
  "function getModules() view returns (address[])",
  "function getModulesPaginated(address start, uint256 pageSize) view returns (address[] array, address next)",
]);

/** OpenZeppelin TimelockController 3.4 to 5. */
export const timelockInterface = new Interface([
  "function getMinDelay() view returns (uint256)",
  "function getTimestamp(bytes32 id) view returns (uint256)",
  "function hasRole(bytes32 role, address account) view returns (bool)",
  "function getRoleAdmin(bytes32 role) view returns (bytes32)",
  "function PROPOSER_ROLE() view returns (bytes32)",
  "function EXECUTOR_ROLE() view returns (bytes32)",
  "function CANCELLER_ROLE() view returns (bytes32)",
  "function TIMELOCK_ADMIN_ROLE() view returns (bytes32)",
  "function DEFAULT_ADMIN_ROLE() view returns (bytes32)",
]);

/** OpenZeppelin AccessControl and its events. */
export const accessControlInterface = new Interface([
  "function hasRole(bytes32 role, address account) view returns (bool)",
  "function getRoleAdmin(bytes32 role) view returns (bytes32)",
  "event RoleGranted(bytes32 indexed role, address indexed account, address indexed sender)",
  "event RoleRevoked(bytes32 indexed role, address indexed account, address indexed sender)",
]);

/** What else may stand between a key and a proxy. Each line names the contract family that answers it. */
export const authorityInterface = new Interface([
  // OpenZeppelin Governor 4 and 5
  "function COUNTING_MODE() view returns (string)",
  "function votingDelay() view returns (uint256)",
  "function votingPeriod() view returns (uint256)",
  "function proposalThreshold() view returns (uint256)",
  "function timelock() view returns (address)",
  // Compound Timelock
  "function admin() view returns (address)",
  "function delay() view returns (uint256)",
  "function GRACE_PERIOD() view returns (uint256)",
  // Gnosis MultiSigWallet
  "function getOwners() view returns (address[])",
  "function required() view returns (uint256)",
  // Zodiac modules
  "function avatar() view returns (address)",
  "function txCooldown() view returns (uint256)",
  "function getModulesPaginated(address start, uint256 pageSize) view returns (address[] array, address next)",
  // OpenZeppelin AccessManaged
  "function authority() view returns (address)",
]);

/** OpenZeppelin AccessManager 5. */
export const accessManagerInterface = new Interface([
  "function ADMIN_ROLE() view returns (uint64)",
  "function PUBLIC_ROLE() view returns (uint64)",
  "function isTargetClosed(address target) view returns (bool)",
  "function getTargetFunctionRole(address target, bytes4 selector) view returns (uint64)",
  "function getTargetAdminDelay(address target) view returns (uint32)",
  "function getRoleAdmin(uint64 roleId) view returns (uint64)",
  "function getRoleGuardian(uint64 roleId) view returns (uint64)",
  "function getRoleGrantDelay(uint64 roleId) view returns (uint32)",
  "function hasRole(uint64 roleId, address account) view returns (bool isMember, uint32 executionDelay)",
  "event RoleGranted(uint64 indexed roleId, address indexed account, uint32 delay, uint48 since, bool newMember)",
]);

/** What upgrades code, by proxy family. */
export const upgradeInterface = new Interface([
  "function upgradeToAndCall(address newImplementation, bytes data) payable",
  "function upgradeTo(address newImplementation)",
  "function upgradeAndCall(address proxy, address implementation, bytes data) payable",
  "function upgrade(address proxy, address implementation)",
  "function changeAdmin(address newAdmin)",
  "function diamondCut((address facet, uint8 action, bytes4[] selectors)[] cut, address init, bytes data)",
]);

/** How a refused caller is told what it lacks (OpenZeppelin 5). */
export const guardErrors = new Interface([
  "error OwnableUnauthorizedAccount(address account)",
  "error AccessControlUnauthorizedAccount(address account, bytes32 neededRole)",
  "error AccessManagedUnauthorized(address caller)",
  "error Error(string)",
]);
