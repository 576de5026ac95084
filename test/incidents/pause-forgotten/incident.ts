import { defineIncident } from "../../support/incident.js";
import { rehearseVariant } from "../../rehearsal/support/rehearse-variant.js";

export default defineIncident({
  id: "pause-forgotten",
  what: "A function that an upgrade added did not ask for the pause. While everything else stood still, balances moved on through it.",
  stage: "rehearse",
  rule: "rehearsal/switches",
  severity: "critical",
  run: (variant) =>
    rehearseVariant("pause-forgotten", variant, {
      initialize: (owner) => [owner],
      live: async (world, subject) => {
        await world.send(subject, "V1", "deposit", [1_000n], 11);
      },
    }),
});
