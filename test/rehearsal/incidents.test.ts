import { expect } from "chai";
import { SEVERITIES } from "../../src/core/finding.js";
import aevo from "../incidents/aevo-ribbon-2025/incident.js";
import compound from "../incidents/compound-ceth-2022/incident.js";
import euler from "../incidents/euler-2023/incident.js";
import nomad from "../incidents/nomad-2022/incident.js";
import type { IncidentProject } from "../support/incident.js";

/** These incidents need no Hardhat project of their own. */
const NO_PROJECT: IncidentProject = { folder: "", verb: () => Promise.reject(new Error("no project")) };

describe("incidents that the rehearsal stops", function () {
  this.timeout(240_000);

  for (const { id, rule, severity, run } of [nomad, euler, compound, aevo]) {
    it(`blocks ${id} by ${rule}, and lets its benign twin pass`, async () => {
      const bad = await run!("v2", NO_PROJECT);
      expect(bad.verdict).to.equal("blocked");
      const found = bad.findings.find((finding) => finding.rule === rule);
      expect(SEVERITIES.indexOf(found?.severity ?? "info"), JSON.stringify(bad.findings)).to.be.at.most(SEVERITIES.indexOf(severity));
      const twin = await run!("twin", NO_PROJECT);
      expect(twin.verdict, JSON.stringify(twin.findings)).to.equal("pass");
    });
  }
});
