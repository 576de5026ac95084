/**
 * `npm run incidents`: replays every incident through the real verbs and writes docs/detection-matrix.md. Exits with 1 when an
 * upgrade that went wrong is not blocked, or its benign twin is. Ids as arguments replay only those, without writing.
 */
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { listIncidents, replay, type Replay } from "../test/support/incident-runner.js";

const { incidents, ownTests } = await listIncidents();
const chosen = process.argv.slice(2);
const replays: Replay[] = [];
for (const incident of incidents.filter(({ id }) => chosen.length === 0 || chosen.includes(id))) {
  process.stderr.write(`${incident.id}: ${incident.stage}\n`);
  const result = await replay(incident);
  for (const failure of result.failures) process.stderr.write(`  FAILED: ${failure}\n`);
  replays.push(result);
}
if (chosen.length === 0) await writeFile(fileURLToPath(new URL("../docs/detection-matrix.md", import.meta.url)), matrix(replays, ownTests));
const failed = replays.filter(({ failures }) => failures.length > 0).length;
process.stdout.write(`${replays.length - failed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 ? 1 : 0;

function matrix(results: Replay[], others: string[]): string {
  const rows = results.flatMap(({ incident, v2, twin, upgradesCore, solhint }) => {
    const rules = [...new Set(v2.findings.filter(({ severity }) => severity === "critical" || severity === "high").map(({ rule }) => rule))].sort().join(", ");
    return [
      `| ${incident.id} | V2 | ${incident.stage} | ${v2.verdict} (${rules}) | ${upgradesCore.v2} | ${solhint.length === 0 ? "sees no difference to the twin" : solhint.join(", ")} |`,
      `| | twin | ${incident.stage} | ${twin.verdict} | ${upgradesCore.twin} | |`,
    ];
  });
  const stories = results.map(({ incident }) => `- **${incident.id}**: ${incident.what}`);
  const rest = others.map((file) => `- [${file}](../test/incidents/${file})`);
  return `# Detection matrix

Written by \`npm run incidents\`, which replays each incident through the real verbs: V2 is the upgrade that went wrong, the twin
the same upgrade without the harm. upgrades-core 1.46 judges the storage layout of the same pair, solhint 6 (recommended) the
same sources; of solhint's rules those are named that fire on V2 and not on the twin.

| incident | version | stage | Drydock | upgrades-core | solhint |
|---|---|---|---|---|---|
${rows.join("\n")}

## What happened

${stories.join("\n")}
${rest.length === 0 ? "" : `\n## Replayed by tests of their own\n\n${rest.join("\n")}\n`}`;
}
