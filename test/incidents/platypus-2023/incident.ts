import { defineIncident } from "../../support/incident.js";
import { rehearseVariant } from "../../rehearsal/support/rehearse-variant.js";

export default defineIncident({
  id: "platypus-2023",
  what: "An emergency exit asked whether the account was solvent before it paid out, and not afterwards. The stake went, the debt stayed.",
  stage: "rehearse",
  rule: "rehearsal/probe/new-selectors",
  severity: "critical",
  run: (variant) =>
    rehearseVariant("platypus-2023", variant, {
      initialize: (owner) => [owner],
      live: async (world, subject) => {
        const token = await world.ask(subject, "V1", "token");
        await world.send(token, "Token", "mint", [world.session.wallet(11).address, 5_000n], 11);
        await world.send(token, "Token", "approve", [subject, 1_000n], 11);
        await world.send(subject, "V1", "deposit", [1_000n, world.session.wallet(11).address], 11);
        await world.send(subject, "V1", "borrow", [600n], 11);
      },
    }),
});
