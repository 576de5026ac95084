/**
 * `npm run upgrades`: all four upgrades of the venue through the whole line, one after the other, on one embedded chain.
 * Every step is a call of the command line; each is listed with its exit status and seconds. Ends with status 1 at the
 * first that does not pass. `npm run upgrades -- 0001-new-product` walks the first ones only, up to the one named.
 */
import { spawn } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import hre from "hardhat";
import { startEmbeddedChain } from "./chain/embedded.js";
import { UPGRADES, walkUpgrade } from "./upgrades/walk.js";

const root = hre.config.paths.root;
const trust = join(root, "cache", "upgrades-trust.json");
const started = Date.now();

async function verb(args: readonly string[], url: string): Promise<void> {
  const cli = join(root, "node_modules", "hardhat", "dist", "src", "cli.js");
  const begun = Date.now();
  const child = spawn(process.execPath, [cli, "upgrade", ...args, "--network", "embedded"], {
    cwd: root,
    env: { ...process.env, DRYDOCK_EMBEDDED_URL: url, DRYDOCK_TRUST: trust },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const status = await new Promise<number | null>((resolve) => child.once("close", resolve));
  process.stdout.write(`  ${String(status).padEnd(3)} ${((Date.now() - begun) / 1000).toFixed(1).padStart(6)} s  ${args.join(" ")}\n`);
  if (status !== 0) throw new Error(`upgrade ${args.join(" ")} ended with status ${status}:\n${output}`);
}

const last = process.argv[2] ?? UPGRADES.at(-1)!;
const wanted = UPGRADES.slice(0, UPGRADES.findIndex((name) => name === last) + 1);
if (wanted.length === 0) throw new Error(`${last} is none of ${UPGRADES.join(", ")}`);
await rm(trust, { force: true });
const chain = await startEmbeddedChain({ deployments: join(root, "deployments"), onProgress: (line) => process.stdout.write(`${line}\n`) });
try {
  for (const name of wanted) {
    process.stdout.write(`${name}\n`);
    const bundle = join("proposals", name);
    await rm(join(root, bundle), { recursive: true, force: true });
    await walkUpgrade(name, { chain, trust, bundle, verb: (args) => verb(args, chain.url) });
  }
  process.stdout.write(`${wanted.length} upgrade(s) executed and verified in ${Math.round((Date.now() - started) / 1000)} s\n`);
} finally {
  await chain.stop();
}
