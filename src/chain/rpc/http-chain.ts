import { setTimeout as sleep } from "node:timers/promises";
import { DrydockError, ERRORS } from "../../errors/drydock-error.js";
import type { ChainPort } from "../port.js";
import { BatchRefused, EndpointFailure, httpEndpoint, type RpcAnswer, type RpcRequest } from "./endpoint.js";
import { RpcError } from "./rpc-error.js";

export { RpcError } from "./rpc-error.js";

export interface HttpChainOptions {
  /** Endpoints of one and the same chain, in order of preference. */
  urls: readonly string[];
  /** The network's name, for messages. */
  network: string;
  /** How long one request may take, in milliseconds. */
  timeoutMs?: number;
  /** How many times each endpoint is asked before giving up. */
  attempts?: number;
  /** Wait before the second round over the endpoints, in milliseconds; doubles with every further round. */
  backoffMs?: number;
  /** How many requests of one moment may share an HTTP request; 1 for none. Endpoints without batches get single ones. */
  batchSize?: number;
  /** Called before a request is sent again, here or elsewhere. */
  onRetry?: (event: RetryEvent) => void;
}

export interface RetryEvent {
  /** The endpoint that failed, without its keys. */
  endpoint: string;
  method: string;
  /** 1 for the first failure of this request. */
  attempt: number;
  reason: string;
}

interface Job {
  args: RpcRequest;
  resolve(result: unknown): void;
  reject(error: unknown): void;
  /** Why it has no answer yet. */
  reason: string;
  /** The last endpoint that does not have it. */
  refusal: RpcError | undefined;
}

/** Counters of an {@link httpChain}: HTTP requests sent, and changes of endpoint within one request. */
export interface HttpChainStats {
  readonly requests: number;
  readonly failovers: number;
}

/** An endpoint that failed is asked last for this long. */
const COOL_DOWN_MS = 15_000;
const BACKOFF_LIMIT_MS = 8_000;

/**
 * A {@link ChainPort} over one or several JSON-RPC endpoints of one chain. An endpoint that is down, times out, limits the
 * rate or gives no JSON-RPC is passed over for the next; after the last one the round starts again with a growing pause.
 * An error that is an answer is thrown as {@link RpcError} at once, except that a state or method that one endpoint does
 * not have is looked for at the others first. Before a second endpoint is used, it must name the same chain id.
 *
 * Requests that are not idempotent (`eth_sendTransaction`, `evm_*` …) are sent again only if they never left.
 *
 * @throws RpcError for an answer that is an error.
 * @throws DrydockError RPC_DOWN when no endpoint answers, ENDPOINTS_DISAGREE when they serve different chains.
 */
export function httpChain(options: HttpChainOptions): ChainPort & { readonly stats: HttpChainStats } {
  const { network, timeoutMs = 20_000, attempts = 3, backoffMs = 250, batchSize = 50, onRetry } = options;
  const endpoints = options.urls.map((url) => {
    if (!URL.canParse(url)) {
      throw new DrydockError(ERRORS.BAD_ENDPOINT, { network, detail: "an entry is not a url" });
    }
    return { endpoint: httpEndpoint(url), coolUntil: 0, batches: true, chainId: undefined as string | undefined };
  });
  if (endpoints.length === 0) throw new DrydockError(ERRORS.BAD_ENDPOINT, { network, detail: "there is none" });
  const stats = { requests: 0, failovers: 0 };

  type Candidate = (typeof endpoints)[number];

  const queue: Job[] = [];

  function request(args: RpcRequest): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const job: Job = { args, resolve, reject, reason: "", refusal: undefined };
      if (!isIdempotent(args.method) || batchSize === 1) return void run([job]);
      // What is asked for in one turn of the event loop travels together.
      if (queue.push(job) === 1) setImmediate(flush);
    });
  }

  function flush(): void {
    while (queue.length > 0) void run(queue.splice(0, batchSize));
  }

  async function run(jobs: readonly Job[]): Promise<void> {
    let pending = jobs;
    try {
      let failures = 0;
      for (let round = 0; round < attempts; round++) {
        if (round > 0) await sleep(Math.min(backoffMs * 2 ** (round - 1), BACKOFF_LIMIT_MS));
        for (const job of pending) job.refusal = undefined;
        for (const [position, candidate] of inOrder().entries()) {
          if (position > 0) stats.failovers++;
          pending = await tryAt(candidate, pending, failures);
          if (pending.length === 0) return;
          failures++;
          const [{ args, reason }] = pending as [Job];
          onRetry?.({ endpoint: candidate.endpoint.label, method: args.method, attempt: failures, reason });
        }
        // Nobody has it and nobody is down: asking again would not change that.
        if (endpoints.every(({ coolUntil }) => coolUntil <= performance.now())) pending = pending.filter(isStillOpen);
        if (pending.length === 0) return;
      }
      for (const { args, reason, refusal, reject } of pending) {
        reject(refusal ?? new DrydockError(ERRORS.RPC_DOWN, { network, method: args.method, attempts: failures, reason }));
      }
    } catch (error) {
      for (const { reject } of pending) reject(error);
    }
  }

  /** Asks one endpoint; what it does not answer is given back, each with its reason. */
  async function tryAt(candidate: Candidate, jobs: readonly Job[], failures: number): Promise<readonly Job[]> {
    let answers: RpcAnswer[];
    try {
      await assertSameChain(candidate);
      answers = await ask(candidate, jobs.map(({ args }) => args));
    } catch (error) {
      if (!(error instanceof EndpointFailure)) throw error;
      const [{ args }] = jobs as [Job];
      if (error.sent && !isIdempotent(args.method)) throw down(args.method, failures + 1, candidate, error.message);
      candidate.coolUntil = performance.now() + COOL_DOWN_MS;
      for (const job of jobs) job.reason = `${candidate.endpoint.label}: ${error.message}`;
      return jobs;
    }
    return jobs.filter((job, index) => {
      const answer = answers[index]!;
      if ("result" in answer) {
        job.resolve(answer.result);
        return false;
      }
      const kind = classify(answer.error);
      if (kind === "answer") {
        job.reject(answer.error);
        return false;
      }
      if (kind === "elsewhere") job.refusal = answer.error;
      job.reason = `${candidate.endpoint.label}: ${answer.error.message}`;
      return true;
    });
  }

  async function ask(candidate: Candidate, requests: readonly RpcRequest[]): Promise<RpcAnswer[]> {
    if (requests.length > 1 && candidate.batches) {
      try {
        stats.requests++;
        return await candidate.endpoint.post(requests, timeoutMs);
      } catch (error) {
        if (!(error instanceof BatchRefused)) throw error;
        candidate.batches = false;
      }
    }
    const answers = await Promise.all(
      requests.map((one) => {
        stats.requests++;
        return candidate.endpoint.post([one], timeoutMs);
      }),
    );
    return answers.flat();
  }

  function inOrder(): Candidate[] {
    const now = performance.now();
    const cooling = endpoints.filter(({ coolUntil }) => coolUntil > now);
    return [...endpoints.filter(({ coolUntil }) => coolUntil <= now), ...cooling];
  }

  async function assertSameChain(candidate: Candidate): Promise<void> {
    if (endpoints.length === 1 || candidate.chainId !== undefined) return;
    const [answer] = (await ask(candidate, [{ method: "eth_chainId" }])) as [RpcAnswer];
    if ("error" in answer) throw new EndpointFailure(answer.error.message, false);
    const chainId = String(answer.result);
    const other = endpoints.find((known) => known.chainId !== undefined && known.chainId !== chainId);
    if (other !== undefined) {
      throw new DrydockError(ERRORS.ENDPOINTS_DISAGREE, {
        network,
        first: other.endpoint.label,
        firstChain: BigInt(other.chainId!),
        second: candidate.endpoint.label,
        secondChain: BigInt(chainId),
      });
    }
    candidate.chainId = chainId;
  }

  function down(method: string, failures: number, { endpoint }: Candidate, reason: string): DrydockError {
    return new DrydockError(ERRORS.RPC_DOWN, {
      network,
      method,
      attempts: failures,
      reason: `${endpoint.label}: ${reason} (not sent again: it may have been carried out)`,
    });
  }

  return { request, stats };
}

/** Rejects a job that an endpoint has refused in this round; the others are asked again. */
function isStillOpen({ refusal, reject }: Job): boolean {
  if (refusal !== undefined) reject(refusal);
  return refusal === undefined;
}

function isIdempotent(method: string): boolean {
  // A signed transaction has one hash and one nonce: sending it twice changes nothing.
  return /^(eth|net|web3|debug|txpool|rpc)_/.test(method) && method !== "eth_sendTransaction";
}

/** `busy`: ask again; `elsewhere`: another endpoint may have it; `answer`: that is the answer. */
function classify({ code, message }: RpcError): "busy" | "elsewhere" | "answer" {
  if (code === 3 || /revert/i.test(message)) return "answer";
  if (code === -32005 && !/range|results|logs/i.test(message)) return "busy";
  if (code === 429 || /rate.?limit|too many requests|capacity exceeded|request timed? ?out/i.test(message)) return "busy";
  if (code === -32601 || code === -32004) return "elsewhere";
  if (/missing trie node|header not found|unknown block|block not found|state .*not available|pruned|archive/i.test(message)) {
    return "elsewhere";
  }
  return "answer";
}
