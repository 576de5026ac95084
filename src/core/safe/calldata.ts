import { Interface, concat, dataLength, solidityPacked } from "ethers";
import type { Operation, SafeTx } from "./transaction.js";

/**
 * The functions of Safe 0.1 to 1.5, and of the libraries that its owners meet: MultiSend, SignMessageLib, SafeMigration
 * and CreateCall. `setup` of before 1.0 has another signature, so ask for overloaded ones by their full signature.
 */
export const SAFE_INTERFACE = new Interface([
  "function VERSION() view returns (string)",
  "function nonce() view returns (uint256)",
  "function getThreshold() view returns (uint256)",
  "function getOwners() view returns (address[])",
  "function isOwner(address owner) view returns (bool)",
  "function getModulesPaginated(address start, uint256 pageSize) view returns (address[] array, address next)",
  "function isModuleEnabled(address module) view returns (bool)",
  "function approvedHashes(address owner, bytes32 hash) view returns (uint256)",
  "function domainSeparator() view returns (bytes32)",
  "function getTransactionHash(address to, uint256 value, bytes data, uint8 operation, uint256 safeTxGas, uint256 baseGas, uint256 gasPrice, address gasToken, address refundReceiver, uint256 _nonce) view returns (bytes32)",
  "function execTransaction(address to, uint256 value, bytes data, uint8 operation, uint256 safeTxGas, uint256 baseGas, uint256 gasPrice, address gasToken, address refundReceiver, bytes signatures) payable returns (bool success)",
  "function approveHash(bytes32 hashToApprove)",
  "function execTransactionFromModule(address to, uint256 value, bytes data, uint8 operation) returns (bool success)",
  "function execTransactionFromModuleReturnData(address to, uint256 value, bytes data, uint8 operation) returns (bool success, bytes returnData)",
  "function setup(address[] _owners, uint256 _threshold, address to, bytes data, address fallbackHandler, address paymentToken, uint256 payment, address paymentReceiver)",
  "function setup(address[] _owners, uint256 _threshold, address to, bytes data)",
  "function addOwnerWithThreshold(address owner, uint256 _threshold)",
  "function removeOwner(address prevOwner, address owner, uint256 _threshold)",
  "function swapOwner(address prevOwner, address oldOwner, address newOwner)",
  "function changeThreshold(uint256 _threshold)",
  "function enableModule(address module)",
  "function disableModule(address prevModule, address module)",
  "function setGuard(address guard)",
  "function setModuleGuard(address moduleGuard)",
  "function setFallbackHandler(address handler)",
  "function changeMasterCopy(address _masterCopy)",
  "function signMessage(bytes _data)",
  "function multiSend(bytes transactions) payable",
  "function migrateSingleton()",
  "function migrateWithFallbackHandler()",
  "function migrateL2Singleton()",
  "function migrateL2WithFallbackHandler()",
  "function performCreate(uint256 value, bytes deploymentData) returns (address newContract)",
  "function performCreate2(uint256 value, bytes deploymentData, bytes32 salt) returns (address newContract)",
  "event ExecutionSuccess(bytes32 indexed txHash, uint256 payment)",
  "event ExecutionFailure(bytes32 indexed txHash, uint256 payment)",
  "event ApproveHash(bytes32 indexed approvedHash, address indexed owner)",
]);

/** Calldata of `execTransaction` with packed `signatures` (see `packSignatures`). */
export function encodeExecTransaction(tx: SafeTx, signatures: string): string {
  return SAFE_INTERFACE.encodeFunctionData("execTransaction", [
    tx.to,
    tx.value,
    tx.data,
    tx.operation,
    tx.safeTxGas,
    tx.baseGas,
    tx.gasPrice,
    tx.gasToken,
    tx.refundReceiver,
    signatures,
  ]);
}

/** Calldata of `approveHash`, by which one owner (a Safe, too) agrees on chain to a safeTxHash. */
export function encodeApproveHash(hash: string): string {
  return SAFE_INTERFACE.encodeFunctionData("approveHash", [hash]);
}

/** One call inside `multiSend`; MultiSendCallOnly refuses operation 1. */
export interface MultiSendCall {
  to: string;
  value?: bigint;
  data: string;
  operation?: Operation;
}

/**
 * Calldata of `multiSend(bytes)` (Safe's MultiSend and MultiSendCallOnly, 1.1.1 to 1.5.0). Each call is packed as
 * operation (1 byte), to (20), value (32), length (32), data. The Safe itself delegatecalls this.
 */
export function encodeMultiSend(calls: readonly MultiSendCall[]): string {
  const packed = calls.map(({ to, value, data, operation }) =>
    solidityPacked(
      ["uint8", "address", "uint256", "uint256", "bytes"],
      [operation ?? 0, to, value ?? 0n, dataLength(data), data],
    ),
  );
  return SAFE_INTERFACE.encodeFunctionData("multiSend", [concat(packed)]);
}
