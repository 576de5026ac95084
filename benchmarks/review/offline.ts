/**
 * `npx tsx benchmarks/review/offline.ts`: how long an offline review of one Safe transaction takes with 10, 100, 1,000 and
 * 10,000 calls inside, and nested to the depth limit. Prints a table; the target is under a second per hundred calls.
 */
import { Interface, ZeroHash, getAddress, id } from "ethers";
import { encodeExecTransaction, encodeMultiSend } from "../../src/core/safe/calldata.js";
import { reviewSafeTransaction } from "../../src/core/safe/review/review.js";
import { plainSafeTx } from "../../src/core/safe/transaction.js";
import { encodeScheduleBatch } from "../../src/core/timelock/operation.js";

const erc20 = new Interface(["function transfer(address to, uint256 amount)"]);
const at = (seed: string): string => getAddress(`0x${id(seed).slice(2, 42)}`);
const calls = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    to: at(`token ${index % 50}`),
    value: 0n,
    data: erc20.encodeFunctionData("transfer", [at(`receiver ${index}`), BigInt(index)]),
  }));

function nested(depth: number): string {
  let data = erc20.encodeFunctionData("transfer", [at("receiver"), 1n]);
  for (let level = 0; level < depth; level++) data = encodeExecTransaction(plainSafeTx({ to: at(`safe ${level}`), data, nonce: 0n }), "0x");
  return data;
}

const timelock = at("timelock");
const schedule = (count: number): string =>
  encodeScheduleBatch({ calls: calls(count).map(({ to, value, data }) => ({ target: to, value, data })), predecessor: ZeroHash, salt: ZeroHash, delay: 1n });
const cases: [string, () => ReturnType<typeof plainSafeTx>][] = [
  ...[10, 100, 1_000, 10_000].map((count): [string, () => ReturnType<typeof plainSafeTx>] => [
    `MultiSend of ${count}`,
    () => plainSafeTx({ to: "0x40A2aCCbd92BCA938b02010E17A5b8929b49130D", operation: 1, data: encodeMultiSend(calls(count)), nonce: 0n }),
  ]),
  ["scheduleBatch of 1000", () => plainSafeTx({ to: timelock, data: schedule(1_000), nonce: 0n })],
  ["24 execTransaction deep", () => plainSafeTx({ to: at("safe"), data: nested(24), nonce: 0n })],
];

reviewSafeTransaction({ chainId: 1n, safe: at("safe"), version: "1.3.0", tx: cases[0]![1]() });
process.stdout.write("| transaction | bytes | ms | MiB of heap |\n|---|---|---|---|\n");
for (const [name, make] of cases) {
  const tx = make();
  const started = performance.now();
  const { decoded } = reviewSafeTransaction({ chainId: 1n, safe: at("safe"), version: "1.3.0", tx });
  const ms = performance.now() - started;
  process.stdout.write(`| ${name} | ${decoded.size} | ${ms.toFixed(0)} | ${Math.round(process.memoryUsage().heapUsed / 2 ** 20)} |\n`);
}
