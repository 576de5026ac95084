import { getAddress, keccak256, type Interface, type Result } from "ethers";
import { DrydockError, ERRORS } from "../errors/drydock-error.js";
import { blockParameter, type BlockRef, type ChainPort } from "./port.js";
import { isRevert, RpcError } from "./rpc/rpc-error.js";

export { getLogs, type LogFilter } from "./logs.js";

/** A block header, as far as everybody needs it. `raw` is the endpoint's answer, for proofs. */
export interface Block {
  number: bigint;
  /** 32 bytes, lower case. */
  hash: string;
  parentHash: string;
  stateRoot: string;
  receiptsRoot: string;
  /** Seconds since 1970. */
  timestamp: bigint;
  gasLimit: bigint;
  /** Wei; undefined before London. */
  baseFeePerGas: bigint | undefined;
  raw: Readonly<Record<string, unknown>>;
}

export interface Transaction {
  to: string;
  data: string;
  from?: string;
  /** Wei. */
  value?: bigint;
  /** Gas limit of the call; the endpoint's own unless given. */
  gas?: bigint;
}

/** The chain id (EIP-155). */
export async function chainId(chain: ChainPort): Promise<bigint> {
  return quantity(await chain.request({ method: "eth_chainId" }), "eth_chainId");
}

/** The number of the newest block. */
export async function blockNumber(chain: ChainPort): Promise<bigint> {
  return quantity(await chain.request({ method: "eth_blockNumber" }), "eth_blockNumber");
}

/** The block at `ref`. @throws DrydockError BLOCK_UNKNOWN if the endpoint has none. */
export async function getBlock(chain: ChainPort, ref: BlockRef | "finalized" | "safe" = "latest"): Promise<Block> {
  const byHash = typeof ref === "object";
  const answer = await chain.request({
    method: byHash ? "eth_getBlockByHash" : "eth_getBlockByNumber",
    params: [byHash ? ref.blockHash : ref === "finalized" || ref === "safe" ? ref : blockParameter(ref), false],
  });
  if (typeof answer !== "object" || answer === null) {
    throw new DrydockError(ERRORS.BLOCK_UNKNOWN, { block: byHash ? ref.blockHash : String(ref) });
  }
  const raw = answer as Record<string, unknown>;
  return {
    number: quantity(raw.number, "block.number"),
    hash: bytes(raw.hash, "block.hash", 32),
    parentHash: bytes(raw.parentHash, "block.parentHash", 32),
    stateRoot: bytes(raw.stateRoot, "block.stateRoot", 32),
    receiptsRoot: bytes(raw.receiptsRoot, "block.receiptsRoot", 32),
    timestamp: quantity(raw.timestamp, "block.timestamp"),
    gasLimit: quantity(raw.gasLimit, "block.gasLimit"),
    baseFeePerGas: raw.baseFeePerGas === undefined ? undefined : quantity(raw.baseFeePerGas, "block.baseFeePerGas"),
    raw,
  };
}

/** `block` as a number: resolves "latest" and hashes, so that later reads stand on one and the same block. */
export async function pin(chain: ChainPort, block: BlockRef): Promise<bigint> {
  return typeof block === "bigint" ? block : (await getBlock(chain, block)).number;
}

/** The runtime code, `0x` for none. */
export async function getCode(chain: ChainPort, address: string, block: BlockRef = "latest"): Promise<string> {
  return bytes(await chain.request({ method: "eth_getCode", params: [address, blockParameter(block)] }), "eth_getCode");
}

/** keccak256 of the runtime code, as EXTCODEHASH gives it for an account with code (of no code: the hash of nothing). */
export async function codeHash(chain: ChainPort, address: string, block: BlockRef = "latest"): Promise<string> {
  return hashOfCode(await getCode(chain, address, block));
}

/** keccak256 of code in hex. Read by a Buffer: ethers' own way is slow on whole contracts. */
export function hashOfCode(code: string): string {
  return keccak256(Buffer.from(code.slice(2), "hex"));
}

/** The 32 bytes at `slot` of `address`. */
export async function getStorage(
  chain: ChainPort,
  address: string,
  slot: bigint | string,
  block: BlockRef = "latest",
): Promise<string> {
  const params = [address, toWord(slot), blockParameter(block)];
  const value = bytes(await chain.request({ method: "eth_getStorageAt", params }), "eth_getStorageAt");
  return toWord(value);
}

/** Balance in wei. */
export async function getBalance(chain: ChainPort, address: string, block: BlockRef = "latest"): Promise<bigint> {
  return quantity(await chain.request({ method: "eth_getBalance", params: [address, blockParameter(block)] }), "eth_getBalance");
}

/** The account's nonce. */
export async function getTransactionCount(chain: ChainPort, address: string, block: BlockRef = "latest"): Promise<bigint> {
  const params = [address, blockParameter(block)];
  return quantity(await chain.request({ method: "eth_getTransactionCount", params }), "eth_getTransactionCount");
}

/** What the call returns, as hex. @throws RpcError (or the provider's own error) if it reverts. */
export async function call(chain: ChainPort, transaction: Transaction, block: BlockRef = "latest"): Promise<string> {
  const { to, data, from, value, gas } = transaction;
  const fields = {
    to,
    data,
    ...(from === undefined ? {} : { from }),
    ...(value === undefined ? {} : { value: `0x${value.toString(16)}` }),
    ...(gas === undefined ? {} : { gas: `0x${gas.toString(16)}` }),
  };
  return bytes(await chain.request({ method: "eth_call", params: [fields, blockParameter(block)] }), "eth_call");
}

/**
 * Calls the view function `name` and decodes its answer.
 *
 * @throws RpcError if the call reverts, or if what it returns is not what `iface` says (code -32000, no data).
 */
export async function callFunction(
  chain: ChainPort,
  iface: Interface,
  name: string,
  args: readonly unknown[],
  { to, from, gas, block = "latest" }: { to: string; from?: string; gas?: bigint; block?: BlockRef },
): Promise<Result> {
  const data = iface.encodeFunctionData(name, args);
  const answer = await call(chain, { to, data, from, gas }, block);
  try {
    const result = iface.decodeFunctionResult(name, answer);
    result.toArray(true);
    return result;
  } catch {
    throw new RpcError(-32000, `${to} does not answer ${name} as its interface says`);
  }
}

/**
 * Like {@link callFunction}, but a contract that has no such function (it reverts, or answers something else) gives
 * undefined. An endpoint that does not answer still throws: not asked is not the same as not there. The call gets
 * {@link PROBE_GAS}, so that a contract that loops for ever (a proxy that is its own implementation) costs little.
 */
export async function tryCallFunction(
  chain: ChainPort,
  iface: Interface,
  name: string,
  args: readonly unknown[],
  where: { to: string; from?: string; block?: BlockRef },
): Promise<Result | undefined> {
  try {
    return await callFunction(chain, iface, name, args, { gas: PROBE_GAS, ...where });
  } catch (error) {
    if (isRevert(error) || (error instanceof RpcError && / as its interface says$/.test(error.message))) return undefined;
    throw error;
  }
}

/** Enough for a list of a thousand owners, little enough for a contract that never ends. */
export const PROBE_GAS = 5_000_000n;

export interface Receipt {
  transactionHash: string;
  blockNumber: bigint;
  blockHash: string;
  status: "success" | "reverted";
  contractAddress: string | null;
  gasUsed: bigint;
  logs: Log[];
}

export interface Log {
  address: string;
  topics: string[];
  data: string;
  blockNumber: bigint;
  blockHash: string;
  transactionHash: string;
  logIndex: number;
}

/** The receipt of a mined transaction, or null. */
export async function getReceipt(chain: ChainPort, transactionHash: string): Promise<Receipt | null> {
  const raw = await chain.request({ method: "eth_getTransactionReceipt", params: [transactionHash] });
  if (raw === null || raw === undefined) return null;
  const fields = raw as Record<string, unknown>;
  return {
    transactionHash: bytes(fields.transactionHash, "receipt.transactionHash", 32),
    blockNumber: quantity(fields.blockNumber, "receipt.blockNumber"),
    blockHash: bytes(fields.blockHash, "receipt.blockHash", 32),
    status: quantity(fields.status, "receipt.status") === 1n ? "success" : "reverted",
    contractAddress: typeof fields.contractAddress === "string" ? getAddress(fields.contractAddress) : null,
    gasUsed: quantity(fields.gasUsed, "receipt.gasUsed"),
    logs: array(fields.logs, "receipt.logs").map(logFrom),
  };
}

/** A log as JSON-RPC gives it, with checksummed address and numbers as such. */
export function logFrom(value: unknown): Log {
  const raw = (value ?? {}) as Record<string, unknown>;
  return {
    address: getAddress(bytes(raw.address, "log.address", 20)),
    topics: array(raw.topics, "log.topics").map((topic) => bytes(topic, "log.topics", 32)),
    data: bytes(raw.data, "log.data"),
    blockNumber: quantity(raw.blockNumber, "log.blockNumber"),
    blockHash: bytes(raw.blockHash, "log.blockHash", 32),
    transactionHash: bytes(raw.transactionHash, "log.transactionHash", 32),
    logIndex: Number(quantity(raw.logIndex, "log.logIndex")),
  };
}

/** 32 bytes in lower-case hex. */
export function toWord(value: bigint | string): string {
  const digits = typeof value === "bigint" ? value.toString(16) : value.replace(/^0x/, "").toLowerCase();
  return `0x${digits.padStart(64, "0")}`;
}

/** The address in the low 20 bytes of a storage word, or null for zero. */
export function addressIn(word: string): string | null {
  const low = toWord(word).slice(-40);
  return /^0+$/.test(low) ? null : getAddress(`0x${low}`);
}

function quantity(value: unknown, what: string): bigint {
  if (typeof value !== "string" || !/^0x[0-9a-fA-F]+$/.test(value)) throw malformed(value, what);
  return BigInt(value);
}

function bytes(value: unknown, what: string, length?: number): string {
  if (typeof value !== "string" || !/^0x(?:[0-9a-fA-F]{2})*$/.test(value)) throw malformed(value, what);
  if (length !== undefined && value.length !== 2 + 2 * length) throw malformed(value, what);
  return value.toLowerCase();
}

function array(value: unknown, what: string): unknown[] {
  if (!Array.isArray(value)) throw malformed(value, what);
  return value;
}

function malformed(value: unknown, what: string): DrydockError {
  const shown = JSON.stringify(value)?.slice(0, 80) ?? "nothing";
  return new DrydockError(ERRORS.RPC_MALFORMED, { what, value: shown });
}
