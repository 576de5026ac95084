import type { ChainPort } from "../../chain/port.js";
import { toWord } from "../../chain/reads.js";
import { DrydockError, ERRORS, reasonOf } from "../../errors/drydock-error.js";
import { batchedReads } from "./batched-reads.js";
import { ForkHost, type ForkOptions } from "./fork-host.js";
import { GAS } from "./gas.js";
import { History, type RpcRequest } from "./history.js";

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

/** How far a fork has come. */
export interface ForkMoment {
  done: readonly RpcRequest[];
  /** Timestamp of the latest block, in seconds. */
  time: bigint;
}

/**
 * A chain in this process that stands on the pinned block. Nothing here looks at the clock: every block's timestamp is
 * given, base fee and gas price are zero, and the senders are impersonated.
 */
export class Fork {
  /** Reads and everything else; the latest block is the fork's own. */
  public readonly port: ChainPort;
  private readonly history = new History();
  private readonly impersonated = new Set<string>();

  private constructor(
    private readonly host: ForkHost,
    chain: ChainPort,
    private time: bigint,
  ) {
    this.port = batchedReads(this.history.recorded(chain));
  }

  /**
   * Makes the fork and mines one block on it, so that every later call runs under the fork's own hardfork.
   *
   * @param pinned what is done while the fork stands on the pinned block.
   * @throws DrydockError FORK_FAILED, and what `pinned` throws of them.
   */
  public static async open(options: ForkOptions, pinned?: (fork: Fork) => Promise<void>): Promise<Fork> {
    const { chainId, block } = options;
    let host: ForkHost | undefined;
    try {
      host = await ForkHost.open(options);
      const fork = new Fork(host, await host.connect(), block.timestamp);
      await pinned?.(fork);
      await fork.mine(block.timestamp + 1n);
      return fork;
    } catch (error) {
      await host?.close();
      if (error instanceof DrydockError) throw error;
      throw new DrydockError(ERRORS.FORK_FAILED, { chainId, block: block.number, detail: reasonOf(error) }, { cause: error });
    }
  }

  /** A second chain that is as this one is now. From here on each goes its own way; it ends with this one. */
  public async twin(): Promise<Fork> {
    const moment = this.moment();
    const twin = new Fork(this.host, await this.host.connect(), 0n);
    await twin.follow(moment);
    return twin;
  }

  /** Where this fork stands, for a twin to {@link follow}. */
  public moment(): ForkMoment {
    return { done: this.history.soFar(), time: this.time };
  }

  /** Does what the fork did that this one is the twin of, up to `moment`. @throws RangeError after anything of its own. */
  public async follow({ done, time }: ForkMoment): Promise<void> {
    for (const request of this.history.missing(done)) await this.port.request(request);
    this.time = time;
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
    return this.receipt(await this.submit(transaction, timestamp), timestamp);
  }

  /** Like {@link send}, with the tree of its calls. */
  public async sendTraced(transaction: ForkTransaction, timestamp: bigint): Promise<{ sent: SentTransaction; tree: CallFrame }> {
    const hash = await this.submit(transaction, timestamp);
    const [sent, tree] = await Promise.all([this.receipt(hash, timestamp), this.callTree(hash)]);
    return { sent, tree };
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

  /** Ends the fork and its twins, and removes what they kept on disk. */
  public async close(): Promise<void> {
    await this.host.close();
  }

  private async submit(transaction: ForkTransaction, timestamp: bigint): Promise<string> {
    await this.impersonate(transaction.from);
    const value = transaction.value ?? 0n;
    if (value > 0n) await this.lendValue(transaction.from, value);
    await this.prepareBlock(timestamp);
    return (await this.request("eth_sendTransaction", [{ ...rpcTransaction(transaction), gas: GAS, gasPrice: "0x0" }])) as string;
  }

  private async receipt(hash: string, timestamp: bigint): Promise<SentTransaction> {
    const receipt = (await this.request("eth_getTransactionReceipt", [hash])) as { status: string; gasUsed: string; logs: ForkLog[] };
    return {
      hash,
      succeeded: BigInt(receipt.status) === 1n,
      gasUsed: BigInt(receipt.gasUsed),
      timestamp,
      logs: receipt.logs.map(({ address, topics, data }) => ({ address, topics, data })),
    };
  }

  private async prepareBlock(timestamp: bigint): Promise<void> {
    if (timestamp < this.time) throw new RangeError(`a block at ${timestamp} can't follow one at ${this.time}`);
    await Promise.all([
      this.request("evm_setNextBlockTimestamp", [`0x${timestamp.toString(16)}`]),
      this.request("hardhat_setNextBlockBaseFeePerGas", ["0x0"]),
      // Else EDR draws it at random, and a contract that reads it would do something else in every run.
      this.request("hardhat_setPrevRandao", [toWord(timestamp)]),
    ]);
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
