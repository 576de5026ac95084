import { createRequire } from "node:module";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import type { UpgradeDefinition } from "../../src/plan.js";
import { caughtSchema, stoppedAt } from "../fixtures/venue/caught.js";
import { materialise } from "../fixtures/venue/materialise.js";
import { VARIANTS } from "../fixtures/venue/variants.js";

const require = createRequire(import.meta.url);

interface Compiler {
  compile(input: string, callbacks: { import(path: string): { contents: string } | { error: string } }): string;
}

interface Output {
  errors?: { severity: string; formattedMessage: string }[];
}

/** Type-checks the variant's contracts without generating code. */
async function errorsOf(contracts: string): Promise<string[]> {
  const names = (await readdir(contracts, { recursive: true })).filter((name) => name.endsWith(".sol"));
  const { readFileSync } = await import("node:fs");
  const sources: Record<string, { content: string }> = {};
  for (const name of names) sources[`contracts/${name}`] = { content: await readFile(join(contracts, name), "utf8") };
  const input = { language: "Solidity", sources, settings: { evmVersion: "cancun", outputSelection: { "*": { "*": ["abi"] } } } };
  const solc = require("solc-0.8.28") as Compiler;
  const output = JSON.parse(
    solc.compile(JSON.stringify(input), { import: (path) => ({ contents: readFileSync(require.resolve(path), "utf8") }) }),
  ) as Output;
  return (output.errors ?? []).filter(({ severity }) => severity === "error").map(({ formattedMessage }) => formattedMessage);
}

describe("Broken variants of the venue's upgrades", () => {
  it("has an id of its own for each, and covers every upgrade", () => {
    expect(new Set(VARIANTS.map(({ id }) => id)).size).to.equal(VARIANTS.length);
    expect([...new Set(VARIANTS.map(({ upgrade }) => upgrade))]).to.have.length(4);
    for (const { id, edits, planEdits } of VARIANTS) expect(edits.length + (planEdits ?? []).length, id).to.be.greaterThan(0);
  });

  it("was stopped by the stage that must stop it, while every good upgrade passed (`npm run variants` records it)", async () => {
    const record = caughtSchema.parse(JSON.parse(await readFile(new URL("../fixtures/venue/caught.json", import.meta.url), "utf8")));
    const upgrades = [...new Set(VARIANTS.map(({ upgrade }) => upgrade))];
    expect(Object.keys(record).sort()).to.deep.equal([...upgrades, ...VARIANTS.map(({ id }) => id)].sort());
    for (const upgrade of upgrades) expect(stoppedAt(record[upgrade]), upgrade).to.equal(undefined);
    for (const { id, caughtBy } of VARIANTS) expect(stoppedAt(record[id]), id).to.equal(caughtBy);
  });

  for (const { id } of VARIANTS) {
    it(`${id} still fits the good upgrade, type-checks, and has a plan that loads`, async function () {
      this.timeout(60_000);
      const variant = await materialise(id);
      if (variant.edits.length > 0) expect(await errorsOf(variant.contracts)).to.deep.equal([]);
      const { default: plan } = (await import(pathToFileURL(variant.plan).href)) as { default: UpgradeDefinition };
      expect(plan.changes.length).to.be.greaterThan(0);
      const byPath = plan.changes.every(({ contract }) => contract.startsWith(`cache/venue-variants/${id}/`));
      expect(byPath).to.equal(variant.edits.length > 0);
    });
  }
});
