import { expect } from "chai";
import { LAYOUT_PAIRS, validateLayoutPair } from "../../support/layout-pairs.js";

describe("layout pairs with known truth", function () {
  // The first pair of each compiler version loads that compiler.
  this.timeout(60_000);

  it("holds at least thirty bad and thirty good pairs with distinct ids", () => {
    expect(LAYOUT_PAIRS.filter(({ truth }) => truth === "bad").length).to.be.at.least(30);
    expect(LAYOUT_PAIRS.filter(({ truth }) => truth === "good").length).to.be.at.least(30);
    expect(new Set(LAYOUT_PAIRS.map(({ id }) => id)).size).to.equal(LAYOUT_PAIRS.length);
  });

  for (const pair of LAYOUT_PAIRS) {
    it(`${pair.truth}: ${pair.id}`, async () => {
      const { verdict, changes, findings } = await validateLayoutPair(pair, false);
      const seen = changes.map(({ fate, label, severity, reason }) => `${fate} ${label} ${severity}: ${reason}`).join("\n");
      expect(verdict, seen).to.equal(pair.truth === "bad" ? "blocked" : "pass");
      for (const [label, fate] of Object.entries(pair.fates ?? {})) {
        expect(changes.filter((change) => change.label === label).map((change) => change.fate), `${label} in\n${seen}`).to.include(fate);
      }
      for (const rule of pair.rules ?? []) expect(findings.map((finding) => finding.rule)).to.include(rule);
    });
  }
});
