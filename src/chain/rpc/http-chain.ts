import { setTimeout as sleep } from "node:timers/promises";
import { DrydockError, ERRORS } from "../../errors/drydock-error.js";
import type { ChainPort } from "../port.js";
import { EndpointFailure, httpEndpoint, type Endpoint, type RpcAnswer, type RpcRequest } from "./endpoint.js";
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
  const { network, timeoutMs = 20_000, attempts = 3, backoffMs = 250, onRetry } = options;
  const endpoints = options.urls.map((url) => {
    if (!URL.canParse(url)) {
      throw new DrydockError(ERRORS.BAD_ENDPOINT, { network, detail: "an entry is not a url" });
    }
    return { endpoint: httpEndpoint(url), coolUntil: 0, chainId: undefined as string | undefined };
  });
  if (endpoints.length === 0) throw new DrydockError(ERRORS.BAD_ENDPOINT, { network, detail: "there is none" });
  const stats = { requests: 0, failovers: 0 };

  type Candidate = (typeof endpoints)[number];

  async function request(args: RpcRequest): Promise<unknown> {
    let failures = 0;
    let reason = "";
    let refusal: RpcError | undefined;
    for (let round = 0; round < attempts; round++) {
      if (round > 0) await sleep(Math.min(backoffMs * 2 ** (round - 1), BACKOFF_LIMIT_MS));
      refusal = undefined;
      for (const [position, candidate] of inOrder().entries()) {
        if (position > 0) stats.failovers++;
        try {
          await assertSameChain(candidate);
          const answer = await ask(candidate.endpoint, args);
          if ("result" in answer) return answer.result;
          const kind = classify(answer.error);
          if (kind === "answer") throw answer.error;
          if (kind === "elsewhere") refusal = answer.error;
          reason = answer.error.message;
        } catch (error) {
          if (!(error instanceof EndpointFailure)) throw error;
          if (error.sent && !isIdempotent(args.method)) throw down(args.method, failures + 1, candidate, error.message);
          candidate.coolUntil = performance.now() + COOL_DOWN_MS;
          reason = error.message;
        }
        failures++;
        reason = `${candidate.endpoint.label}: ${reason}`;
        onRetry?.({ endpoint: candidate.endpoint.label, method: args.method, attempt: failures, reason });
      }
      // Nobody has it and nobody is down: asking again would not change that.
      if (refusal !== undefined && endpoints.every(({ coolUntil }) => coolUntil <= performance.now())) throw refusal;
    }
    if (refusal !== undefined) throw refusal;
    throw new DrydockError(ERRORS.RPC_DOWN, { network, method: args.method, attempts: failures, reason });
  }

  function inOrder(): Candidate[] {
    const now = performance.now();
    const cooling = endpoints.filter(({ coolUntil }) => coolUntil > now);
    return [...endpoints.filter(({ coolUntil }) => coolUntil <= now), ...cooling];
  }

  async function ask(endpoint: Endpoint, args: RpcRequest): Promise<RpcAnswer> {
    stats.requests++;
    const [answer] = await endpoint.post([args], timeoutMs);
    return answer!;
  }

  async function assertSameChain(candidate: Candidate): Promise<void> {
    if (endpoints.length === 1 || candidate.chainId !== undefined) return;
    const answer = await ask(candidate.endpoint, { method: "eth_chainId" });
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
