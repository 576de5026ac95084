import { defineIncident } from "../../support/incident.js";
import { rehearseVariant } from "../../rehearsal/support/rehearse-variant.js";

export default defineIncident({
  id: "deus-2023",
  what: "A new burnFrom read the allowance the wrong way round and wrote it the right way. Whoever approved a victim was then allowed to spend what the victim had.",
  stage: "rehearse",
  rule: "rehearsal/probe/sequence",
  severity: "critical",
  run: (variant) =>
    rehearseVariant("deus-2023", variant, {
      initialize: (owner) => [owner],
    }),
});
