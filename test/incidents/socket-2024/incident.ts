import { defineIncident } from "../../support/incident.js";
import { rehearseVariant } from "../../rehearsal/support/rehearse-variant.js";

export default defineIncident({
  id: "socket-2024",
  what: "A new route called the token with whatever the caller gave it, without asking what that was. It spent the allowances of everybody who had approved the router.",
  stage: "rehearse",
  rule: "rehearsal/probe/stranger-takes",
  severity: "critical",
  run: (variant) =>
    rehearseVariant("socket-2024", variant, {
      initialize: (owner) => [owner],
      live: async (world, subject) => {
        const token = await world.ask(subject, "V1", "token");
        await world.send(token, "Token", "mint", [world.session.wallet(11).address, 1_000n], 11);
        await world.send(token, "Token", "approve", [subject, 1_000n], 11);
        await world.send(subject, "V1", "route", [10n], 11);
      },
    }),
});
