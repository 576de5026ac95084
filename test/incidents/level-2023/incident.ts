import { defineIncident } from "../../support/incident.js";
import { rehearseVariant } from "../../rehearsal/support/rehearse-variant.js";

export default defineIncident({
  id: "level-2023",
  what: "A new function claimed for a list of epochs, and counted an epoch as often as the list named it. Repeating one epoch emptied the referral rewards.",
  stage: "rehearse",
  rule: "rehearsal/probe/new-selectors",
  severity: "critical",
  run: (variant) =>
    rehearseVariant("level-2023", variant, {
      initialize: (owner) => [owner],
      live: async (world, subject) => {
        await world.send(subject, "V1", "trade", [7n, 10_000n], 11);
      },
    }),
});
