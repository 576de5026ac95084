import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Finding } from "../../src/core/finding.js";
import { checkSources } from "../../src/stages/check.js";
import { compileCorpus } from "./corpus.js";

/**
 * Runs every check over three public libraries and writes what remains, finding by finding, to docs/checks/precision.md.
 * `node --import tsx benchmarks/checks/precision.ts`.
 */
const PACKAGES = [
  { name: "@openzeppelin/contracts" },
  { name: "@openzeppelin/contracts-upgradeable", dependency: "@openzeppelin/contracts" },
  { name: "solady", folder: "src" },
] as const;

/** Why what remains is right, by rule. Written by a person; a rule that is not here must not remain at high and high. */
const DEFENCE: Readonly<Record<string, string>> = {
  G1: "The order is as reported: state that was read is written after a call to somebody else. `Governor.execute` empties its queue of its own calls after the proposal's calls, so that a proposal whose calls execute another one finds the queue empty; the outer run then reverts, nothing is lost, and the targets were voted on. `GovernorTimelock…` write the queue's time after calling the timelock, which is fixed by the deployer. `ERC20FlashMint` and `ERC4626` are at low confidence: the state is settled before the call or only credited after it; OpenZeppelin says so in its own comments.",
  G14: "The state is written by one more function whose caller is checked; whether the open one should be is the author's decision.",
  I2: "True by design: these contracts come without a constructor, so that whoever deploys one behind a proxy must lock the implementation in a derived contract. Not one can delegatecall to foreign code, so that confidence is medium.",
  U5: "True: the base has state and neither gap nor namespace.",
  U10: "True, and knowingly allowed by upgrades-core's annotation where it matters: the value is in the implementation's code.",
  G2: "The result is dropped on purpose: the call may fail.",
  P1: "True: a delegatecall is reachable. The entry points are meant for accounts that run what their owner signs.",
  P2: "True: a selfdestruct is reachable, for transfers that must not fail.",
  P3: "True: public library functions are linked.",
  D14: "A matter of the venue's policy.",
};

const lines: string[] = [];
const summary: string[] = [];
for (const { name, ...more } of PACKAGES) {
  const corpus = await compileCorpus(name, "folder" in more ? more.folder : "", "dependency" in more ? more.dependency : undefined);
  const own = new Set(corpus.files);
  const result = await checkSources({ ...corpus, contracts: ({ file }) => own.has(file) });
  const { findings } = result;
  const sure = findings.filter(({ severity, confidence }) => (severity === "high" || severity === "critical") && confidence === "high");
  for (const { rule } of sure) if (DEFENCE[rule] === undefined) throw new Error(`${rule} remains at high and high, and nobody defends it`);
  summary.push(`| ${name} ${corpus.version} | ${corpus.files.length} | ${findings.length} | ${sure.length} | ${result.suppressed.length} | ${corpus.unbuilt.length} |`);
  lines.push(`## ${name} ${corpus.version}`, "", ...table(findings), "");
  for (const rule of [...new Set(findings.map((finding) => finding.rule))]) {
    const defence = DEFENCE[rule];
    if (defence !== undefined) lines.push(`- **${rule}**: ${defence}`);
  }
  lines.push("", ...result.notRun.map(({ check, reason }) => `- not run: ${check}: ${reason.split("\n")[0]}`), "");
}

function table(findings: readonly Finding[]): string[] {
  if (findings.length === 0) return ["Nothing remains."];
  return [
    "| rule | severity | confidence | place | detail |",
    "|---|---|---|---|---|",
    ...findings.map(
      ({ rule, severity, confidence, where, detail }) =>
        `| ${rule} | ${severity} | ${confidence} | ${(where.file ?? "").split("/").slice(-1)[0]}:${where.line} ${where.contract ?? ""} | ${detail.replace(/\|/g, "\\|").slice(0, 160)} |`,
    ),
  ];
}

const text = [
  "# Precision on public libraries",
  "",
  "What the checks say about libraries that many people have read, and why what remains is right. Written by",
  "`benchmarks/checks/precision.ts`; compiled with solc 0.8.37.",
  "",
  "| library | files | findings | of them high and high | suppressed by their authors | files that don't build |",
  "|---|---|---|---|---|---|",
  ...summary,
  "",
  ...lines,
].join("\n");
writeFileSync(fileURLToPath(new URL("../../docs/checks/precision.md", import.meta.url)), `${text.trimEnd()}\n`);
