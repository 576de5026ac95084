import { defineIncident } from "../../support/incident.js";
import { rehearseVariant } from "../../rehearsal/support/rehearse-variant.js";

export default defineIncident({
  id: "claim-again",
  what: "A new way to claim paid out and did not note it: the same reward was paid again and again.",
  stage: "rehearse",
  rule: "rehearsal/probe/new-selectors",
  severity: "critical",
  run: (variant) =>
    rehearseVariant("claim-again", variant, {
      initialize: (owner) => [owner],
      live: async (world, subject) => {
        await world.send(subject, "V1", "trade", [9_000n], 11);
      },
    }),
});
