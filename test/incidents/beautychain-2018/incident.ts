import { defineIncident } from "../../support/incident.js";
import { rehearseVariant } from "../../rehearsal/support/rehearse-variant.js";

export default defineIncident({
  id: "beautychain-2018",
  what: "A new transfer to many multiplied the amount by their number without a look at overflow. Two halves of everything cost the sender nothing.",
  stage: "rehearse",
  rule: "rehearsal/probe/stranger-takes",
  severity: "critical",
  run: (variant) =>
    rehearseVariant("beautychain-2018", variant, {
      initialize: (owner) => [owner],
    }),
});
