import { defineIncident } from "../../support/incident.js";
import { rehearseVariant } from "../../rehearsal/support/rehearse-variant.js";

export default defineIncident({
  id: "polygon-2021",
  what: "A transfer by signature asked neither who had signed nor what he had. A signature of zeros moved the whole reserve.",
  stage: "rehearse",
  rule: "rehearsal/probe/stranger-takes",
  severity: "critical",
  run: (variant) =>
    rehearseVariant("polygon-2021", variant, {
      initialize: (owner) => [owner],
    }),
});
