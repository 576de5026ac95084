import { defineIncident } from "../../support/incident.js";
import { rehearseVariant } from "../../rehearsal/support/rehearse-variant.js";

export default defineIncident({
  id: "kiloex-2025",
  what: "A forwarder called the exchange in the name of any account that the caller named, without a signature. Whoever wanted set the price, and traded against it.",
  stage: "rehearse",
  rule: "rehearsal/probe/stranger-takes",
  severity: "critical",
  run: (variant) =>
    rehearseVariant("kiloex-2025", variant, {
      initialize: (owner) => [owner],
    }),
});
