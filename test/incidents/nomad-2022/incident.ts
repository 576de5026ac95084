import { id, ZeroHash } from "ethers";
import { defineIncident } from "../../support/incident.js";
import { rehearseVariant } from "../../rehearsal/support/rehearse-variant.js";

export default defineIncident({
  id: "nomad-2022",
  what: "An upgrade initialized the bridge with a zero trusted root. Zero is also the root of every message that was never proven, so that anybody could have any message processed.",
  stage: "rehearse",
  rule: "rehearsal/probe/guard-lost",
  severity: "critical",
  run: (variant) =>
    rehearseVariant("nomad-2022", variant, {
      initialize: (owner) => [owner, id("the first root")],
      upgrade: ["initializeV2", [variant === "v2" ? ZeroHash : id("the second root")]],
      expectations: {
        storage: [
          { contract: "subject", name: "InitializableStorage._initialized", after: "2" },
          { contract: "subject", name: "confirmAt[*", after: "1" },
        ],
        events: [{ contract: "subject", event: "Initialized(uint64)" }],
        differences: [{ scenario: "S0", where: "subject.confirmAt*", reason: "the new root is confirmed" }],
      },
    }),
});
