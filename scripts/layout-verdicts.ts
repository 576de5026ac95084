/** Writes docs/layout-verdicts.md: every fixture pair with its truth, our verdict, upgrades-core's, and why they differ. */
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { LAYOUT_PAIRS, validateLayoutPair } from "../test/support/layout-pairs.js";

const rows: string[] = [];
const wrong = { ours: [0, 0], theirs: [0, 0] } satisfies Record<string, [number, number]>;
let silent = 0;
for (const pair of LAYOUT_PAIRS) {
  const { verdict, reference } = await validateLayoutPair(pair, true);
  const { ok, kinds, reason, differences } = reference.openzeppelin;
  const bad = pair.truth === "bad";
  if ((verdict === "blocked") !== bad) wrong.ours[bad ? 0 : 1] += 1;
  if (ok === null) silent += 1;
  else if (ok === bad) wrong.theirs[bad ? 0 : 1] += 1;
  const theirs = ok === null ? `no answer (${reason ?? ""})` : ok ? "ok" : kinds.join(", ");
  rows.push(`| ${pair.id} | ${pair.truth} | ${pair.why} | ${verdict} | ${theirs} | ${differences.join("; ")} |`.replaceAll("\n", " "));
}
const bad = LAYOUT_PAIRS.filter(({ truth }) => truth === "bad").length;
const text = `# Layout verdicts

Written by \`node --import tsx scripts/layout-verdicts.ts\` from the pairs in \`test/fixtures/layout/\`: ${bad} upgrades that corrupt or lose live
data, ${LAYOUT_PAIRS.length - bad} that don't. The truth stands beside each pair in its fixture file. These are our own fixtures: the check that does
not depend on our judgement is the property test (\`test/core/layout/property.test.ts\`), where a real EVM decides.

| | bad pairs that pass | good pairs that are flagged | no answer |
|---|---|---|---|
| Drydock | ${wrong.ours[0]} | ${wrong.ours[1]} | 0 |
| upgrades-core 1.46 (with its namespaced compilation) | ${wrong.theirs[0]} | ${wrong.theirs[1]} | ${silent} |

| pair | truth | why | Drydock | upgrades-core | why they differ |
|---|---|---|---|---|---|
${rows.join("\n")}
`;
await writeFile(fileURLToPath(new URL("../docs/layout-verdicts.md", import.meta.url)), text);
process.stdout.write(`${text.split("\n").slice(7, 11).join("\n")}\n`);
