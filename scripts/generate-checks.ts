import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Rule } from "../src/core/checks/rule.js";
import { compareIds, pageOf, tableOf } from "../src/report/check-docs.js";

/**
 * Writes `src/core/checks/rules/index.ts` from the folder's files, then `docs/checks/` from the registry.
 * Run it after a rule was added: `node --import tsx scripts/generate-checks.ts`.
 */
const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

const ids = (await readdir(at("src/core/checks/rules")))
  .filter((file) => file.endsWith(".ts") && file !== "index.ts")
  .map((file) => file.replace(/\.ts$/, ""))
  .sort(compareIds);

await writeFile(
  at("src/core/checks/rules/index.ts"),
  [
    'import type { Rule } from "../rule.js";',
    ...ids.map((id) => `import { rule as ${id} } from "./${id}.js";`),
    "",
    "/** Every rule of the first wave. This file is written by `scripts/generate-checks.ts`. */",
    "export const RULES: readonly Rule[] = [",
    ...ids.map((id) => `  ${id},`),
    "];",
    "",
  ].join("\n"),
);

const { RULES } = (await import("../src/core/checks/rules/index.js")) as { RULES: readonly Rule[] };
await mkdir(at("docs/checks"), { recursive: true });
await writeFile(at("docs/checks/README.md"), tableOf(RULES));
for (const rule of RULES) {
  const fixture = (kind: string): Promise<string | undefined> =>
    readFile(at(`test/fixtures/checks/${rule.id}/${kind}.sol`), "utf8").catch(() => undefined);
  await writeFile(
    at(`docs/checks/${rule.id}.md`),
    pageOf(rule, { flagged: await fixture("flagged"), benign: await fixture("benign") }),
  );
}
