import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { planJobs, useNpmCompilers } from "../../src/build/npm-compilers.js";

/** A compiler that tells when somebody starts it. */
const STARTED = 'throw new Error("the compiler was started");\n';

describe("build/npm-compilers: planJobs", function () {
  this.timeout(60_000);
  let root: string;
  let hre: HardhatRuntimeEnvironment;

  before(async () => {
    root = await mkdtemp(join(tmpdir(), "drydock-plan-"));
    await mkdir(join(root, "contracts"));
    await writeFile(join(root, "package.json"), '{"type":"module"}\n');
    await writeFile(join(root, "contracts", "Answer.sol"), "// SPDX-License-Identifier: MIT\npragma solidity ^0.8.28;\ncontract Answer {}\n");
    await writeFile(join(root, "soljson.js"), STARTED);
    hre = await createHardhatRuntimeEnvironment({ solidity: { version: "0.8.28", path: join(root, "soljson.js") } }, {}, root);
    useNpmCompilers(hre);
  });
  after(() => rm(root, { recursive: true, force: true }));

  const jobs = () => hre.solidity.getCompilationJobs([join(root, "contracts", "Answer.sol")], { force: true, quiet: true });

  it("names the compiler and the whole input of a job without starting the compiler", async () => {
    const planned = await planJobs(jobs);
    if (!planned.success) throw new Error(planned.formattedReason);
    const [job] = planned.compilationJobsPerFile.values();
    expect(job?.solcConfig.version).to.equal("0.8.28");
    expect(Object.keys((await job?.getSolcInput())?.sources ?? {})).to.deep.equal(["project/contracts/Answer.sol"]);
  });

  it("leaves Hardhat's own compilations to Hardhat", async () => {
    const thrown = await jobs().then(
      () => "nothing",
      (error: Error) => error.message,
    );
    expect(thrown).to.contain("the compiler was started");
  });
});
