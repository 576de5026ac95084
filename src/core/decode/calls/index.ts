import { readAggregate, readCall, readDelegateCall, readSelfMulticall } from "./multicall.js";
import { readMultiSend } from "./multisend.js";
import { readDiamondCut, readUpgradeAndCall, readUpgradeToAndCall } from "./proxy.js";
import { readCreateProxy, readExecTransaction, readSafeCall, readSetup } from "./safe.js";
import {
  columnCalls,
  readCompound,
  readExecute,
  readExecuteBatch,
  readGovernor,
  readSchedule,
  readScheduleBatch,
} from "./timelock.js";
import type { CallReader } from "./types.js";

/** What the built-in functions call in turn, by signature. */
export const CALL_READERS: ReadonlyMap<string, CallReader> = new Map<string, CallReader>([
  ["multiSend(bytes)", readMultiSend],
  ["execTransaction(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,bytes)", readExecTransaction],
  ["execTransactionFromModule(address,uint256,bytes,uint8)", readSafeCall],
  ["execTransactionFromModuleReturnData(address,uint256,bytes,uint8)", readSafeCall],
  ["requiredTxGas(address,uint256,bytes,uint8)", readSafeCall],
  ["execTransactionWithRole(address,uint256,bytes,uint8,bytes32,bool)", readSafeCall],
  ["execTransactionWithRole(address,uint256,bytes,uint8,uint16,bool)", readSafeCall],
  ["executeNextTx(address,uint256,bytes,uint8)", readSafeCall],
  ["setup(address[],uint256,address,bytes,address,address,uint256,address)", readSetup],
  ["setup(address[],uint256,address,bytes,address,uint256,address)", readSetup],
  ["setup(address[],uint256,address,bytes)", readSetup],
  ["createProxyWithNonce(address,bytes,uint256)", readCreateProxy],
  ["createChainSpecificProxyWithNonce(address,bytes,uint256)", readCreateProxy],
  ["createProxy(address,bytes)", readCreateProxy],
  ["aggregate((address,bytes)[])", readAggregate(0)],
  ["blockAndAggregate((address,bytes)[])", readAggregate(0)],
  ["tryAggregate(bool,(address,bytes)[])", readAggregate(1)],
  ["tryBlockAndAggregate(bool,(address,bytes)[])", readAggregate(1)],
  ["aggregate3((address,bool,bytes)[])", readAggregate(0)],
  ["aggregate3Value((address,bool,uint256,bytes)[])", readAggregate(0, 2)],
  ["multicall(bytes[])", readSelfMulticall(0)],
  ["multicall(uint256,bytes[])", readSelfMulticall(1)],
  ["multicall(bytes32,bytes[])", readSelfMulticall(1)],
  ["schedule(address,uint256,bytes,bytes32,bytes32,uint256)", readSchedule],
  ["scheduleBatch(address[],uint256[],bytes[],bytes32,bytes32,uint256)", readScheduleBatch],
  ["execute(address,uint256,bytes,bytes32,bytes32)", readExecute],
  ["executeBatch(address[],uint256[],bytes[],bytes32,bytes32)", readExecuteBatch],
  ["queueTransaction(address,uint256,string,bytes,uint256)", readCompound("deferred")],
  ["executeTransaction(address,uint256,string,bytes,uint256)", readCompound("inner")],
  ["cancelTransaction(address,uint256,string,bytes,uint256)", readCompound("deferred")],
  ["propose(address[],uint256[],bytes[],string)", readGovernor("deferred")],
  ["queue(address[],uint256[],bytes[],bytes32)", readGovernor("deferred")],
  ["execute(address[],uint256[],bytes[],bytes32)", readGovernor("inner")],
  ["cancel(address[],uint256[],bytes[],bytes32)", readGovernor("deferred")],
  ["executeBatch(address[],uint256[],bytes[])", (outer, args) => columnCalls(outer, args, "inner")],
  ["relay(address,uint256,bytes)", readCall],
  ["execute(address,uint256,bytes)", readCall],
  ["execute(address,bytes)", readDelegateCall],
  ["upgradeAndCall(address,address,bytes)", readUpgradeAndCall],
  ["upgradeToAndCall(address,bytes)", readUpgradeToAndCall],
  ["diamondCut((address,uint8,bytes4[])[],address,bytes)", readDiamondCut],
]);
