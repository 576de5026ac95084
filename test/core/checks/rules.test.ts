import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { RULES } from "../../../src/core/checks/registry.js";
import type { Finding } from "../../../src/core/finding.js";
import { checkFixture, FIXTURES } from "./fixture.js";

const OURS = new Set(["drydock", "solhint", "upgrades-core"]);

function render(findings: readonly Finding[]): string {
  return findings.map(({ rule, where, detail }) => `${rule} ${where.line} ${where.function}: ${detail}`).join("\n");
}

describe("rules", function () {
  // The first compilation loads the compiler.
  this.timeout(60_000);

  for (const rule of RULES.filter(({ source }) => OURS.has(source))) {
    describe(`${rule.id}: ${rule.title}`, () => {
      const folder = join(FIXTURES, rule.id);
      const files = existsSync(folder) ? readdirSync(folder) : [];

      it("has a fixture that it flags and a benign twin", () => {
        expect(files.some((file) => file.startsWith("flagged"))).to.equal(true);
        expect(files.some((file) => file.startsWith("benign"))).to.equal(true);
      });

      for (const file of files) {
        it(file.startsWith("flagged") ? `flags ${file}` : `leaves ${file} alone`, async () => {
          const { findings, notRun } = await checkFixture(join(folder, file));
          const own = findings.filter((finding) => finding.rule === rule.id);
          expect(notRun).to.deep.equal([]);
          if (file.startsWith("flagged")) expect(own, render(findings)).to.not.be.empty;
          else expect(own, render(own)).to.be.empty;
        });
      }
    });
  }

  it("are one file each, and the registry has them all", () => {
    const files = readdirSync(new URL("../../../src/core/checks/rules", import.meta.url));
    const ids = files.filter((file) => file !== "index.ts").map((file) => file.replace(/\.ts$/, ""));
    expect(RULES.map(({ id }) => id).sort()).to.deep.equal(ids.sort());
  });

  it("have a page in the docs", () => {
    for (const { id } of RULES) {
      const page = new URL(`../../../docs/checks/${id}.md`, import.meta.url);
      expect(existsSync(page), id).to.equal(true);
      expect(readFileSync(page, "utf8")).to.include(`# ${id}`);
    }
  });
});
