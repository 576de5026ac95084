import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The embedded chain's id: not 1, so that a signature by its well-known keys is worth nothing on mainnet. */
export const EMBEDDED_CHAIN_ID = 20261;

export interface RunningNode {
  url: string;
  pid: number;
  chainId: number;
  /** Ends the process that was started, and waits until it is gone. */
  stop(): Promise<void>;
}

/**
 * Starts a JSON-RPC node as a separate process on loopback and waits until it answers.
 *
 * @param options.chainId defaults to {@link EMBEDDED_CHAIN_ID}.
 * @param options.port 0 (the default) takes a free port.
 * @throws Error with the node's own words if it ends before it is ready.
 */
export async function startNode(options: { chainId?: number; port?: number } = {}): Promise<RunningNode> {
  const chainId = options.chainId ?? EMBEDDED_CHAIN_ID;
  const script = fileURLToPath(new URL("node.ts", import.meta.url));
  const child = spawn(
    process.execPath,
    ["--import", "tsx", script, String(chainId), String(options.port ?? 0)],
    { stdio: ["ignore", "pipe", "pipe", "ipc"] },
  );
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  let words = "";
  child.stderr?.on("data", (chunk: Buffer) => (words += chunk.toString()));
  const url = await new Promise<string>((resolve, reject) => {
    let output = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      const end = output.indexOf("\n");
      if (end >= 0) resolve((JSON.parse(output.slice(0, end)) as { url: string }).url);
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the node ended with status ${code}: ${words.trim()}`)));
  });
  return {
    url,
    pid: child.pid ?? 0,
    chainId,
    async stop() {
      child.kill("SIGTERM");
      await exited;
    },
  };
}
