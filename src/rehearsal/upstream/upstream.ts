import { join } from "node:path";
import { DrydockError, ERRORS, reasonOf } from "../../errors/drydock-error.js";
import type { ChainPort } from "../../chain/port.js";
import { isRevert, RpcError } from "../../chain/rpc/rpc-error.js";
import { AnswerJournal, blockOfAnswers, fileNameFor, keyOf, readAnswers, writeAnswers, type PinnedBlock } from "./answers.js";
import { Endpoints, type EndpointsOptions } from "./endpoints.js";

export interface UpstreamOptions extends EndpointsOptions {
  cacheDir: string;
  /** Block to pin; the head minus `safeDepth` when left out. */
  block?: bigint;
  safeDepth: bigint;
  cassette?: { mode: "record" | "replay"; path: string };
  /** Hardhat's chain type, kept in the cassette. */
  chainType?: string;
}

export interface Read {
  method: string;
  params: readonly unknown[];
}

interface Waiting extends Read {
  key: string;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** What is asked for one account is asked together: EDR wants all three, one after the other. */
const ACCOUNT_READS = ["eth_getBalance", "eth_getTransactionCount", "eth_getCode"];

/**
 * Everything that a rehearsal reads from the chain, at one pinned block: from the cassette, else from what earlier runs
 * left in the cache, else from the endpoints, batched. Remembers what was used, so that a cassette holds that and no more.
 */
export class Upstream {
  public readonly chainId: bigint;
  /** As the cassette was recorded, else as it was given. */
  public readonly chainType: string | undefined;
  public readonly block: PinnedBlock;
  /** The first thing that went wrong upstream; a fork may swallow it, so every stage asks {@link assertHealthy}. */
  private failure: unknown;
  private readonly endpoints: Endpoints | undefined;
  private readonly journal: AnswerJournal | undefined;
  private readonly recorded: ReadonlyMap<string, unknown>;
  private readonly cold: boolean;
  private readonly used = new Map<string, unknown>();
  private readonly foreseen = new Set<string>();
  private readonly pending = new Map<string, Promise<unknown>>();
  private readonly cassette: UpstreamOptions["cassette"];
  private queue: Waiting[] = [];
  private flushing = false;

  private constructor(fields: {
    chainId: bigint;
    chainType: string | undefined;
    block: PinnedBlock;
    endpoints?: Endpoints;
    journal?: AnswerJournal;
    recorded?: ReadonlyMap<string, unknown>;
    cassette: UpstreamOptions["cassette"];
  }) {
    this.chainId = fields.chainId;
    this.chainType = fields.chainType;
    this.block = fields.block;
    this.endpoints = fields.endpoints;
    this.journal = fields.journal;
    this.recorded = fields.recorded ?? fields.journal?.answers ?? new Map();
    this.cold = this.recorded.size === 0;
    this.cassette = fields.cassette;
  }

  /**
   * Pins the block and opens what is known of it.
   *
   * @throws DrydockError CASSETTE, FILE_MALFORMED, CHAIN_ID_MISMATCH, BLOCK_TOO_NEW, RPC_DOWN, UPSTREAM_BLOCK_MISMATCH.
   */
  public static async open(options: UpstreamOptions): Promise<Upstream> {
    const { cassette, chainId, network } = options;
    if (cassette?.mode === "replay") {
      const { header, answers } = readAnswers(cassette.path);
      if (header.chainId !== chainId) {
        throw new DrydockError(ERRORS.CHAIN_ID_MISMATCH, { expected: chainId, network, actual: header.chainId });
      }
      if (options.block !== undefined && options.block !== header.block.number) {
        const detail = `it was recorded at block ${header.block.number}, not ${options.block}`;
        throw new DrydockError(ERRORS.CASSETTE, { path: cassette.path, detail });
      }
      return new Upstream({ chainId, chainType: header.chainType ?? options.chainType, block: header.block, recorded: answers, cassette });
    }
    const endpoints = new Endpoints(options);
    // As an earlier run pinned it; its answers are only asked upstream where they are missing.
    const known = options.block === undefined ? undefined : blockOfAnswers(journalPath(options, options.block), chainId);
    const block = known ?? (await findBlock(endpoints, options));
    endpoints.pin(block);
    const journal = new AnswerJournal(journalPath(options, block.number), { chainId, block });
    return new Upstream({ chainId, chainType: options.chainType, block, endpoints, journal, cassette });
  }

  public get requests(): number {
    return this.endpoints?.requests ?? 0;
  }

  public get calls(): number {
    return this.endpoints?.calls ?? 0;
  }

  /** Nothing can be asked: only the cassette answers. */
  public get isReplay(): boolean {
    return this.endpoints === undefined;
  }

  /** How many answers this run stands on. */
  public get answersUsed(): number {
    return this.used.size;
  }

  /** What this run used so far, for the next run's prefetch at another block. */
  public usedKeys(): string[] {
    return [...this.used.keys()].sort();
  }

  /** Every read that this run has made, and the answered ones that were fetched for it beforehand: in a replay, all. */
  public wantedKeys(): string[] {
    if (this.isReplay) return [...this.recorded.keys()];
    return [...new Set([...[...this.foreseen].filter((key) => this.recorded.has(key)), ...this.used.keys()])];
  }

  /** Whether the answer is there without asking. */
  public knows({ method, params }: Read): boolean {
    return this.recorded.has(keyOf(method, params));
  }

  /** The answer at the pinned block. @throws DrydockError CASSETTE_MISS, RPC_DOWN …; RpcError for an answer that is an error. */
  public async read(method: string, params: readonly unknown[]): Promise<unknown> {
    const key = keyOf(method, params);
    if (this.used.has(key)) return orThrow(this.used.get(key));
    if (this.recorded.has(key)) {
      const answer = this.recorded.get(key);
      this.used.set(key, answer);
      return orThrow(answer);
    }
    try {
      const answer = await this.fetch(key, { method, params });
      this.used.set(key, answer);
      return answer;
    } catch (error) {
      // An error that is an answer is one in a replay, too.
      if (error instanceof RpcError) this.used.set(key, error);
      else this.failure ??= error;
      throw error;
    }
  }

  /** The chain as of the pinned block, which is its head; what is read through it stands in the cassette. */
  public get port(): ChainPort {
    return {
      request: async ({ method, params = [] }) => {
        if (method === "eth_chainId") return hex(this.chainId);
        if (method === "eth_blockNumber") return hex(this.block.number);
        return this.read(method, asTheForkAsks(method, params));
      },
    };
  }

  /** Nothing was known of this block when it was opened. */
  public get isCold(): boolean {
    return this.endpoints !== undefined && this.cold;
  }

  /** Like {@link read}, for what may be wanted: the answer is kept, and is used only once somebody reads it. */
  public async ahead(method: string, params: readonly unknown[]): Promise<unknown> {
    const asked = asTheForkAsks(method, params);
    const key = keyOf(method, asked);
    return this.recorded.has(key) ? orThrow(this.recorded.get(key)) : this.fetch(key, { method, params: asked });
  }

  /** Asks for what will be wanted, in as few requests as possible; errors wait until somebody really wants the answer. */
  public async prefetch(reads: readonly Read[]): Promise<void> {
    for (const { method, params } of reads) this.foreseen.add(keyOf(method, params));
    if (this.endpoints === undefined) return;
    await Promise.allSettled(
      reads.map((read) => {
        const key = keyOf(read.method, read.params);
        return this.recorded.has(key) ? undefined : this.fetch(key, read, false);
      }),
    );
  }

  /** @throws what went wrong upstream, if anything did: a fork that was given an error may have gone on without it. */
  public assertHealthy(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  /** Writes the cassette, when one is being recorded. */
  public async finish(): Promise<void> {
    this.assertHealthy();
    if (this.cassette?.mode !== "record") return;
    const { chainId, chainType, block } = this;
    writeAnswers(this.cassette.path, { chainId, block, ...(chainType === undefined ? {} : { chainType }) }, this.used);
  }

  private fetch(key: string, read: Read, withSiblings = true): Promise<unknown> {
    const already = this.pending.get(key);
    if (already !== undefined) return already;
    if (this.endpoints === undefined) {
      const path = this.cassette?.path ?? "(none)";
      return Promise.reject(new DrydockError(ERRORS.CASSETTE_MISS, { path, read: key }));
    }
    const promise = new Promise<unknown>((resolve, reject) => this.queue.push({ key, ...read, resolve, reject }));
    this.pending.set(key, promise);
    if (withSiblings && ACCOUNT_READS.includes(read.method)) {
      const siblings = ACCOUNT_READS.filter((method) => method !== read.method);
      void this.prefetch(siblings.map((method) => ({ method, params: read.params })));
    }
    this.schedule();
    return promise;
  }

  private schedule(): void {
    if (this.flushing) return;
    this.flushing = true;
    // One turn of the event loop: what the fork asks for at the same time goes into the same request.
    setImmediate(() => void this.flush());
  }

  private async flush(): Promise<void> {
    while (this.queue.length > 0) {
      const batch = this.queue;
      this.queue = [];
      try {
        const answers = await this.endpoints!.ask(batch);
        const good: [string, unknown][] = [];
        batch.forEach(({ key, method, resolve, reject }, index) => {
          const answer = answers[index];
          if (answer !== undefined && "result" in answer) {
            good.push([key, answer.result]);
            resolve(answer.result);
          } else {
            // A call that reverts does so every time; other refusals may be this endpoint's alone.
            if (method === "eth_call" && isRevert(answer?.error)) good.push([key, answer?.error]);
            reject(answer?.error ?? new Error(`no answer to ${key}`));
          }
        });
        this.journal?.append(good);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
      for (const { key } of batch) this.pending.delete(key);
    }
    this.flushing = false;
  }
}

function orThrow(answer: unknown): unknown {
  if (answer instanceof RpcError) throw answer;
  return answer;
}

/** The same question in the fork's own words, so that it is asked once. */
function asTheForkAsks(method: string, params: readonly unknown[]): readonly unknown[] {
  if (!ACCOUNT_READS.includes(method) && method !== "eth_getStorageAt") return params;
  return params.map((param, index) => {
    if (typeof param !== "string" || index > 1) return param;
    if (index === 0) return param.toLowerCase();
    return method === "eth_getStorageAt" ? hex(BigInt(param)) : param;
  });
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}

function journalPath({ cacheDir, chainId }: UpstreamOptions, block: bigint): string {
  return join(cacheDir, "rehearsal", "answers", String(chainId), `${block}.jsonl`);
}

async function findBlock(endpoints: Endpoints, { block, safeDepth, network }: UpstreamOptions): Promise<PinnedBlock> {
  let number = block;
  if (number === undefined) {
    const head = BigInt(String(await endpoints.askOne("eth_blockNumber")));
    number = head > safeDepth ? head - safeDepth : 0n;
  }
  const answer = await endpoints.askOne("eth_getBlockByNumber", [`0x${number.toString(16)}`, false]);
  if (typeof answer !== "object" || answer === null) {
    const head = BigInt(String(await endpoints.askOne("eth_blockNumber")));
    throw new DrydockError(ERRORS.BLOCK_TOO_NEW, { block: number, network, head });
  }
  const { hash, timestamp } = answer as { hash?: unknown; timestamp?: unknown };
  if (typeof hash !== "string" || typeof timestamp !== "string") {
    throw new DrydockError(ERRORS.RPC_MALFORMED, { what: "block", value: reasonOf(JSON.stringify(answer)).slice(0, 80) });
  }
  return { number, hash: hash.toLowerCase(), timestamp: BigInt(timestamp) };
}

/** File of the keys that an earlier run of the same plan used, whatever its block. */
export function hintsPath(cacheDir: string, chainId: bigint, planHash: string): string {
  return join(cacheDir, "rehearsal", "hints", `${chainId}-${fileNameFor(planHash)}.json`);
}
