import { AbiCoder, Interface, keccak256 } from "ethers";

/** One call of a timelock operation; value in wei. */
export interface TimelockCall {
  target: string;
  value: bigint;
  data: string;
}

/** What a timelock operation's id covers. Its delay is not part of it. */
export interface TimelockOperation {
  calls: readonly TimelockCall[];
  /** Id of the operation that must be done before this one, 32 zero bytes for none. */
  predecessor: string;
  salt: string;
}

/** OpenZeppelin TimelockController 5.x with the AccessControl under it; 4.x differs in `getOperationState` and in roles only. */
export const TIMELOCK_INTERFACE = new Interface([
  "function schedule(address target, uint256 value, bytes data, bytes32 predecessor, bytes32 salt, uint256 delay)",
  "function scheduleBatch(address[] targets, uint256[] values, bytes[] payloads, bytes32 predecessor, bytes32 salt, uint256 delay)",
  "function execute(address target, uint256 value, bytes payload, bytes32 predecessor, bytes32 salt) payable",
  "function executeBatch(address[] targets, uint256[] values, bytes[] payloads, bytes32 predecessor, bytes32 salt) payable",
  "function cancel(bytes32 id)",
  "function updateDelay(uint256 newDelay)",
  "function hashOperation(address target, uint256 value, bytes data, bytes32 predecessor, bytes32 salt) pure returns (bytes32)",
  "function hashOperationBatch(address[] targets, uint256[] values, bytes[] payloads, bytes32 predecessor, bytes32 salt) pure returns (bytes32)",
  "function getMinDelay() view returns (uint256)",
  "function getTimestamp(bytes32 id) view returns (uint256)",
  "function getOperationState(bytes32 id) view returns (uint8)",
  "function isOperation(bytes32 id) view returns (bool)",
  "function isOperationPending(bytes32 id) view returns (bool)",
  "function isOperationReady(bytes32 id) view returns (bool)",
  "function isOperationDone(bytes32 id) view returns (bool)",
  "function DEFAULT_ADMIN_ROLE() view returns (bytes32)",
  "function PROPOSER_ROLE() view returns (bytes32)",
  "function EXECUTOR_ROLE() view returns (bytes32)",
  "function CANCELLER_ROLE() view returns (bytes32)",
  "function hasRole(bytes32 role, address account) view returns (bool)",
  "function getRoleAdmin(bytes32 role) view returns (bytes32)",
  "function grantRole(bytes32 role, address account)",
  "function revokeRole(bytes32 role, address account)",
  "function renounceRole(bytes32 role, address callerConfirmation)",
  "event CallScheduled(bytes32 indexed id, uint256 indexed index, address target, uint256 value, bytes data, bytes32 predecessor, uint256 delay)",
  "event CallExecuted(bytes32 indexed id, uint256 indexed index, address target, uint256 value, bytes data)",
  "event CallSalt(bytes32 indexed id, bytes32 salt)",
  "event Cancelled(bytes32 indexed id)",
  "event MinDelayChange(uint256 oldDuration, uint256 newDuration)",
  "event RoleGranted(bytes32 indexed role, address indexed account, address indexed sender)",
  "event RoleRevoked(bytes32 indexed role, address indexed account, address indexed sender)",
  "event RoleAdminChanged(bytes32 indexed role, bytes32 indexed previousAdminRole, bytes32 indexed newAdminRole)",
]);

/** `hashOperationBatch`: the id of an operation that was scheduled by `scheduleBatch`. */
export function operationId(operation: TimelockOperation): string {
  return keccak256(
    AbiCoder.defaultAbiCoder().encode(
      ["address[]", "uint256[]", "bytes[]", "bytes32", "bytes32"],
      [...columns(operation.calls), operation.predecessor, operation.salt],
    ),
  );
}

/** `hashOperation`: the id of an operation that was scheduled by `schedule`, with one call and no arrays. */
export function singleOperationId(call: TimelockCall, predecessor: string, salt: string): string {
  return keccak256(
    AbiCoder.defaultAbiCoder().encode(
      ["address", "uint256", "bytes", "bytes32", "bytes32"],
      [call.target, call.value, call.data, predecessor, salt],
    ),
  );
}

/** Calldata of `scheduleBatch`; `delay` in seconds. */
export function encodeScheduleBatch(operation: TimelockOperation & { delay: bigint }): string {
  return TIMELOCK_INTERFACE.encodeFunctionData("scheduleBatch", [
    ...columns(operation.calls),
    operation.predecessor,
    operation.salt,
    operation.delay,
  ]);
}

/** Calldata of `executeBatch`. */
export function encodeExecuteBatch(operation: TimelockOperation): string {
  return TIMELOCK_INTERFACE.encodeFunctionData("executeBatch", [
    ...columns(operation.calls),
    operation.predecessor,
    operation.salt,
  ]);
}

/** Calldata of `execute`, for an operation that was scheduled by `schedule`. */
export function encodeExecuteSingle({ target, value, data }: TimelockCall, predecessor: string, salt: string): string {
  return TIMELOCK_INTERFACE.encodeFunctionData("execute", [target, value, data, predecessor, salt]);
}

/** Calldata of `cancel`. */
export function encodeCancel(id: string): string {
  return TIMELOCK_INTERFACE.encodeFunctionData("cancel", [id]);
}

function columns(calls: readonly TimelockCall[]): [string[], bigint[], string[]] {
  return [calls.map(({ target }) => target), calls.map(({ value }) => value), calls.map(({ data }) => data)];
}
