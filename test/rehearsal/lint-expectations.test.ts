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
    'import{FEED}from"./config.js";',
    'import type { Plan } from "./plan.js";',
    'import plan from "./plan.json" with { type: "json" };',
    'import * as everything from "./plan";',
    'export*from"./plan.js";',
    'export { default as plan } from "../0001/plan.ts";',
    'const site = "http://x"; const plan = await import("./plan.js");',
    'const plan = await import /* not here */ ("./plan.js");',
    "const plan = `${(await import('./plan.js')).default.title}`;",
    'import plan from "./pl\\u0061n.js";',
    'import plan = require("./plan");',
    'const load = (0, eval)("req" + "uire");',
    'const load = [].at.constructor("return this")();',
    'const load = [].at["constructor"]("return this")();',
    'const file = import.meta.dirname;',
    'const a = /"/; const plan = await import("./plan.js"); const b = /"/;',
    'import { defineExpectations as d } from "./lib/src/expectations.js";',
    'const n = 1; if (n) /"/.test("x"); const plan = await import("./plan.js"); if (n) /"/.test("x");',
    'const \\u0070rocess = 1;',
    'const load = []["constr" + "uctor"]("return this")();',
    'const load = []["constructor"];',
    'const key = "x"; const load = [].at[key];',
    'const load = ([].at)?.["con" + "structor"];',
    'const { ["constr" + "uctor"]: load } = [].at;',
    'const load = [].at[`constr${"uctor"}`];',
    'const load = Object.getPrototypeOf(async () => 1);',
    'const plan = await import("./pl" + "an.js");',
    'const plan = await import(`./plan.js`);',
    'import { JsonRpcProvider } from "ethers";',
    'import { createPublicClient } from "viem";',
  ]) {
    it(`refuses ${source}`, () => {
      expect(() => lintExpectations("e.ts", allowed + source))
        .to.throw(DrydockError)
        .with.property("code", ERRORS.EXPECTATIONS_IMPORT.code);
    });
  }

  it("lets data pass, and helpers for writing values", () => {
    lintExpectations("e.ts", `${allowed}import { parseEther } from "ethers";\n// import plan from elsewhere is refused\nexport default defineExpectations({});`);
    lintExpectations("e.ts", `${allowed}/* import "./plan.js" */ const half = 10n ** 18n / 2n; const s = "see import('./plan.js') // there"; const t = \`\${half} {}\`;`);
    lintExpectations("e.ts", `${allowed}export default defineExpectations({ events: [{ contract: "from", event: "import(address)" }], storage: [{ contract: "a", name: "process", after: "1" }] });`);
    lintExpectations("e.ts", `${allowed}const names: readonly [string, bigint][] = [["a", 1n]];\nconst ids: string[] = ["1", "2"];\nconst first = ids[0];\nfor (const [name, value] of names) void name;\nexport default defineExpectations({ storage: names.map(([name, after]) => ({ contract: "a", name, after: String(after) })) });`);
    for (const upgrade of ["0001-new-product", "0002-pricing-model", "0003-compliance", "0004-risk-standard"]) {
      const path = `upgrades/${upgrade}/expectations.ts`;
      lintExpectations(path, readFileSync(path, "utf8"));
    }
  });
});
