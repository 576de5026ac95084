import { expect } from "chai";
import { reviewOf } from "../../support/review-incident.js";

/**
 * February 2025: three signers of Bybit's cold wallet signed what looked like a transfer of nothing. It was a delegatecall
 * (operation 1) into code that wrote a new singleton into the Safe's slot 0. `attack.json` is that transaction; in
 * `twin.json` the same calldata is a plain call to a token.
 */
describe("bybit-2025, blocked by review", () => {
  it("review/delegatecall is critical for the transaction that replaced the singleton", async () => {
    const { verdict, findings } = await reviewOf("bybit-2025", "attack.json");
    expect(verdict).to.equal("blocked");
    expect(findings.filter(({ severity }) => severity === "critical").map(({ rule }) => rule)).to.deep.equal(["review/delegatecall"]);
  });

  it("lets the benign twin pass", async () => {
    expect((await reviewOf("bybit-2025", "twin.json")).verdict).to.equal("pass");
  });
});
