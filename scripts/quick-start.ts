/**
 * `npm start`: one upgrade from plan to executed and verified, on the embedded chain. Every stage is a call of the command
 * line, as a person would make it; this script only keeps the chain's time, and tells what is going on.
 */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import hre from "hardhat";
import { startEmbeddedChain, type EmbeddedChain } from "./chain/embedded.js";
import { WALLETS } from "./chain/deploy-venue.js";
import { passTime } from "./chain/pass-time.js";
import { loadPlan } from "../tasks/upgrade/shared/load-plan.js";

const PLAN = "upgrades/0001-new-product";
const BUNDLE = "proposals/0001-new-product";
const TRUST = "trust.json";
const root = hre.config.paths.root;
const started = Date.now();
/** Keeps what Node made of the modules from one verb to the next; see docs/cli.md. */
const modules = await mkdtemp(join(tmpdir(), "drydock-modules-"));

function say(line = ""): void {
  process.stdout.write(`${line}\n`);
}

function heading(title: string): void {
  say();
  say(`━━ ${title} `.padEnd(100, "━"));
}

/** Runs one verb; prints the command, and the answer's text unless `quiet`. */
async function upgrade(args: readonly string[], { url, quiet = false }: { url: string; quiet?: boolean }): Promise<void> {
  say(`$ npx hardhat upgrade ${args.join(" ")} --network embedded`);
  const cli = join(root, "node_modules", "hardhat", "dist", "src", "cli.js");
  const child = spawn(process.execPath, [cli, "upgrade", ...args, "--network", "embedded"], {
    cwd: root,
    env: { NODE_COMPILE_CACHE: modules, ...process.env, DRYDOCK_EMBEDDED_URL: url },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  const status = await new Promise<number | null>((resolve) => child.once("close", resolve));
  const output = Buffer.concat(chunks).toString("utf8").trimEnd();
  if (!quiet || status !== 0) say(output.split("\n").map((line) => `  ${line}`).join("\n"));
  if (status !== 0) throw new Error(`upgrade ${args[0]} ended with status ${status}`);
}

async function main(chain: EmbeddedChain): Promise<void> {
  const { url, session, venue } = chain;
  const owners = WALLETS.governanceOwners.map((index) => session.wallet(index).address);
  const run = (args: readonly string[], quiet = false) => upgrade(args, { url, quiet });

  heading("1  Who can change the venue's code, and how fast");
  await run(["inspect", "--write", TRUST]);

  heading("2  Storage layout: the live implementation against the new one");
  await run(["validate", PLAN]);

  heading("3  Checks: sources and authority");
  await run(["check", PLAN]);

  heading("4  Rehearsal on a fork: the exact Safe bytes, the real delay, the runs that must fail");
  say("  two of the market scenarios; the proposal, the signer's review and the first signature after the delay play all of them");
  await run(["rehearse", PLAN, "--scenarios", "S0,S2"]);

  heading("5  Proposal: implementations deployed, bundle sealed");
  await run(["propose", PLAN]);

  heading("6  A signer's review, from nothing");
  await run(["review", BUNDLE, "--html", "reports/0001-new-product.html"]);

  heading("7  Two of three owners sign, each after a review of their own");
  for (const owner of owners.slice(0, 2)) await run(["sign", BUNDLE, "--step", "schedule", "--account", owner]);

  heading("8  Schedule, and wait out the delay");
  await run(["schedule", BUNDLE]);
  await run(["schedule", BUNDLE]);
  await run(["status"]);
  say("  … two days pass on the chain; the operators of the price feeds keep them fresh");
  await passTime(session, venue.contracts, venue.governance.delay);

  heading("9  Sign and execute");
  for (const owner of owners.slice(1, 3)) await run(["sign", BUNDLE, "--step", "execute", "--account", owner], true);
  await run(["execute", BUNDLE]);
  await run(["status"]);

  heading("What is now true");
  await run(["inspect", "clearinghouse", "perpExchange"]);
  say();
  say(`  the signer's page      ${relative(process.cwd(), join(root, "reports/0001-new-product.html"))}`);
  say(`  the proposer's report  ${relative(process.cwd(), join(root, BUNDLE, "reports/report.md"))}`);
  say(`  done in ${Math.round((Date.now() - started) / 1000)} s; the chain that was started is stopped`);
}

heading("0  The embedded chain: a node in a process of its own, reached over HTTP only");
await rm(join(root, BUNDLE), { recursive: true, force: true });
await rm(join(root, TRUST), { force: true });
try {
  const { definition } = await loadPlan(join(root, PLAN), "start");
  const chain = await startEmbeddedChain({
    deployments: join(root, "deployments"),
    meanwhile: definition.changes.map(({ contract }) => contract),
    onProgress: (line) => say(`  ${line}`),
  });
  try {
    await main(chain);
  } finally {
    await chain.stop();
  }
} finally {
  await rm(modules, { recursive: true, force: true });
}
