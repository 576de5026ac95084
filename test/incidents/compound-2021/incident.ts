import { defineIncident } from "../../support/incident.js";
import { rehearseVariant } from "../../rehearsal/support/rehearse-variant.js";

export default defineIncident({
  id: "compound-2021",
  what: "An upgrade of the reward accounting compared with > where >= was meant. Who had supplied before rewards began was paid from index zero, some eighty million dollars in all.",
  stage: "rehearse",
  rule: "rehearsal/accounts",
  severity: "high",
  run: (variant) =>
    rehearseVariant("compound-2021", variant, {
      initialize: (owner) => [owner],
      live: async (world, subject) => {
        for (const [account, amount] of [[11, 1_000n], [12, 500n]] as const) await world.send(subject, "V1", "supply", [amount], account);
        await world.send(subject, "V1", "begin", [], 11);
      },
    }),
});
