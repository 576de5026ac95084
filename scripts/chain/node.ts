/**
 * A JSON-RPC node in a process of its own: an EDR chain behind HTTP on loopback.
 * Started by `startNode`; prints one line `{"url": …, "chainId": …}` when it is ready, ends on SIGTERM, on SIGINT, and
 * when the process that started it is gone.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";

/** Genesis of every chain that this script starts: 2026-01-05 00:00:00 UTC. */
const GENESIS_DATE = "2026-01-05T00:00:00Z";

const chainId = Number(process.argv[2]);
const port = Number(process.argv[3]);

const root = mkdtempSync(join(tmpdir(), "drydock-node-"));
writeFileSync(join(root, "package.json"), '{"type":"module"}\n');

const hre = await createHardhatRuntimeEnvironment(
  {
    networks: {
      node: { type: "edr-simulated", chainType: "l1", chainId, initialDate: GENESIS_DATE, hardfork: "prague" },
    },
  },
  {},
  root,
);
const server = await hre.network.createServer({ network: "node", chainType: "l1" }, "127.0.0.1", port);
const { address, port: actualPort } = await server.listen();
process.stdout.write(`${JSON.stringify({ url: `http://${address}:${actualPort}`, chainId })}\n`);

async function stop(): Promise<never> {
  await server.close();
  rmSync(root, { recursive: true, force: true });
  process.exit(0);
}
process.on("SIGTERM", () => void stop());
process.on("SIGINT", () => void stop());
process.on("disconnect", () => void stop());
