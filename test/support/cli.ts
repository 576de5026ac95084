import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Answer } from "../../src/core/schema/answer.js";
import { answerSchema } from "../../src/core/schema/answer.js";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export interface Run {
  status: number | null;
  /** The one JSON document on stdout, checked against the schema that all answers share. */
  answer: Answer & Record<string, unknown>;
  stderr: string;
}

/**
 * `npx hardhat upgrade … --json --network embedded`, as a user runs it, in a process of its own.
 *
 * @param options.url endpoint of the network `embedded`.
 * @param options.trust the signer's trust file.
 * @param options.cwd folder of the Hardhat project; this repository if left out.
 */
export async function upgrade(args: readonly string[], options: { url?: string; trust?: string; cwd?: string; network?: string } = {}): Promise<Run> {
  const cli = join(ROOT, "node_modules", "hardhat", "dist", "src", "cli.js");
  // Hardhat hands its own global options on to whatever a test starts.
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("HARDHAT_")));
  const child = spawn(process.execPath, [cli, "upgrade", ...args, "--json", "--network", options.network ?? "embedded"], {
    cwd: options.cwd ?? ROOT,
    env: {
      ...own,
      ...(options.url === undefined ? {} : { DRYDOCK_EMBEDDED_URL: options.url }),
      ...(options.trust === undefined ? {} : { DRYDOCK_TRUST: options.trust }),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const status = await new Promise<number | null>((resolve) => child.once("close", resolve));
  try {
    return { status, answer: answerSchema.parse(JSON.parse(stdout)), stderr };
  } catch (error) {
    throw new Error(`upgrade ${args.join(" ")} printed no document (status ${status}): ${stdout.slice(0, 300)} ${stderr.slice(0, 2000)}`, { cause: error });
  }
}
