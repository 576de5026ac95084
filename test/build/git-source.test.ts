import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { buildAtRef } from "../../src/build/git-source.js";
import type { BuiltContract } from "../../src/core/solc.js";
import { validatePair } from "../../src/stages/validate.js";
import { compileSources } from "../support/solc.js";

const path = createRequire(import.meta.url).resolve("solc-0.8.28/soljson.js");

describe("the old source from a commit", function () {
  this.timeout(60_000);
  const root = mkdtempSync(join(tmpdir(), "drydock-ref-"));
  const git = (...args: string[]) => execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...args], { cwd: root, stdio: "pipe" });
  const write = (name: string, source: string) => writeFileSync(join(root, "contracts", name), `// SPDX-License-Identifier: MIT\npragma solidity 0.8.28;\n${source}\n`);
  const project = { root, compilers: [{ version: "0.8.28", path }], cacheFolder: join(root, "cache") };
  let today: BuiltContract;

  before(() => {
    mkdirSync(join(root, "contracts"));
    git("init", "-q");
    write("Base.sol", "abstract contract Base { uint256 a; }");
    write("C.sol", 'import {Base} from "./Base.sol";\ncontract C is Base { uint256 c; }');
    git("add", ".");
    git("commit", "-qm", "one");
    git("tag", "v1");
    const source = "// SPDX-License-Identifier: MIT\npragma solidity 0.8.28;\ncontract C { uint256 n; uint256 a; uint256 c; }\n";
    writeFileSync(join(root, "contracts", "C.sol"), source);
    today = { solcVersion: "0.8.28+commit.7893614a", ...compileSources({ "project/contracts/C.sol": source }), file: "project/contracts/C.sol", name: "C" };
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  it("compiles the contract as it stood then, with what it imported then", async () => {
    const old = await buildAtRef(today, "v1", project);
    expect(Object.keys(old.input.sources).sort()).to.deep.equal(["project/contracts/Base.sol", "project/contracts/C.sol"]);
    const { verdict, changes } = await validatePair(old, today, { secondOpinion: false });
    expect(verdict).to.equal("blocked");
    expect(changes.find(({ label }) => label === "c")).to.deep.include({ fate: "moved" });
    expect(changes.find(({ label }) => label === "c")?.where).to.deep.include({ file: "contracts/C.sol", line: 3 });
    expect((await validatePair(old, old, { secondOpinion: false })).verdict).to.equal("pass");
  });

  for (const [ref, what] of [["nowhere", "an unknown commit"], ["--output=x", "an option in place of a commit"]] as const) {
    it(`refuses ${what} in one sentence`, async () => {
      const error = await buildAtRef(today, ref, project).then(() => undefined, (thrown: Error) => thrown);
      expect(error?.message).to.match(/^DD203: contracts\/C.sol|^DD203: project/);
    });
  }
});
