import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { encodeApproveHash, encodeExecTransaction, SAFE_INTERFACE } from "../../src/core/safe/calldata.js";
import { approvedHashSignature, packSignatures } from "../../src/core/safe/signatures.js";
import { safeTransactionOf } from "../../src/core/plan/route.js";
import type { PlanCore } from "../../src/core/schema/plan.js";
import type { RehearsedImplementation } from "../../src/rehearsal/types.js";
import { SINGLETON_FACTORY } from "../../src/build/init-code.js";

const SENDER = "0x00000000000000000000000000000000000d71e5";

/** An anvil fork and the same calls by a script: deploy, approve, schedule, warp, approve, execute. Answers milliseconds. */
export async function anvilRoute(options: {
  upstream: string;
  block: bigint;
  plan: PlanCore;
  implementations: readonly RehearsedImplementation[];
  owners: readonly string[];
  cacheFolder: string;
}): Promise<{ wallMs: number; peakMiB: number }> {
  const { upstream, block, plan, implementations, owners, cacheFolder } = options;
  const binary = join(dirname(createRequire(import.meta.url).resolve("@foundry-rs/anvil-linux-amd64/package.json")), "bin", "anvil");
  const start = performance.now();
  const port = 20_000 + (process.pid % 20_000);
  const child = spawn(
    binary,
    ["--fork-url", upstream, "--fork-block-number", String(block), "--port", String(port), "--silent", "--auto-impersonate", "--gas-price", "0", "--base-fee", "0"],
    { stdio: "ignore", env: { ...process.env, HOME: cacheFolder } },
  );
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const url = `http://127.0.0.1:${port}`;
  const rpc = async (method: string, params: readonly unknown[] = []): Promise<unknown> => {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    });
    const { result, error } = (await answer.json()) as { result?: unknown; error?: { message: string } };
    if (error !== undefined) throw new Error(`anvil: ${method}: ${error.message}`);
    return result;
  };
  try {
    for (let attempt = 0; ; attempt++) {
      try {
        await rpc("eth_chainId");
        break;
      } catch (error) {
        if (attempt > 600) throw error;
        await sleep(20);
      }
    }
    const send = async (from: string, to: string, data: string): Promise<void> => {
      const hash = await rpc("eth_sendTransaction", [{ from, to, data, gas: "0xff0000", gasPrice: "0x0" }]);
      let receipt: { status: string } | null = null;
      for (let attempt = 0; receipt === null && attempt < 500; attempt++) {
        if (attempt > 0) await sleep(10);
        receipt = (await rpc("eth_getTransactionReceipt", [hash])) as { status: string } | null;
      }
      if (receipt?.status !== "0x1") throw new Error(`a transaction to ${to} failed on anvil: ${receipt?.status ?? "no receipt"}`);
    };
    const call = async (to: string, name: string, args: readonly unknown[]) =>
      SAFE_INTERFACE.decodeFunctionResult(name, (await rpc("eth_call", [{ to, data: SAFE_INTERFACE.encodeFunctionData(name, [...args]) }, "latest"])) as string);
    for (const { address, initCode, salt } of implementations) {
      if ((await rpc("eth_getCode", [address, "latest"])) === "0x") await send(SENDER, SINGLETON_FACTORY, `${salt}${initCode.slice(2)}`);
    }
    for (const step of ["schedule", "execute"] as const) {
      const nonce = (await call(plan.safe, "nonce", []))[0] as bigint;
      const tx = safeTransactionOf(plan, step, nonce);
      const [hash] = await call(plan.safe, "getTransactionHash", [
        tx.to, tx.value, tx.data, tx.operation, tx.safeTxGas, tx.baseGas, tx.gasPrice, tx.gasToken, tx.refundReceiver, tx.nonce,
      ]);
      for (const owner of owners) await send(owner, plan.safe, encodeApproveHash(hash as string));
      const signatures = packSignatures(owners.map((owner) => ({ owner, signature: approvedHashSignature(owner) })));
      await send(SENDER, plan.safe, encodeExecTransaction(tx, signatures));
      if (step === "schedule") await rpc("evm_increaseTime", [Number(plan.delay)]);
      if (step === "schedule") await rpc("evm_mine");
    }
    return { wallMs: performance.now() - start, peakMiB: await peakOf(child.pid ?? 0) };
  } finally {
    child.kill("SIGTERM");
    await exited;
  }
}

/** VmHWM of a process, in MiB; 0 where /proc does not tell. */
export async function peakOf(pid: number): Promise<number> {
  const { readFile } = await import("node:fs/promises");
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024);
}
