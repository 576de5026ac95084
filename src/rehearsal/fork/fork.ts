import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ChainPort } from "../../chain/port.js";
import { toWord } from "../../chain/reads.js";
import { DrydockError, ERRORS, reasonOf } from "../../errors/drydock-error.js";
import type { PinnedBlock } from "../upstream/answers.js";
import { batchedReads } from "./batched-reads.js";
import { BLOCK_GAS_LIMIT, GAS } from "./gas.js";

export interface ForkOptions {
  /** The recording proxy. */
  url: string;
  chainId: bigint;
  chainType: "l1" | "op";
  block: PinnedBlock;
  hardfork?: string;
}

/** A transaction on the fork; `to` is left out for a contract creation, `value` in wei. */
export interface ForkTransaction {
  from: string;
  to?: string;
  data: string;
  value?: bigint;
}

export interface ForkLog {
  address: string;
  topics: string[];
  data: string;
}

export interface SentTransaction {
  hash: string;
  succeeded: boolean;
  gasUsed: bigint;
  timestamp: bigint;
  logs: ForkLog[];
}

/** The outcome of a call that may revert: returned bytes, or revert data. */
export interface CallOutcome {
  succeeded: boolean;
  data: string;
}

/** A frame of `callTracer`, as far as it is used. */
export interface CallFrame {
  type: string;
  from: string;
  to?: string;
  input: string;
  output?: string;
  error?: string;
  value?: string;
  calls?: CallFrame[];
  logs?: { address: string; topics: string[]; data: string }[];
}

/**
 * A chain in this process that stands on the pinned block. Nothing here looks at the clock: every block's timestamp is
 * given, base fee and gas price are zero, and the senders are impersonated.
 */
export class Fork {
  /** Reads and everything else; the latest block is the fork's own. */
  public readonly port: ChainPort;
  private readonly end: () => Promise<void>;
  private readonly impersonated = new Set<string>();
  private time: bigint;

  private constructor(port: ChainPort, time: bigint, end: () => Promise<void>) {
    this.port = port;
    this.time = time;
    this.end = end;
  }

  /**
   * Makes the fork and mines one block on it, so that every later call runs under the fork's own hardfork.
   *
   * @throws DrydockError FORK_FAILED.
   */
  public static async open(options: ForkOptions): Promise<Fork> {
    const { chainType, block } = options;
    const chainId = Number(options.chainId);
    const hardfork = options.hardfork ?? (chainType === "op" ? "isthmus" : "osaka");
    const root = mkdtempSync(join(tmpdir(), "drydock-fork-"));
    const removeRoot = (): void => rmSync(root, { recursive: true, force: true });
    try {
      writeFileSync(join(root, "package.json"), '{"type":"module"}\n');
      const { createHardhatRuntimeEnvironment } = await import("hardhat/hre");
      const hre = await createHardhatRuntimeEnvironment(
        {
          paths: { cache: join(root, "cache") },
          chainDescriptors: {
            [chainId]: { name: `chain ${chainId}`, chainType, hardforkHistory: { [hardfork]: { blockNumber: 0 } } },
          },
          networks: {
            fork: {
              type: "edr-simulated",
              chainId,
              chainType,
              hardfork,
              accounts: [],
              allowBlocksWithSameTimestamp: true,
              blockGasLimit: BLOCK_GAS_LIMIT,
              initialBaseFeePerGas: 0,
              throwOnTransactionFailures: false,
              forking: { url: options.url, blockNumber: block.number },
            },
          },
        },
        {},
        root,
      );
      const connection = await hre.network.create({ network: "fork", chainType });
      const port = batchedReads({
        request: ({ method, params }) => connection.provider.request({ method, params: params as unknown[] | undefined }),
      });
      const fork = new Fork(port, block.timestamp, async () => {
        await connection.close();
        removeRoot();
      });
      await fork.mine(block.timestamp + 1n);
      return fork;
    } catch (error) {
      removeRoot();
      throw new DrydockError(
        ERRORS.FORK_FAILED,
        { chainId, block: block.number, detail: reasonOf(error) },
        { cause: error },
      );
    }
  }

  /** Timestamp of the latest block, in seconds. */
  public get now(): bigint {
    return this.time;
  }

  /** Mines an empty block. */
  public async mine(timestamp: bigint): Promise<void> {
    await this.prepareBlock(timestamp);
    await this.request("evm_mine");
  }

  /** Sends `transaction` in a block of its own, with the gas price zero, from an impersonated sender. Never throws for a revert. */
  public async send(transaction: ForkTransaction, timestamp: bigint): Promise<SentTransaction> {
    await this.impersonate(transaction.from);
    const value = transaction.value ?? 0n;
    if (value > 0n) await this.lendValue(transaction.from, value);
    await this.prepareBlock(timestamp);
    const hash = (await this.request("eth_sendTransaction", [
      { ...rpcTransaction(transaction), gas: GAS, gasPrice: "0x0" },
    ])) as string;
    const receipt = (await this.request("eth_getTransactionReceipt", [hash])) as {
      status: string;
      gasUsed: string;
      logs: ForkLog[];
    };
    return {
      hash,
      succeeded: BigInt(receipt.status) === 1n,
      gasUsed: BigInt(receipt.gasUsed),
      timestamp,
      logs: receipt.logs.map(({ address, topics, data }) => ({ address, topics, data })),
    };
  }

  /** An `eth_call` at the latest block. */
  public async call(transaction: ForkTransaction): Promise<CallOutcome> {
    try {
      const data = (await this.request("eth_call", [{ ...rpcTransaction(transaction), gas: GAS, gasPrice: "0x0" }, "latest"])) as string;
      return { succeeded: true, data };
    } catch (error) {
      const data = revertDataOf(error);
      if (data === undefined) throw error;
      return { succeeded: false, data };
    }
  }

  /** The call tree of a transaction that was sent. */
  public async callTree(hash: string): Promise<CallFrame> {
    return (await this.request("debug_traceTransaction", [hash, { tracer: "callTracer" }])) as CallFrame;
  }

  /** Runs `work` and undoes everything that it did on the fork, time included. */
  public async attempt<T>(work: () => Promise<T>): Promise<T> {
    const snapshot = await this.request("evm_snapshot");
    const time = this.time;
    try {
      return await work();
    } finally {
      await this.restore(snapshot, time);
    }
  }

  /** Goes back to a snapshot that was taken at `time`. */
  public async restore(snapshot: unknown, time: bigint): Promise<void> {
    await this.request("evm_revert", [snapshot]);
    this.impersonated.clear();
    this.time = time;
  }

  public async setStorage(address: string, slot: string, value: string): Promise<void> {
    await this.request("hardhat_setStorageAt", [address, `0x${BigInt(slot).toString(16)}`, toWord(value)]);
  }

  public async setCode(address: string, code: string): Promise<void> {
    await this.request("hardhat_setCode", [address, code]);
  }

  public async setBalance(address: string, wei: bigint): Promise<void> {
    await this.request("hardhat_setBalance", [address, `0x${wei.toString(16)}`]);
  }

  public request(method: string, params: readonly unknown[] = []): Promise<unknown> {
    return this.port.request({ method, params });
  }

  /** Ends the fork and removes what it kept on disk. */
  public async close(): Promise<void> {
    await this.end();
  }

  private async prepareBlock(timestamp: bigint): Promise<void> {
    if (timestamp < this.time) throw new RangeError(`a block at ${timestamp} can't follow one at ${this.time}`);
    await this.request("evm_setNextBlockTimestamp", [`0x${timestamp.toString(16)}`]);
    await this.request("hardhat_setNextBlockBaseFeePerGas", ["0x0"]);
    // Else EDR draws it at random, and a contract that reads it would do something else in every run.
    await this.request("hardhat_setPrevRandao", [toWord(timestamp)]);
    this.time = timestamp;
  }

  private async impersonate(address: string): Promise<void> {
    if (this.impersonated.has(address)) return;
    await this.request("hardhat_impersonateAccount", [address]);
    this.impersonated.add(address);
  }

  private async lendValue(address: string, value: bigint): Promise<void> {
    const balance = BigInt((await this.request("eth_getBalance", [address, "latest"])) as string);
    if (balance < value) await this.setBalance(address, value);
  }
}

function rpcTransaction({ from, to, data, value }: ForkTransaction): Record<string, string> {
  return {
    from,
    data,
    ...(to === undefined ? {} : { to }),
    ...(value === undefined || value === 0n ? {} : { value: `0x${value.toString(16)}` }),
  };
}

/** Revert data of what EDR threw, `0x` for a revert without data; undefined if it was no revert. */
function revertDataOf(error: unknown): string | undefined {
  for (let at: unknown = error; typeof at === "object" && at !== null; at = (at as { cause?: unknown }).cause) {
    const { data, code, message } = at as { data?: unknown; code?: unknown; message?: unknown };
    const inner = typeof data === "object" && data !== null ? (data as { data?: unknown }).data : data;
    if (typeof inner === "string" && /^0x([0-9a-f]{2})*$/i.test(inner)) return inner.toLowerCase();
    if (code === 3 || (typeof message === "string" && /revert|invalid opcode|out of gas|stack|bad jump|halt/i.test(message))) return "0x";
  }
  return undefined;
}
