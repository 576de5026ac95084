/**
 * `npm run variants`: every broken variant of the venue's upgrades, and each good upgrade as their benign twin, through
 * `validate`, `check` and `rehearse` of the command line until a stage stops it. Keeps what was seen in
 * `test/fixtures/venue/caught.json` and writes `docs/venue-variants.md`. `npm run variants -- 0002` runs those whose name
 * begins so. Ends with status 1 where a variant gets through, or a good upgrade does not.
 */
import { spawn } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import hre from "hardhat";
import { answerSchema } from "../src/core/schema/answer.js";
import { writeAtomically } from "../src/files/write-atomically.js";
import { caughtSchema, STAGES, stoppedAt, type Caught, type Outcome, type Stage } from "../test/fixtures/venue/caught.js";
import { materialise } from "../test/fixtures/venue/materialise.js";
import { VARIANTS } from "../test/fixtures/venue/variants.js";
import { startEmbeddedChain } from "./chain/embedded.js";
import { carryOut } from "./upgrades/carry-out.js";
import { UPGRADES, type UpgradeName } from "./upgrades/walk.js";
import { variantsPage } from "./upgrades/variants-page.js";

const root = hre.config.paths.root;
const record = join(root, "test", "fixtures", "venue", "caught.json");
const trust = join(root, "cache", "variants-trust.json");

/** One stage of the command line; the rules are those of findings that are at least of medium severity. */
async function run(stage: Stage, plan: string, url: string): Promise<Outcome> {
  const cli = join(root, "node_modules", "hardhat", "dist", "src", "cli.js");
  const child = spawn(process.execPath, [cli, "upgrade", stage, plan, "--json", "--network", "embedded"], {
    cwd: root,
    env: { ...process.env, DRYDOCK_EMBEDDED_URL: url, DRYDOCK_TRUST: trust },
    stdio: ["ignore", "pipe", "ignore"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  await new Promise((resolve) => child.once("close", resolve));
  const answer = answerSchema.parse(JSON.parse(output));
  const blocking = answer.findings.filter(({ severity }) => ["critical", "high", "medium"].includes(severity));
  return {
    verdict: answer.verdict,
    rules: [...new Set(blocking.map(({ rule }) => rule))].sort(),
    ...(answer.error === undefined ? {} : { error: answer.error.code }),
  };
}

async function throughTheStages(id: string, plan: string, url: string): Promise<Caught[string]> {
  const stages: Caught[string] = {};
  for (const stage of STAGES) {
    const outcome = await run(stage, plan, url);
    stages[stage] = outcome;
    process.stdout.write(`  ${id.padEnd(36)} ${stage.padEnd(9)} ${outcome.verdict.padEnd(8)} ${outcome.error ?? ""} ${outcome.rules.join(" ")}\n`);
    if (outcome.verdict !== "pass") break;
  }
  return stages;
}

const wanted = (id: string) => id.startsWith(process.argv[2] ?? "");
const caught: Caught = caughtSchema.parse(JSON.parse(await readFile(record, "utf8").catch(() => "{}")));
await rm(trust, { force: true });
const chain = await startEmbeddedChain({ deployments: join(root, "deployments"), onProgress: (line) => process.stdout.write(`${line}\n`) });
let wrong = 0;
try {
  const stands = new Set<UpgradeName>();
  for (const upgrade of UPGRADES) {
    const own = [upgrade, ...VARIANTS.filter((variant) => variant.upgrade === upgrade).map(({ id }) => id)].filter(wanted);
    if (own.length === 0) continue;
    // 0004 starts from what 0001 and 0002 brought; each of the others starts from version 1.
    for (const before of upgrade === "0004-risk-standard" ? UPGRADES.slice(0, 2) : []) {
      if (!stands.has(before)) await carryOut(hre, before, chain);
      stands.add(before);
    }
    for (const id of own) {
      const plan = id === upgrade ? join("upgrades", id) : (await materialise(id)).plan;
      const stages = await throughTheStages(id, plan, chain.url);
      caught[id] = stages;
      if ((stoppedAt(stages) === undefined) !== (id === upgrade)) wrong++;
      await writeAtomically(record, `${JSON.stringify(Object.fromEntries(Object.entries(caught).sort(([a], [b]) => (a < b ? -1 : 1))), null, 2)}\n`);
    }
  }
} finally {
  await chain.stop();
}
await writeAtomically(join(root, "docs", "venue-variants.md"), variantsPage(caught));
process.stdout.write(wrong === 0 ? "every variant was stopped, every good upgrade passed\n" : `${wrong} did not end as they should\n`);
process.exit(wrong === 0 ? 0 : 1);
