import { defineIncident } from "../../support/incident.js";
import { rehearseVariant } from "../../rehearsal/support/rehearse-variant.js";

export default defineIncident({
  id: "furucombo-2021",
  what: "A proxy that runs handlers by DELEGATECALL could be made to run an attacker's code, because not every way in asked the registry. It acted in the name of all who had approved it.",
  stage: "rehearse",
  rule: "rehearsal/probe/privilege",
  severity: "critical",
  run: (variant) =>
    rehearseVariant("furucombo-2021", variant, {
      initialize: (owner) => [owner],
    }),
});
