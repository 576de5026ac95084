import { defineIncident } from "../../support/incident.js";
import { rehearseVariant } from "../../rehearsal/support/rehearse-variant.js";

export default defineIncident({
  id: "compound-ceth-2022",
  what: "The new price oracle asked every market for its underlying token. The ether market has none: its price reverted, and the market stood still for a week.",
  stage: "rehearse",
  rule: "rehearsal/getter",
  severity: "high",
  run: (variant) => rehearseVariant("compound-ceth-2022", variant, { initialize: (owner) => [owner] }),
});
