import { expect } from "chai";
import { fileURLToPath } from "node:url";
import { checkIncident } from "../../support/check-incident.js";

const folder = fileURLToPath(new URL(".", import.meta.url));

describe("incident wormhole-2022", function () {
  this.timeout(60_000);

  it("is blocked by the check stage: anyone can initialize the bare implementation and delegatecall from it", async () => {
    const { verdict, findings } = await checkIncident(folder, "Core", "V2");
    const open = findings.find(({ rule }) => rule === "I2");
    expect(open).to.include({ severity: "high", confidence: "high" });
    expect(verdict).to.equal("blocked");
  });

  it("has no finding about initialization when the constructor locks the implementation", async () => {
    const { findings } = await checkIncident(folder, "Core", "Benign");
    expect(findings.filter(({ rule }) => rule.startsWith("I") || rule === "P5")).to.deep.equal([]);
  });
});
