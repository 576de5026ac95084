import { defineIncident } from "../../support/incident.js";
import { rehearseVariant } from "../../rehearsal/support/rehearse-variant.js";

export default defineIncident({
  id: "pause-lost",
  what: "An upgrade rewrote a transfer and left the pause out. The guardians' stop button stopped nothing.",
  stage: "rehearse",
  rule: "rehearsal/switches",
  severity: "critical",
  run: (variant) =>
    rehearseVariant("pause-lost", variant, {
      initialize: (owner) => [owner],
      live: async (world, subject) => {
        await world.send(subject, "V1", "deposit", [1_000n], 11);
      },
      expectations: { differences: [{ scenario: "accounts", where: "subject.transfer*0x0000000000000000000000000000000000000000*", reason: "nothing goes to nobody any more" }] },
    }),
});
