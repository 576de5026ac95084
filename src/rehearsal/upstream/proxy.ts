import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { DrydockError, reasonOf } from "../../errors/drydock-error.js";
import { RpcError } from "../../chain/rpc/rpc-error.js";
import type { Upstream } from "./upstream.js";

export interface UpstreamProxy {
  url: string;
  /**
   * From here on the fork keeps answers in its file cache. Before that, what it asks for is about to be settled in its memory;
   * afterwards it may ask for the same word in a thousand calls.
   */
  letCache(): void;
  close(): Promise<void>;
}

/**
 * EDR keeps an answer only if its block lies deeper than the chain's safe depth below the head that upstream names, and then
 * in a file, which costs it several times what asking here costs.
 */
const DISTANT = 1_000n;

/** Puts `upstream` behind JSON-RPC over HTTP on loopback, on a free port, for a fork to stand on. */
export async function startUpstreamProxy(upstream: Upstream): Promise<UpstreamProxy> {
  // The pinned block's hash is checked here, so what the fork is told of the head is no matter of the real one.
  let head = upstream.block.number;
  const server = createServer((request, response) => {
    void readBody(request)
      .then((body) => answerBody(upstream, head, body))
      .catch((error: unknown) => ({ jsonrpc: "2.0", id: null, error: { code: -32700, message: reasonOf(error) } }))
      .then((answer) => {
        const text = JSON.stringify(answer);
        response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
        response.end(text);
      });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    letCache: () => {
      head = upstream.block.number + DISTANT;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface RpcCall {
  id: number | string | null;
  method: string;
  params?: unknown[];
}

async function answerBody(upstream: Upstream, head: bigint, body: string): Promise<unknown> {
  const parsed = JSON.parse(body) as RpcCall | RpcCall[];
  return Array.isArray(parsed)
    ? Promise.all(parsed.map((call) => answerCall(upstream, head, call)))
    : answerCall(upstream, head, parsed);
}

async function answerCall(upstream: Upstream, head: bigint, { id, method, params = [] }: RpcCall): Promise<unknown> {
  try {
    return { jsonrpc: "2.0", id, result: await answer(upstream, head, method, params) };
  } catch (error) {
    const code = error instanceof RpcError ? error.code : -32000;
    const message = error instanceof DrydockError ? error.message : reasonOf(error);
    return { jsonrpc: "2.0", id, error: { code, message } };
  }
}

function answer(upstream: Upstream, head: bigint, method: string, params: readonly unknown[]): Promise<unknown> {
  switch (method) {
    case "eth_chainId":
      return Promise.resolve(`0x${upstream.chainId.toString(16)}`);
    case "net_version":
      return Promise.resolve(String(upstream.chainId));
    case "eth_blockNumber":
      return Promise.resolve(`0x${head.toString(16)}`);
    default:
      return upstream.read(method, params);
  }
}

function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.once("end", () => resolve(Buffer.concat(chunks).toString()));
    request.once("error", reject);
  });
}
