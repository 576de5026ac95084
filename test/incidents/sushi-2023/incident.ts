import { defineIncident } from "../../support/incident.js";
import { rehearseVariant } from "../../rehearsal/support/rehearse-variant.js";

export default defineIncident({
  id: "sushi-2023",
  what: "A new route processor believed the route as to whose tokens to take. Everybody who had approved it could be emptied by anybody.",
  stage: "rehearse",
  rule: "rehearsal/probe/stranger-takes",
  severity: "critical",
  run: (variant) =>
    rehearseVariant("sushi-2023", variant, {
      initialize: (owner) => [owner],
      live: async (world, subject) => {
        const token = await world.ask(subject, "V1", "token");
        await world.send(token, "Token", "mint", [world.session.wallet(11).address, 1_000n], 11);
        await world.send(token, "Token", "approve", [subject, 1_000n], 11);
        await world.send(subject, "V1", "route", [10n], 11);
      },
    }),
});
