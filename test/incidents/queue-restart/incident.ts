import { defineIncident } from "../../support/incident.js";
import { rehearseVariant } from "../../rehearsal/support/rehearse-variant.js";

export default defineIncident({
  id: "queue-restart",
  what: "A new way into the queue counted from zero again, and wrote over what was waiting there.",
  stage: "rehearse",
  rule: "rehearsal/probe/stranger-takes",
  severity: "critical",
  run: (variant) =>
    rehearseVariant("queue-restart", variant, {
      initialize: (owner) => [owner],
      live: async (world, subject) => {
        for (const wallet of [11, 12]) {
          await world.send(subject, "V1", "deposit", [5_000n], wallet);
          await world.send(subject, "V1", "request", [1_000n], wallet);
        }
      },
    }),
});
