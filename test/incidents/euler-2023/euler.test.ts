import { expect } from "chai";
import { fileURLToPath } from "node:url";
import { checkIncident } from "../../support/check-incident.js";

const folder = fileURLToPath(new URL(".", import.meta.url));

describe("incident euler-2023", function () {
  this.timeout(60_000);

  it("is blocked by the check stage: the new function lacks the liquidity check of its siblings", async () => {
    const { verdict, findings } = await checkIncident(folder, "Market", "V2");
    const lacking = findings.filter(({ rule }) => rule === "P8");
    expect(lacking.map(({ where }) => where.function)).to.deep.equal(["donateToReserves(uint256,uint256)"]);
    expect(verdict).to.equal("blocked");
  });

  it("passes when the new function checks liquidity too", async () => {
    const { verdict, findings } = await checkIncident(folder, "Market", "Benign");
    expect(findings.filter(({ rule }) => rule === "P8")).to.deep.equal([]);
    expect(verdict).to.equal("pass");
  });
});
