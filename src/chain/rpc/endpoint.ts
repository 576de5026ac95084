import { redactText, redactUrl } from "./redact.js";
import { RpcError, rpcErrorFrom } from "./rpc-error.js";

/** Why an endpoint gave no answer. `sent` says whether the request may have reached it. */
export class EndpointFailure extends Error {
  public readonly sent: boolean;

  constructor(reason: string, sent: boolean) {
    super(reason);
    this.name = "EndpointFailure";
    this.sent = sent;
  }
}

/** The endpoint takes no batches, or none of this size; the requests may be sent one by one. */
export class BatchRefused extends EndpointFailure {}

export interface RpcRequest {
  method: string;
  params?: readonly unknown[];
}

/** One answer of a batch: the result, or the error that the endpoint gave for it. */
export type RpcAnswer = { result: unknown } | { error: RpcError };

/** One JSON-RPC 2.0 endpoint over HTTP. */
export interface Endpoint {
  /** As it may be shown: no credentials, no API key. */
  readonly label: string;
  /**
   * Sends the requests in one HTTP POST (a batch when there are several) and gives their answers in the same order.
   *
   * @throws EndpointFailure when there is no well-formed answer, BatchRefused when single requests may have one.
   */
  post(requests: readonly RpcRequest[], timeoutMs: number): Promise<RpcAnswer[]>;
}

/** An {@link Endpoint} for `url`. Credentials in the url become an Authorization header, because fetch refuses them. */
export function httpEndpoint(url: string): Endpoint {
  const target = new URL(url);
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (target.username !== "") {
    const credentials = `${decodeURIComponent(target.username)}:${decodeURIComponent(target.password)}`;
    headers.authorization = `Basic ${Buffer.from(credentials).toString("base64")}`;
    target.username = "";
    target.password = "";
  }
  let nextId = 1;

  async function post(requests: readonly RpcRequest[], timeoutMs: number): Promise<RpcAnswer[]> {
    const calls = requests.map(({ method, params }) => ({ jsonrpc: "2.0", id: nextId++, method, params: params ?? [] }));
    const text = await send(JSON.stringify(calls.length === 1 ? calls[0] : calls), timeoutMs);
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch {
      throw new EndpointFailure("the answer is not JSON", true);
    }
    if (calls.length > 1 && !Array.isArray(body)) throw new BatchRefused("no batch in answer to a batch", true);
    const byId = new Map<unknown, RpcAnswer>();
    for (const entry of Array.isArray(body) ? body : [body]) {
      if (typeof entry !== "object" || entry === null) throw new EndpointFailure("not a JSON-RPC answer", true);
      byId.set(entry.id, answerOf(entry));
    }
    return calls.map(({ id }) => {
      // An endpoint that could not read the request at all answers with the id null.
      const answer = byId.get(id) ?? (calls.length === 1 ? byId.get(null) : undefined);
      if (answer === undefined) throw new EndpointFailure("the answer has another id than the request", true);
      return answer;
    });
  }

  async function send(body: string, timeoutMs: number): Promise<string> {
    let response: Response;
    try {
      response = await fetch(target, { method: "POST", headers, body, signal: AbortSignal.timeout(timeoutMs) });
      if (response.ok) return await response.text();
    } catch (error) {
      throw failure(error, timeoutMs);
    }
    const text = await response.text().catch(() => "");
    // Some nodes give a JSON-RPC error with an HTTP error status; its body is the answer then.
    if (/"jsonrpc"\s*:/.test(text) && response.status !== 429) return text;
    if (response.status === 413) throw new BatchRefused("HTTP 413", true);
    throw new EndpointFailure(`HTTP ${response.status} ${response.statusText}`.trim(), response.status !== 429);
  }

  function failure(error: unknown, timeoutMs: number): EndpointFailure {
    if (error instanceof DOMException && error.name === "TimeoutError") {
      return new EndpointFailure(`no answer within ${timeoutMs} ms`, true);
    }
    const cause = error instanceof Error ? error.cause : undefined;
    const code = (cause as { code?: unknown } | undefined)?.code;
    if (typeof code === "string") return new EndpointFailure(code, !NOT_SENT.has(code));
    return new EndpointFailure(redactText(error instanceof Error ? error.message : String(error), [url]), true);
  }

  function answerOf(entry: { result?: unknown; error?: unknown }): RpcAnswer {
    if (entry.error === undefined || entry.error === null) {
      if (!("result" in entry)) throw new EndpointFailure("neither result nor error in the answer", true);
      return { result: entry.result };
    }
    const { code, message, data } = rpcErrorFrom(entry.error);
    return { error: new RpcError(code, redactText(message, [url]), data) };
  }

  return { label: redactUrl(url), post };
}

const NOT_SENT = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "UND_ERR_CONNECT_TIMEOUT"]);
