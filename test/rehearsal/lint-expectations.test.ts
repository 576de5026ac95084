import { readFileSync } from "node:fs";
import { expect } from "chai";
import { DrydockError, ERRORS } from "../../src/errors/drydock-error.js";
import { lintExpectations } from "../../src/rehearsal/expectations/lint.js";

describe("lintExpectations", () => {
  const allowed = 'import { defineExpectations } from "hardhat-drydock/expectations";\n';

  for (const source of [
    'import plan from "./plan.js";',
    'import { FEED } from "../config.js";',
    'export { default } from "./plan.ts";',
    'import "./plan.js";',
    'const plan = await import("./plan.js");',
    'const { FEED } = require("../config");',
    "const feed = process.env.FEED;",
  ]) {
    it(`refuses ${source}`, () => {
      expect(() => lintExpectations("e.ts", allowed + source))
        .to.throw(DrydockError)
        .with.property("code", ERRORS.EXPECTATIONS_IMPORT.code);
    });
  }

  it("lets data pass, and helpers for writing values", () => {
    lintExpectations("e.ts", `${allowed}import { parseEther } from "ethers";\n// import plan from elsewhere is refused\nexport default defineExpectations({});`);
    for (const upgrade of ["0001-new-product", "0002-pricing-model", "0003-compliance", "0004-risk-standard"]) {
      const path = `upgrades/${upgrade}/expectations.ts`;
      lintExpectations(path, readFileSync(path, "utf8"));
    }
  });
});
