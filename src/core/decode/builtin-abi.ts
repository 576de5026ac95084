import { PROTOCOL_ABIS } from "./protocol-abi.js";

/**
 * Functions that the decoder knows by itself: published standards, and contracts that many Safes call. A selector says
 * which function a caller means, never what the code at the target does with it.
 */
export const BUILTIN_ABIS: readonly { contract: string; fragments: readonly string[] }[] = [
  {
    contract: "Safe",
    fragments: [
      "execTransaction(address to, uint256 value, bytes data, uint8 operation, uint256 safeTxGas, uint256 baseGas, uint256 gasPrice, address gasToken, address refundReceiver, bytes signatures)",
      "approveHash(bytes32 hashToApprove)",
      "execTransactionFromModule(address to, uint256 value, bytes data, uint8 operation)",
      "execTransactionFromModuleReturnData(address to, uint256 value, bytes data, uint8 operation)",
      "setup(address[] _owners, uint256 _threshold, address to, bytes data, address fallbackHandler, address paymentToken, uint256 payment, address paymentReceiver)",
      "setup(address[] _owners, uint256 _threshold, address to, bytes data, address paymentToken, uint256 payment, address paymentReceiver)",
      "setup(address[] _owners, uint256 _threshold, address to, bytes data)",
      "addOwnerWithThreshold(address owner, uint256 _threshold)",
      "removeOwner(address prevOwner, address owner, uint256 _threshold)",
      "swapOwner(address prevOwner, address oldOwner, address newOwner)",
      "changeThreshold(uint256 _threshold)",
      "enableModule(address module)",
      "disableModule(address prevModule, address module)",
      "setGuard(address guard)",
      "setModuleGuard(address moduleGuard)",
      "setFallbackHandler(address handler)",
      "changeMasterCopy(address _masterCopy)",
      "requiredTxGas(address to, uint256 value, bytes data, uint8 operation)",
      "simulateAndRevert(address targetContract, bytes calldataPayload)",
    ],
  },
  { contract: "MultiSend", fragments: ["multiSend(bytes transactions)"] },
  { contract: "SignMessageLib", fragments: ["signMessage(bytes _data)"] },
  {
    contract: "SafeMigration",
    fragments: [
      "migrateSingleton()",
      "migrateWithFallbackHandler()",
      "migrateL2Singleton()",
      "migrateL2WithFallbackHandler()",
      "migrateToL2(address l2Singleton)",
      "migrateFromV111(address l2Singleton, address fallbackHandler)",
      "setupToL2(address l2Singleton)",
    ],
  },
  {
    contract: "CreateCall",
    fragments: [
      "performCreate(uint256 value, bytes deploymentData)",
      "performCreate2(uint256 value, bytes deploymentData, bytes32 salt)",
    ],
  },
  {
    contract: "SafeProxyFactory",
    fragments: [
      "createProxyWithNonce(address _singleton, bytes initializer, uint256 saltNonce)",
      "createChainSpecificProxyWithNonce(address _singleton, bytes initializer, uint256 saltNonce)",
      "createProxy(address singleton, bytes data)",
    ],
  },
  {
    contract: "AllowanceModule",
    fragments: [
      "addDelegate(address delegate)",
      "removeDelegate(address delegate, bool removeAllowances)",
      "setAllowance(address delegate, address token, uint96 allowanceAmount, uint16 resetTimeMin, uint32 resetBaseMin)",
      "resetAllowance(address delegate, address token)",
      "deleteAllowance(address delegate, address token)",
    ],
  },
  {
    contract: "Multicall3",
    fragments: [
      "aggregate((address target, bytes callData)[] calls)",
      "tryAggregate(bool requireSuccess, (address target, bytes callData)[] calls)",
      "blockAndAggregate((address target, bytes callData)[] calls)",
      "tryBlockAndAggregate(bool requireSuccess, (address target, bytes callData)[] calls)",
      "aggregate3((address target, bool allowFailure, bytes callData)[] calls)",
      "aggregate3Value((address target, bool allowFailure, uint256 value, bytes callData)[] calls)",
    ],
  },
  {
    contract: "Multicall",
    fragments: [
      "multicall(bytes[] data)",
      "multicall(uint256 deadline, bytes[] data)",
      "multicall(bytes32 previousBlockhash, bytes[] data)",
    ],
  },
  {
    contract: "TimelockController",
    fragments: [
      "schedule(address target, uint256 value, bytes data, bytes32 predecessor, bytes32 salt, uint256 delay)",
      "scheduleBatch(address[] targets, uint256[] values, bytes[] payloads, bytes32 predecessor, bytes32 salt, uint256 delay)",
      "execute(address target, uint256 value, bytes payload, bytes32 predecessor, bytes32 salt)",
      "executeBatch(address[] targets, uint256[] values, bytes[] payloads, bytes32 predecessor, bytes32 salt)",
      "cancel(bytes32 id)",
      "updateDelay(uint256 newDelay)",
    ],
  },
  {
    contract: "Compound Timelock",
    fragments: [
      "queueTransaction(address target, uint256 value, string signature, bytes data, uint256 eta)",
      "executeTransaction(address target, uint256 value, string signature, bytes data, uint256 eta)",
      "cancelTransaction(address target, uint256 value, string signature, bytes data, uint256 eta)",
      "setDelay(uint256 delay_)",
      "setPendingAdmin(address pendingAdmin_)",
      "acceptAdmin()",
    ],
  },
  {
    contract: "Governor",
    fragments: [
      "propose(address[] targets, uint256[] values, bytes[] calldatas, string description)",
      "queue(address[] targets, uint256[] values, bytes[] calldatas, bytes32 descriptionHash)",
      "execute(address[] targets, uint256[] values, bytes[] calldatas, bytes32 descriptionHash)",
      "cancel(address[] targets, uint256[] values, bytes[] calldatas, bytes32 descriptionHash)",
      "relay(address target, uint256 value, bytes data)",
      "castVote(uint256 proposalId, uint8 support)",
      "castVoteWithReason(uint256 proposalId, uint8 support, string reason)",
      "queue(uint256 proposalId)",
      "execute(uint256 proposalId)",
      "cancel(uint256 proposalId)",
    ],
  },
  {
    contract: "Proxy",
    fragments: [
      "upgradeTo(address newImplementation)",
      "upgradeToAndCall(address newImplementation, bytes data)",
      "upgrade(address proxy, address implementation)",
      "upgradeAndCall(address proxy, address implementation, bytes data)",
      "changeAdmin(address newAdmin)",
      "changeProxyAdmin(address proxy, address newAdmin)",
      "diamondCut((address facetAddress, uint8 action, bytes4[] functionSelectors)[] diamondCut, address init, bytes data)",
    ],
  },
  {
    contract: "Ownable",
    fragments: [
      "transferOwnership(address newOwner)",
      "renounceOwnership()",
      "acceptOwnership()",
      "setOwner(address newOwner)",
      "setAuthority(address newAuthority)",
    ],
  },
  {
    contract: "AccessControl",
    fragments: [
      "grantRole(bytes32 role, address account)",
      "revokeRole(bytes32 role, address account)",
      "renounceRole(bytes32 role, address callerConfirmation)",
      "beginDefaultAdminTransfer(address newAdmin)",
      "acceptDefaultAdminTransfer()",
      "cancelDefaultAdminTransfer()",
      "changeDefaultAdminDelay(uint48 newDelay)",
      "setRoleAdmin(bytes32 role, bytes32 adminRole)",
    ],
  },
  {
    contract: "AccessManager",
    fragments: [
      "grantRole(uint64 roleId, address account, uint32 executionDelay)",
      "revokeRole(uint64 roleId, address account)",
      "setTargetFunctionRole(address target, bytes4[] selectors, uint64 roleId)",
      "updateAuthority(address target, address newAuthority)",
      "setRoleAdmin(uint64 roleId, uint64 admin)",
      "setRoleGuardian(uint64 roleId, uint64 guardian)",
      "setGrantDelay(uint64 roleId, uint32 newDelay)",
      "setTargetAdminDelay(address target, uint32 newDelay)",
      "setTargetClosed(address target, bool closed)",
      "renounceRole(uint64 roleId, address callerConfirmation)",
      "labelRole(uint64 roleId, string label)",
      "cancel(address caller, address target, bytes data)",
      "execute(address target, bytes data)",
      "schedule(address target, bytes data, uint48 when)",
    ],
  },
  { contract: "Pausable", fragments: ["pause()", "unpause()"] },
  {
    contract: "ERC-20",
    fragments: [
      "transfer(address to, uint256 amount)",
      "transferFrom(address from, address to, uint256 amount)",
      "approve(address spender, uint256 amount)",
      "increaseAllowance(address spender, uint256 addedValue)",
      "decreaseAllowance(address spender, uint256 subtractedValue)",
      "increaseApproval(address spender, uint256 addedValue)",
      "decreaseApproval(address spender, uint256 subtractedValue)",
      "permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s)",
      "mint(address to, uint256 amount)",
      "burn(uint256 amount)",
      "burnFrom(address account, uint256 amount)",
      "delegate(address delegatee)",
      "transferAndCall(address to, uint256 amount, bytes data)",
      "approveAndCall(address spender, uint256 amount, bytes data)",
    ],
  },
  { contract: "WETH", fragments: ["deposit()", "withdraw(uint256 amount)"] },
  {
    contract: "ERC-721",
    fragments: [
      "safeTransferFrom(address from, address to, uint256 tokenId)",
      "safeTransferFrom(address from, address to, uint256 tokenId, bytes data)",
      "setApprovalForAll(address operator, bool approved)",
    ],
  },
  {
    contract: "ERC-1155",
    fragments: [
      "safeTransferFrom(address from, address to, uint256 id, uint256 amount, bytes data)",
      "safeBatchTransferFrom(address from, address to, uint256[] ids, uint256[] amounts, bytes data)",
    ],
  },
  {
    contract: "ERC-4626",
    fragments: [
      "deposit(uint256 assets, address receiver)",
      "mint(uint256 shares, address receiver)",
      "withdraw(uint256 assets, address receiver, address owner)",
      "redeem(uint256 shares, address receiver, address owner)",
    ],
  },
  {
    contract: "Permit2",
    fragments: [
      "approve(address token, address spender, uint160 amount, uint48 expiration)",
      "lockdown((address token, address spender)[] approvals)",
    ],
  },
  ...PROTOCOL_ABIS,
];
