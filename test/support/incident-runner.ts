import { execFile } from "node:child_process";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SEVERITIES } from "../../src/core/finding.js";
import type { Incident, IncidentProject, Variant, VerbAnswer } from "./incident.js";

const require = createRequire(import.meta.url);
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const INCIDENTS = join(ROOT, "test", "incidents");

const CONFIG = `import { createRequire } from "node:module";
import { defineConfig } from "hardhat/config";
import drydock from "../../../src/index.ts";

const path = createRequire(import.meta.url).resolve("solc-0.8.28/soljson.js");
const outputSelection = { "*": { "*": ["storageLayout", "transientStorageLayout"] } };
const compilers = [{ version: "0.8.28", path, settings: { evmVersion: "cancun", optimizer: { enabled: true, runs: 200 }, outputSelection } }];
export default defineConfig({ plugins: [drydock], solidity: { profiles: { default: { compilers }, production: { isolated: false, compilers } } } });
`;

/** What each judge says about V2 and about the twin. */
export interface Replay {
  incident: Incident;
  v2: VerbAnswer;
  twin: VerbAnswer;
  upgradesCore: { v2: string; twin: string };
  /** solhint rules that fire on V2 and not on the twin. */
  solhint: string[];
  /** Empty when V2 is blocked by the rule and the twin passes. */
  failures: string[];
}

/** Folders with an `incident.ts`, and those that are replayed by a test of their own. */
export async function listIncidents(): Promise<{ incidents: Incident[]; ownTests: string[] }> {
  const incidents: Incident[] = [];
  const ownTests: string[] = [];
  const folders = (await readdir(INCIDENTS, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  for (const folder of folders.sort()) {
    const files = await readdir(join(INCIDENTS, folder));
    if (files.includes("incident.ts")) {
      const module = (await import(join(INCIDENTS, folder, "incident.ts"))) as { default: Incident };
      incidents.push(module.default);
    } else ownTests.push(...files.filter((file) => file.endsWith(".test.ts")).map((file) => `${folder}/${file}`));
  }
  return { incidents, ownTests };
}

/** Runs one incident's verb on V2 and on the twin, and asks the others, unless their `opinions` don't matter. */
export async function replay(incident: Incident, { opinions: asked = true } = {}): Promise<Replay> {
  const project = await makeProject(incident.id);
  const run = (variant: Variant): Promise<VerbAnswer> => (incident.run === undefined ? standardRun(incident, variant, project) : incident.run(variant, project));
  const [v2, twin] = [await run("v2"), await run("twin")];
  const failures = judge(incident, v2, twin);
  if (!asked) return { incident, v2, twin, upgradesCore: { v2: "not asked", twin: "not asked" }, solhint: [], failures };
  const opinions = { v2: await upgradesCore(v2, "V2", project), twin: await upgradesCore(twin, "Twin", project) };
  return { incident, v2, twin, upgradesCore: opinions, solhint: await solhintDifference(project), failures };
}

function judge({ rule, severity }: Incident, v2: VerbAnswer, twin: VerbAnswer): string[] {
  const failures: string[] = [];
  if (v2.verdict !== "blocked") failures.push(`V2 is ${v2.verdict}, not blocked${v2.error === undefined ? "" : `: ${v2.error.message}`}`);
  const found = v2.findings.some((finding) => finding.rule === rule && SEVERITIES.indexOf(finding.severity) <= SEVERITIES.indexOf(severity));
  if (!found) failures.push(`V2 has no ${severity} finding of the rule ${rule}`);
  if (twin.verdict !== "pass") failures.push(`the twin is ${twin.verdict}, not pass${twin.error === undefined ? "" : `: ${twin.error.message}`}`);
  return failures;
}

async function standardRun({ id, stage }: Incident, variant: Variant, project: IncidentProject): Promise<VerbAnswer> {
  const contract = variant === "v2" ? "V2" : "Twin";
  if (stage === "validate") return project.verb(["validate", "--from", "V1", "--to", contract]);
  if (stage === "check") return project.verb(["check", "--contracts", `contracts/${contract}.sol`]);
  throw new Error(`the incident ${id} is of the stage ${stage} and has no run() of its own`);
}

async function makeProject(id: string): Promise<IncidentProject> {
  const folder = join(ROOT, "cache", "incidents", id);
  await rm(join(folder, "contracts"), { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const contracts = join(INCIDENTS, id, "contracts");
  if ((await readdir(join(INCIDENTS, id))).includes("contracts")) await cp(contracts, join(folder, "contracts"), { recursive: true });
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: `incident-${id}`, private: true, type: "module" }));
  await writeFile(join(folder, "hardhat.config.ts"), CONFIG);
  return { folder, verb: (args) => runVerb(folder, args) };
}

function runVerb(folder: string, args: string[]): Promise<VerbAnswer> {
  const cli = join(ROOT, "node_modules", "hardhat", "dist", "src", "cli.js");
  return new Promise((resolve, reject) => {
    // Hardhat hands its own global options (its config, its network) on to whatever a test starts.
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("HARDHAT_")));
    execFile(process.execPath, [cli, "upgrade", ...args, "--json"], { cwd: folder, env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      try {
        resolve(JSON.parse(stdout) as VerbAnswer);
      } catch {
        reject(new Error(`upgrade ${args.join(" ")} gave no document: ${stderr || (error?.message ?? stdout)}`));
      }
    });
  });
}

/** upgrades-core's storage verdict for V1 → the variant; taken from the validate verb, which asks it. */
async function upgradesCore(answer: VerbAnswer, contract: string, project: IncidentProject): Promise<string> {
  const hasPair = (await readdir(join(project.folder, "contracts")).catch((): string[] => [])).includes("V1.sol");
  const opinion = answer.reference?.openzeppelin ?? (hasPair ? (await project.verb(["validate", "--from", "V1", "--to", contract])).reference?.openzeppelin : undefined);
  if (opinion === undefined || opinion.ok === null) return "not applicable";
  return opinion.ok ? "pass" : `flags (${[...new Set(opinion.kinds)].join(", ")})`;
}

async function solhintDifference(project: IncidentProject): Promise<string[]> {
  const { processStr } = require("solhint/lib/index.js") as { processStr(source: string, config: object): { reports: { ruleId: string }[] } };
  const rules = async (file: string): Promise<Set<string>> => {
    const source = await readFile(join(project.folder, "contracts", file), "utf8").catch(() => undefined);
    return new Set(source === undefined ? [] : processStr(source, { extends: "solhint:recommended", rules: {} }).reports.map(({ ruleId }) => ruleId));
  };
  const twin = await rules("Twin.sol");
  return [...(await rules("V2.sol"))].filter((rule) => !twin.has(rule)).sort();
}
