/** `node --import tsx benchmarks/layout/run.ts [MANIFESTS]`: prints one JSON document; the folder defaults to ../shared/data/manifests. */
import { fileURLToPath } from "node:url";
import { measureHistories } from "./histories.js";
import { measureOverhead } from "./overhead.js";

const folder = process.argv[2] ?? fileURLToPath(new URL("../../../shared/data/manifests", import.meta.url));
const histories = measureHistories(folder, 7);
if (histories === undefined) process.stderr.write(`skipped the histories: ${folder} is not there\n`);
const overhead = measureOverhead("@openzeppelin/contracts");
process.stdout.write(`${JSON.stringify({ histories, overhead, node: process.version }, undefined, 2)}\n`);
