import { expect } from "chai";
import { fileURLToPath } from "node:url";
import { checkIncident } from "../../support/check-incident.js";

const folder = fileURLToPath(new URL(".", import.meta.url));

describe("incident safemoon-2023", function () {
  this.timeout(60_000);

  it("is blocked by the check stage: the owner check of burn is gone", async () => {
    const { verdict, findings } = await checkIncident(folder, "Token", "V2");
    const lost = findings.find(({ rule, where }) => rule === "P8" && where.function === "burn(address,uint256)");
    expect(lost).to.include({ severity: "high", confidence: "high" });
    expect(verdict).to.equal("blocked");
  });

  it("passes when the check is written another way and a function for the own balance is added", async () => {
    const { verdict, findings } = await checkIncident(folder, "Token", "Benign");
    expect(findings).to.deep.equal([]);
    expect(verdict).to.equal("pass");
  });
});
