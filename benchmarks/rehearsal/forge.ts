import { spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AbiCoder } from "ethers";
import { SINGLETON_FACTORY } from "../../src/build/init-code.js";
import { safeTransactionOf } from "../../src/core/plan/route.js";
import { encodeApproveHash, encodeExecTransaction } from "../../src/core/safe/calldata.js";
import { safeHashes } from "../../src/core/safe/hashes.js";
import { approvedHashSignature, packSignatures } from "../../src/core/safe/signatures.js";
import type { PlanCore } from "../../src/core/schema/plan.js";
import type { RehearsedImplementation } from "../../src/rehearsal/types.js";
import { peakOf } from "./anvil.js";

const HERE = fileURLToPath(new URL("./forge", import.meta.url));
const BINARY = fileURLToPath(new URL("./forge/node_modules/@foundry-rs/forge-linux-amd64/bin/forge", import.meta.url));
const SENDER = "0x00000000000000000000000000000000000d71e5";

/** Whether `npm install --prefix benchmarks/rehearsal/forge` was run. */
export const hasForge = existsSync(BINARY);

/** The same calls by `forge script`: deploy, approve, schedule, warp, approve, execute. Built before, so that no compiler counts. */
export async function forgeRoute(options: {
  upstream: string;
  block: bigint;
  plan: PlanCore;
  implementations: readonly RehearsedImplementation[];
  owners: readonly string[];
  nonce: bigint;
  cacheFolder: string;
}): Promise<{ wallMs: number; peakMiB: number }> {
  const { upstream, block, plan, implementations, owners, nonce, cacheFolder } = options;
  const steps: { from: string; to: string; data: string; wait: bigint }[] = [
    ...new Map(implementations.map(({ address, initCode, salt }) => [address, { from: SENDER, to: SINGLETON_FACTORY, data: `${salt}${initCode.slice(2)}`, wait: 0n }])).values(),
  ];
  for (const [index, step] of (["schedule", "execute"] as const).entries()) {
    const tx = safeTransactionOf(plan, step, nonce + BigInt(index));
    const { safeTxHash } = safeHashes({ chainId: BigInt(plan.chainId), safe: plan.safe, version: "1.4.1", tx });
    const wait = step === "execute" ? BigInt(plan.delay) : 0n;
    owners.forEach((owner, at) => steps.push({ from: owner, to: plan.safe, data: encodeApproveHash(safeTxHash), wait: at === 0 ? wait : 0n }));
    const signatures = packSignatures(owners.map((owner) => ({ owner, signature: approvedHashSignature(owner) })));
    steps.push({ from: SENDER, to: plan.safe, data: encodeExecTransaction(tx, signatures), wait: 0n });
  }
  const encoded = AbiCoder.defaultAbiCoder().encode(["tuple(address from, address to, bytes data, uint256 wait)[]"], [steps]);
  // An environment variable is too short for a large batch.
  const file = join(HERE, "cache", `steps-${process.pid}.txt`);
  writeFileSync(file, encoded);
  const start = performance.now();
  const args = ["script", "Route.s.sol:Route", "--use", "./solc.mjs", "--offline", "--skip-simulation", "--fork-url", upstream, "--fork-block-number", String(block)];
  const { peakMiB } = await run(args, { DRYDOCK_STEPS: file, HOME: cacheFolder });
  return { wallMs: performance.now() - start, peakMiB };
}

/** Compiles the script. */
export async function buildForge(): Promise<void> {
  await run(["build", "--use", "./solc.mjs", "--offline"], {});
}

async function run(args: readonly string[], env: Record<string, string>): Promise<{ peakMiB: number }> {
  const child = spawn(BINARY, args, { cwd: HERE, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  let peakMiB = 0;
  const watch = setInterval(() => void peakOf(child.pid ?? 0).then((now) => (peakMiB = Math.max(peakMiB, now))), 50);
  const status = await new Promise<number | null>((resolve) => child.once("close", resolve));
  clearInterval(watch);
  if (status !== 0) throw new Error(`forge ended with ${status}: ${output.slice(-2_000)}`);
  return { peakMiB };
}
