import { spawn } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export interface Anvil {
  url: string;
  stop(): Promise<void>;
}

/** The path of the anvil that came from npm, or undefined on machines that it is not built for. */
export function anvilPath(): string | undefined {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve("@foundry-rs/anvil-linux-amd64/package.json"));
    const path = join(folder, "bin", "anvil");
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

/** Starts anvil as a fork of `upstream`, without accounts of its own, on a free port and waits until it answers. */
export async function startAnvilFork(path: string, upstream: string): Promise<Anvil> {
  const port = await freePort();
  const child = spawn(path, ["--port", String(port), "--fork-url", upstream, "--no-rate-limit", "--accounts", "0", "--silent"], { stdio: "ignore" });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const url = `http://127.0.0.1:${port}`;
  for (let attempt = 0; ; attempt++) {
    if (child.exitCode !== null || attempt > 200) throw new Error("anvil did not start");
    const body = '{"jsonrpc":"2.0","id":1,"method":"eth_blockNumber","params":[]}';
    const answer = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body }).catch(() => undefined);
    if (answer?.ok) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    url,
    async stop() {
      child.kill("SIGTERM");
      await exited;
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
