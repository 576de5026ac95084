import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface RpcCall {
  jsonrpc: string;
  id: number;
  method: string;
  params: unknown[];
}

/**
 * What a door does with a call: `undefined` passes it on to the node behind it; a function changes the node's answer;
 * `{ error }` and `{ result }` answer at once; a number is an HTTP status; `"hang"` never answers; `"garbage"` answers
 * no JSON.
 */
export type Treatment =
  | undefined
  | number
  | "hang"
  | "garbage"
  | { error: unknown }
  | { result: unknown }
  | ((result: unknown) => unknown);

export interface RpcDoor {
  url: string;
  /** Every call that came, in order. */
  calls: RpcCall[];
  close(): Promise<void>;
}

/** An HTTP server on loopback that stands in front of a real node and mistreats some calls. */
export async function rpcDoor(behind: string, treat: (call: RpcCall) => Treatment = () => undefined): Promise<RpcDoor> {
  const calls: RpcCall[] = [];
  const server = createServer((request, response) => {
    void read(request).then(async (body) => {
      const parsed = JSON.parse(body) as RpcCall | RpcCall[];
      const answers: unknown[] = [];
      for (const call of [parsed].flat()) {
        calls.push(call);
        const treatment = treat(call);
        if (treatment === "hang") return;
        if (treatment === "garbage") return void response.end("<html>");
        if (typeof treatment === "number") return void response.writeHead(treatment).end();
        if (typeof treatment === "object") {
          answers.push({ jsonrpc: "2.0", id: call.id, ...treatment });
          continue;
        }
        const upstream = await fetch(behind, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(call),
        });
        const answer = (await upstream.json()) as { result?: unknown };
        if (treatment !== undefined && "result" in answer) answer.result = treatment(answer.result);
        answers.push(answer);
      }
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(Array.isArray(parsed) ? answers : answers[0]));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function read(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}
