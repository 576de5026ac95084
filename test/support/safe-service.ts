import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** One stored transaction, in the words of the public API. */
export type ServiceTransaction = Record<string, unknown> & { safe: string; safeTxHash: string; nonce: string; confirmations: { owner: string; signature: string }[] };

/** A loopback server that answers as the Safe Transaction Service's public API does, as far as api-kit asks. */
export interface LoopbackService {
  url: string;
  transactions: ServiceTransaction[];
  stop(): Promise<void>;
}

export async function startSafeService(): Promise<LoopbackService> {
  const transactions: ServiceTransaction[] = [];
  const server = createServer((request, response) => {
    void answer(request, transactions).then(({ status, body }) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/api`, transactions, stop: () => close(server) };
}

async function answer(request: IncomingMessage, transactions: ServiceTransaction[]): Promise<{ status: number; body: unknown }> {
  const url = new URL(request.url ?? "/", "http://loopback");
  const parts = url.pathname.split("/").filter((part) => part !== "");
  const [, , kind, id, what] = parts;
  if (kind === "safes" && what === "multisig-transactions" && request.method === "POST") {
    const body = await bodyOf(request);
    const { contractTransactionHash, sender, signature, ...fields } = body;
    transactions.push({
      ...fields,
      safe: String(id),
      nonce: String(fields.nonce),
      safeTxHash: String(contractTransactionHash),
      isExecuted: false,
      confirmationsRequired: 2,
      confirmations: [{ owner: String(sender), signature: String(signature) }],
    });
    return { status: 201, body: null };
  }
  if (kind === "safes" && what === "multisig-transactions") {
    const from = BigInt(url.searchParams.get("nonce__gte") ?? 0);
    const results = transactions.filter(({ safe, nonce }) => safe === id && BigInt(nonce) >= from);
    return { status: 200, body: { count: results.length, next: null, previous: null, results } };
  }
  const found = transactions.find(({ safeTxHash }) => safeTxHash === id);
  if (kind !== "multisig-transactions" || !found) return { status: 404, body: { detail: "No MultisigTransaction matches the given query." } };
  if (what === "confirmations" && request.method === "POST") {
    const { signature } = await bodyOf(request);
    found.confirmations.push({ owner: String(url.searchParams.get("owner") ?? ""), signature: String(signature) });
    return { status: 201, body: { signature } };
  }
  return { status: 200, body: found };
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString("utf8")) as Record<string, unknown>;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())));
}
