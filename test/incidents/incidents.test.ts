import { expect } from "chai";
import { listIncidents, replay } from "../support/incident-runner.js";

describe("incidents through the real verbs", function () {
  this.timeout(600_000);

  it("blocks each upgrade that went wrong at its stage, and lets its benign twin pass", async () => {
    const { incidents } = await listIncidents();
    expect(incidents.map(({ id }) => id)).to.include.members(["pike-2024", "dydx-safety-2021"]);
    for (const incident of incidents) expect((await replay(incident)).failures, incident.id).to.deep.equal([]);
  });
});
