import { setTimeout as sleep } from "node:timers/promises";
import { EndpointFailure, httpEndpoint, type Endpoint, type RpcAnswer, type RpcRequest } from "../../chain/rpc/endpoint.js";
import { redactUrl } from "../../chain/rpc/redact.js";
import { RpcError } from "../../chain/rpc/rpc-error.js";
import { verifiedHttpChain, type VerifiedHttpChain } from "../../chain/verified/verified-chain.js";
import { DrydockError, ERRORS } from "../../errors/drydock-error.js";
import type { PinnedBlock } from "./answers.js";

export interface EndpointsOptions {
  urls: readonly string[];
  network: string;
  chainId: bigint;
  onProgress?: (line: string) => void;
  timeoutMs?: number;
  attempts?: number;
}

/** State that eth_getProof proves. */
const PROVABLE = new Set(["eth_getStorageAt", "eth_getBalance", "eth_getTransactionCount", "eth_getCode"]);
/** The state of a block is asked for in batches of at most this many calls, two more where the endpoint has to name itself. */
const BATCH_LIMIT = 98;
/** So many batches are asked for at the same time. */
const BATCHES_AT_ONCE = 4;
const STATE_MISSING = /missing trie node|header not found|unknown block|block not found|not available|pruned|archive|no state|distance to target block|older than|historical state/i;
const BUSY = /rate.?limit|too many requests|capacity|compute units|request timed? ?out/i;

/**
 * The upstream endpoints as one: batches, fails over, backs off when the rate is limited, counts. Every endpoint has to
 * name the plan's chain id and the pinned block's hash before its answers count.
 */
export class Endpoints {
  private readonly endpoints: readonly Endpoint[];
  private readonly options: EndpointsOptions;
  private readonly verified = new Set<Endpoint>();
  private current = 0;
  private block: PinnedBlock | undefined;
  private proofs: Promise<VerifiedHttpChain> | undefined;
  private proofRequests = 0;
  private lies = 0;
  public requests = 0;
  public calls = 0;

  constructor(options: EndpointsOptions) {
    if (options.urls.length === 0) throw new DrydockError(ERRORS.NETWORK_NOT_HTTP, { network: options.network, known: "no url of it is known" });
    this.options = options;
    this.endpoints = options.urls.map((url) => httpEndpoint(url));
  }

  /** From here on every answer has to come from an endpoint that has this block with this hash. */
  public pin(block: PinnedBlock): void {
    this.block = block;
    this.verified.clear();
    this.proofs = undefined;
  }

  /**
   * The answers in the order of the requests. Errors that are answers stay in their place. With several endpoints, state
   * is proven against the pinned block's hash, on which they must agree.
   */
  public async ask(requests: readonly RpcRequest[]): Promise<RpcAnswer[]> {
    if (this.block === undefined || this.endpoints.length < 2) return this.believe(requests);
    const chain = await this.prove(this.block);
    const others = requests.filter(({ method }) => !PROVABLE.has(method));
    const believed = await this.believe(others);
    const answers = await Promise.all(
      requests.map(async (request): Promise<RpcAnswer> => {
        if (!PROVABLE.has(request.method)) return believed[others.indexOf(request)]!;
        try {
          return { result: await chain.request(request) };
        } catch (error) {
          if (error instanceof RpcError) return { error };
          throw error;
        }
      }),
    );
    this.calls += requests.length - others.length;
    this.requests += chain.requests() - this.proofRequests;
    this.proofRequests = chain.requests();
    for (const { endpoint, what } of chain.report().evidence.slice(this.lies)) {
      this.lies++;
      this.options.onProgress?.(`${endpoint} lies about the ${what}; its answers are not used`);
    }
    return answers;
  }

  private prove({ number, hash }: PinnedBlock): Promise<VerifiedHttpChain> {
    const { urls, network, timeoutMs = 30_000, attempts = 4 } = this.options;
    this.proofs ??= verifiedHttpChain({ urls, network, timeoutMs, attempts, block: number }).then((chain) => {
      if (chain.block.hash === hash) return chain;
      const endpoint = urls.map(redactUrl).join(", ");
      throw new DrydockError(ERRORS.UPSTREAM_BLOCK_MISMATCH, { endpoint, block: number, actual: chain.block.hash, expected: hash });
    });
    return this.proofs;
  }

  private async believe(requests: readonly RpcRequest[]): Promise<RpcAnswer[]> {
    const answers: RpcAnswer[][] = [];
    for (let start = 0; start < requests.length; start += BATCH_LIMIT * BATCHES_AT_ONCE) {
      const together = Array.from({ length: BATCHES_AT_ONCE }, (_, at) => requests.slice(start + at * BATCH_LIMIT, start + (at + 1) * BATCH_LIMIT));
      answers.push(...(await Promise.all(together.filter(({ length }) => length > 0).map((batch) => this.batch(batch)))));
    }
    return answers.flat();
  }

  /** The result of one request. @throws RpcError for an answer that is an error. */
  public async askOne(method: string, params: readonly unknown[] = []): Promise<unknown> {
    const [answer] = await this.ask([{ method, params }]);
    if (answer === undefined) throw new Error("an endpoint gave no answer to a request");
    if ("error" in answer) throw answer.error;
    return answer.result;
  }

  private async batch(requests: readonly RpcRequest[]): Promise<RpcAnswer[]> {
    const { attempts = 4, network, onProgress } = this.options;
    let reason = "";
    let stateless: { endpoint: Endpoint; reason: string } | undefined;
    let failures = 0;
    for (let round = 0; round < attempts; round++) {
      if (round > 0) await sleep(200 * 2 ** round);
      for (let offset = 0; offset < this.endpoints.length; offset++) {
        const index = (this.current + offset) % this.endpoints.length;
        const endpoint = this.endpoints[index]!;
        try {
          const answers = await this.postVerified(endpoint, requests);
          const missing = answers.find((answer) => "error" in answer && STATE_MISSING.test(answer.error.message));
          const busy = answers.find((answer) => "error" in answer && isBusy(answer));
          if (missing === undefined && busy === undefined) {
            this.current = index;
            return answers;
          }
          if (missing !== undefined && "error" in missing) stateless = { endpoint, reason: missing.error.message };
          if (busy !== undefined && "error" in busy) stateless = undefined;
          const failed = busy ?? missing;
          reason = failed !== undefined && "error" in failed ? failed.error.message : "";
        } catch (error) {
          if (!(error instanceof EndpointFailure)) throw error;
          reason = error.message;
          this.verified.delete(endpoint);
        }
        failures++;
        onProgress?.(`${endpoint.label}: ${reason}; ${this.endpoints.length > 1 ? "asking the next endpoint" : "asking again"}`);
      }
      if (stateless !== undefined) throw await this.stateError(stateless.endpoint, stateless.reason);
    }
    const method = requests[0]?.method ?? "nothing";
    throw new DrydockError(ERRORS.RPC_DOWN, { network, method, attempts: failures, reason });
  }

  private async post(endpoint: Endpoint, requests: readonly RpcRequest[]): Promise<RpcAnswer[]> {
    const { timeoutMs = 30_000 } = this.options;
    this.requests++;
    this.calls += requests.length;
    return endpoint.post(requests, timeoutMs);
  }

  /** The answers, once the endpoint has named chain and block; it is asked for both in the same request. */
  private async postVerified(endpoint: Endpoint, requests: readonly RpcRequest[]): Promise<RpcAnswer[]> {
    if (this.verified.has(endpoint)) return this.post(endpoint, requests);
    const { block } = this;
    const questions: RpcRequest[] = [{ method: "eth_chainId" }];
    if (block !== undefined) questions.push({ method: "eth_getBlockByNumber", params: [`0x${block.number.toString(16)}`, false] });
    const answers = await this.post(endpoint, [...questions, ...requests]);
    this.verify(endpoint, answers);
    if (this.block === block) this.verified.add(endpoint);
    return answers.slice(questions.length);
  }

  private verify(endpoint: Endpoint, [id, block]: readonly RpcAnswer[]): void {
    const actual = id !== undefined && "result" in id ? BigInt(String(id.result)) : undefined;
    if (actual === undefined) throw new EndpointFailure("it does not tell its chain id", true);
    if (actual !== this.options.chainId) {
      const { network, chainId } = this.options;
      throw new DrydockError(ERRORS.CHAIN_ID_MISMATCH, { expected: chainId, network, actual });
    }
    if (this.block !== undefined) {
      const hash = block !== undefined && "result" in block ? (block.result as { hash?: unknown } | null)?.hash : undefined;
      if (String(hash).toLowerCase() !== this.block.hash) {
        throw new DrydockError(ERRORS.UPSTREAM_BLOCK_MISMATCH, {
          endpoint: endpoint.label,
          block: this.block.number,
          actual: typeof hash === "string" ? hash : "(no such block)",
          expected: this.block.hash,
        });
      }
    }
  }

  /** Finds the oldest block whose state the endpoint has, so that the error can say which one to take. */
  private async stateError(endpoint: Endpoint, reason: string): Promise<DrydockError> {
    const has = async (block: bigint): Promise<boolean> => {
      const params = ["0x0000000000000000000000000000000000000000", `0x${block.toString(16)}`];
      const [answer] = await this.post(endpoint, [{ method: "eth_getBalance", params }]);
      return answer !== undefined && "result" in answer;
    };
    let available = "no state at all";
    try {
      const [answer] = await this.post(endpoint, [{ method: "eth_blockNumber" }]);
      const head = answer !== undefined && "result" in answer ? BigInt(String(answer.result)) : 0n;
      if (await has(head)) {
        let low = this.block?.number ?? 0n;
        let high = head;
        while (low + 1n < high) {
          const middle = (low + high) / 2n;
          if (await has(middle)) high = middle;
          else low = middle;
        }
        available = `the state of blocks ${high} to ${head}`;
      }
    } catch (error) {
      if (!(error instanceof EndpointFailure)) throw error;
    }
    const block = this.block?.number ?? 0n;
    return new DrydockError(ERRORS.UPSTREAM_STATE, { endpoint: endpoint.label, block, reason, available });
  }
}

function isBusy(answer: RpcAnswer): boolean {
  return "error" in answer && (answer.error.code === 429 || answer.error.code === -32005 || BUSY.test(answer.error.message));
}
