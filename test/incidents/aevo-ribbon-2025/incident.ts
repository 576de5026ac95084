import { defineIncident } from "../../support/incident.js";
import { rehearseVariant } from "../../rehearsal/support/rehearse-variant.js";

export default defineIncident({
  id: "aevo-ribbon-2025",
  what: "An upgrade of the price source mixed 18 and 8 decimals. Existing assets were priced ten orders of magnitude too low, and options settled at those prices.",
  stage: "rehearse",
  rule: "rehearsal/getter",
  severity: "high",
  run: (variant) => rehearseVariant("aevo-ribbon-2025", variant, { initialize: (owner) => [owner] }),
});
