import { defineIncident } from "../../support/incident.js";
import { rehearseVariant } from "../../rehearsal/support/rehearse-variant.js";

export default defineIncident({
  id: "bzx-2020",
  what: "A transfer kept both balances in memory and wrote the receiver's last. Whoever sent to himself doubled what he had.",
  stage: "rehearse",
  rule: "rehearsal/probe/new-selectors",
  severity: "critical",
  run: (variant) =>
    rehearseVariant("bzx-2020", variant, {
      initialize: (owner) => [owner],
      live: async (world, subject) => {
        await world.send(subject, "V1", "deposit", [1_000n], 11);
      },
    }),
});
