/**
 * `node --import tsx benchmarks/review/offline.ts`: how long an offline review takes with 10, 100, 1,000 and 10,000 calls
 * inside; of one Safe transaction in memory, then of a Safe transaction's file and of a sealed bundle by the standalone
 * command, start-up included. Prints tables; the target is under a second per hundred calls, and linear.
 */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Interface, ZeroHash, getAddress, id } from "ethers";
import { encodeExecTransaction, encodeMultiSend } from "../../src/core/safe/calldata.js";
import { reviewSafeTransaction } from "../../src/core/safe/review/review.js";
import { plainSafeTx, type SafeTx } from "../../src/core/safe/transaction.js";
import { encodeScheduleBatch } from "../../src/core/timelock/operation.js";
import { writeSampleBundle } from "../../test/review/sample-bundle.js";

const SIZES = [10, 100, 1_000, 10_000];
const MULTI_SEND = "0x40A2aCCbd92BCA938b02010E17A5b8929b49130D";
const root = fileURLToPath(new URL("../..", import.meta.url));
const erc20 = new Interface(["function transfer(address to, uint256 amount)"]);
const at = (seed: string): string => getAddress(`0x${id(seed).slice(2, 42)}`);
const calls = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    to: at(`token ${index % 50}`),
    value: 0n,
    data: erc20.encodeFunctionData("transfer", [at(`receiver ${index}`), BigInt(index)]),
  }));
const batch = (count: number): SafeTx => plainSafeTx({ to: MULTI_SEND, operation: 1, data: encodeMultiSend(calls(count)), nonce: 0n });

function nested(depth: number): string {
  let data = erc20.encodeFunctionData("transfer", [at("receiver"), 1n]);
  for (let level = 0; level < depth; level++) data = encodeExecTransaction(plainSafeTx({ to: at(`safe ${level}`), data, nonce: 0n }), "0x");
  return data;
}

const schedule = (count: number): string =>
  encodeScheduleBatch({ calls: calls(count).map(({ to, value, data }) => ({ target: to, value, data })), predecessor: ZeroHash, salt: ZeroHash, delay: 1n });

function inMemory(): void {
  const cases: [string, SafeTx][] = [
    ...SIZES.map((count): [string, SafeTx] => [`MultiSend of ${count}`, batch(count)]),
    ["scheduleBatch of 1000", plainSafeTx({ to: at("timelock"), data: schedule(1_000), nonce: 0n })],
    ["24 execTransaction deep", plainSafeTx({ to: at("safe"), data: nested(24), nonce: 0n })],
  ];
  reviewSafeTransaction({ chainId: 1n, safe: at("safe"), version: "1.3.0", tx: batch(10) });
  process.stdout.write("| transaction, in memory | bytes | ms | MiB of heap |\n|---|---|---|---|\n");
  for (const [name, tx] of cases) {
    const started = performance.now();
    const { decoded } = reviewSafeTransaction({ chainId: 1n, safe: at("safe"), version: "1.3.0", tx });
    const ms = performance.now() - started;
    process.stdout.write(`| ${name} | ${decoded.size} | ${ms.toFixed(0)} | ${Math.round(process.memoryUsage().heapUsed / 2 ** 20)} |\n`);
  }
}

/** Wall-clock seconds of the standalone command; whatever the verdict, it has to be one. */
async function command(folder: string, ...args: string[]): Promise<string> {
  const started = performance.now();
  const status = await new Promise<unknown>((resolve) => {
    const all = ["--import", join(root, "node_modules/tsx/dist/loader.mjs"), join(root, "src/bin.ts"), "review", ...args, "--offline", "--json"];
    execFile(process.execPath, all, { cwd: folder, maxBuffer: 1 << 30 }, (error) => resolve(error?.code ?? 0));
  });
  if (status !== 0 && status !== 1) throw new Error(`review ${args.join(" ")} ended with status ${String(status)}`);
  return ((performance.now() - started) / 1000).toFixed(2);
}

async function byCommand(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "drydock-benchmark-"));
  try {
    process.stdout.write("\n| by the command, s | Safe transaction | bundle |\n|---|---|---|\n");
    for (const count of SIZES) {
      const { value, safeTxGas, baseGas, gasPrice, nonce, ...rest } = batch(count);
      const numbers = { value: `${value}`, safeTxGas: `${safeTxGas}`, baseGas: `${baseGas}`, gasPrice: `${gasPrice}`, nonce: `${nonce}` };
      const file = join(folder, `${count}.json`);
      await writeFile(file, JSON.stringify({ chainId: 1, safe: at("safe"), version: "1.3.0", ...rest, ...numbers }));
      const bundle = join(folder, `bundle-${count}`);
      await writeSampleBundle(bundle, (plan) => ({
        ...plan,
        calls: [...plan.calls, ...calls(count - 1).map(({ to, data }) => ({ target: to, value: "0", data }))],
      }));
      process.stdout.write(`| ${count} calls | ${await command(folder, "--safe-tx", file)} | ${await command(folder, bundle)} |\n`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

process.stdout.write(`machine load before ${(loadavg()[0] ?? Number.NaN).toFixed(1)}\n\n`);
inMemory();
await byCommand();
