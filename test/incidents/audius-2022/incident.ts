import { defineIncident } from "../../support/incident.js";
import { rehearseVariant } from "../../rehearsal/support/rehearse-variant.js";

export default defineIncident({
  id: "audius-2022",
  what: "The flag that guards the initializer was read from where it had never been set. The live contracts could be initialized again, by anybody and with any guardian.",
  stage: "rehearse",
  rule: "rehearsal/probe/initializer",
  severity: "critical",
  run: (variant) =>
    rehearseVariant("audius-2022", variant, {
      initialize: (owner) => [owner, 4n],
    }),
});
