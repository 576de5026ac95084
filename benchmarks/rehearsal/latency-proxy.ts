import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export interface LatencyProxy {
  url: string;
  /** HTTP requests that came, and JSON-RPC calls in them. */
  counts(): { requests: number; calls: number };
  reset(): void;
  close(): Promise<void>;
}

/** Stands in front of `behind` and answers every request `delayMs` later: an upstream that is not next door. */
export async function latencyProxy(behind: string, delayMs: number): Promise<LatencyProxy> {
  let requests = 0;
  let calls = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      requests++;
      calls += [JSON.parse(body) as unknown].flat().length;
      void Promise.all([
        fetch(behind, { method: "POST", headers: { "content-type": "application/json" }, body }).then((answer) => answer.text()),
        sleep(delayMs),
      ]).then(([text]) => {
        response.setHeader("content-type", "application/json");
        response.end(text);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts: () => ({ requests, calls }),
    reset() {
      requests = 0;
      calls = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
