import { expect } from "chai";
import { listIncidents, replay } from "../support/incident-runner.js";

const { incidents } = await listIncidents();

describe("incidents through the real verbs", function () {
  this.timeout(300_000);

  it("are all there", () => {
    expect(incidents.map(({ id }) => id)).to.include.members(["pike-2024", "dydx-safety-2021", "nomad-2022", "euler-2023", "compound-ceth-2022", "aevo-ribbon-2025"]);
  });

  for (const incident of incidents) {
    it(`blocks ${incident.id} in ${incident.stage} by ${incident.rule}, and lets its benign twin pass`, async () => {
      expect((await replay(incident, { opinions: false })).failures).to.deep.equal([]);
    });
  }
});
