import { defineIncident } from "../../support/incident.js";
import { rehearseVariant } from "../../rehearsal/support/rehearse-variant.js";

export default defineIncident({
  id: "blocklist-lost",
  what: "An upgrade lost the check that a frozen account can't send.",
  stage: "rehearse",
  rule: "rehearsal/switches",
  severity: "critical",
  run: (variant) =>
    rehearseVariant("blocklist-lost", variant, {
      initialize: (owner) => [owner],
      live: async (world, subject) => {
        await world.send(subject, "V1", "deposit", [1_000n], 11);
      },
    }),
});
