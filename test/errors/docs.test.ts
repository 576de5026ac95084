import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { errorPage } from "../../scripts/docs/error-page.js";
import { ERRORS, type ErrorDescriptor } from "../../src/errors/catalogue.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const CATALOGUE: readonly (readonly [string, ErrorDescriptor])[] = Object.entries(ERRORS);

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && entry.name !== "catalogue.ts")
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
}

describe("the error catalogue", () => {
  it("is what docs/errors.md says", () => {
    const page = readFileSync(join(ROOT, "docs/errors.md"), "utf8");
    expect(page, "out of date: node --import tsx scripts/generate-error-docs.ts").to.equal(errorPage());
  });

  it("gives each error a code of its own", () => {
    const codes = CATALOGUE.map(([, { code }]) => code);
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).to.deep.equal([]);
    for (const code of codes) expect(code).to.match(/^DD[1-9]\d\d$/);
  });

  it("holds no error that nothing throws", () => {
    const code = [...sources("src"), ...sources("tasks")].join("\n");
    const unused = CATALOGUE.filter(([name]) => !new RegExp(String.raw`\bERRORS\.${name}\b`).test(code)).map(([name]) => name);
    expect(unused).to.deep.equal([]);
  });

  it("advises only options that some verb has", () => {
    const definitions = [...sources("tasks"), ...sources("src/review")].join("\n");
    const missing = CATALOGUE.flatMap(([name, { remedy }]) =>
      [...remedy.replace(/npm install[^`]*/g, "").matchAll(/--([a-z][a-z-]*)/g)]
        .map(([, option]) => option ?? "")
        .filter((option) => !["help", "network"].includes(option) && !definitions.includes(`"${camel(option)}"`) && !definitions.includes(`${camel(option)}:`))
        .map((option) => `${name}: --${option}`),
    );
    expect(missing).to.deep.equal([]);
  });
});

function camel(option: string): string {
  return option.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
