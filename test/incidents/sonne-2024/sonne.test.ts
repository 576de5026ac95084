import { expect } from "chai";
import { reviewOf } from "../../support/review-incident.js";

/**
 * May 2024: Sonne Finance scheduled the opening of a market and its collateral factor as operations of their own, in a
 * timelock that anybody could execute. The attacker executed the two that hurt, and the market was open while empty.
 * `attack.json` schedules two operations side by side; in `twin.json` the second waits for the first.
 */
describe("sonne-2024, blocked by review", () => {
  it("review/unlinked-operations blocks operations that may run in any order", async () => {
    const { verdict, findings } = await reviewOf("sonne-2024", "attack.json");
    expect(verdict).to.equal("blocked");
    expect(findings.map(({ rule }) => rule)).to.deep.equal(["review/unlinked-operations"]);
  });

  it("lets the benign twin pass", async () => {
    const { verdict, findings } = await reviewOf("sonne-2024", "twin.json");
    expect(findings.map(({ rule }) => rule)).to.deep.equal([]);
    expect(verdict).to.equal("pass");
  });
});
