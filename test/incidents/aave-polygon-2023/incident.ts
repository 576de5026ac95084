import { defineIncident } from "../../support/incident.js";
import { rehearseVariant } from "../../rehearsal/support/rehearse-variant.js";

export default defineIncident({
  id: "aave-polygon-2023",
  what: "An upgrade asked the assets' interest models by a signature that those on this chain did not have. Every deposit and withdrawal of four assets reverted for a week.",
  stage: "rehearse",
  rule: "rehearsal/accounts",
  severity: "critical",
  run: (variant) =>
    rehearseVariant("aave-polygon-2023", variant, {
      initialize: (owner) => [owner],
      live: async (world, subject) => {
        for (const [account, amount] of [[11, 1_000n], [12, 500n]] as const) await world.send(subject, "V1", "deposit", [amount], account);
      },
    }),
});
