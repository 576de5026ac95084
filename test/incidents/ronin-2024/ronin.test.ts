import { expect } from "chai";
import { fileURLToPath } from "node:url";
import { checkIncident } from "../../support/check-incident.js";

const folder = fileURLToPath(new URL(".", import.meta.url));

describe("incident ronin-2024", function () {
  this.timeout(60_000);

  it("is blocked by the check stage: of two new reinitializers the upgrade calls one", async () => {
    const { verdict, findings } = await checkIncident(folder, "Bridge", "V2", { signature: "initializeV4(address)" });
    expect(findings.map(({ rule }) => rule)).to.include.members(["I9", "I11"]);
    expect(verdict).to.equal("blocked");
  });

  it("passes when one reinitializer does everything and the upgrade calls it", async () => {
    const call = { signature: "initializeV3(address,address)" };
    const { verdict, findings } = await checkIncident(folder, "Bridge", "Benign", call);
    expect(findings).to.deep.equal([]);
    expect(verdict).to.equal("pass");
  });
});
