/** `npm run chain`: the embedded chain in the foreground, on port 8545, until it is interrupted. */
import { join } from "node:path";
import hre from "hardhat";
import { startEmbeddedChain } from "./chain/embedded.js";

const port = Number(process.env.DRYDOCK_EMBEDDED_PORT ?? 8545);
const chain = await startEmbeddedChain({
  port,
  deployments: join(hre.config.paths.root, "deployments"),
  onProgress: (line) => process.stdout.write(`${line}\n`),
});
process.stdout.write(`ready: npx hardhat upgrade inspect clearinghouse --network embedded   (Ctrl-C ends the chain)\n`);
await new Promise<void>((resolve) => {
  process.once("SIGINT", resolve);
  process.once("SIGTERM", resolve);
});
await chain.stop();
