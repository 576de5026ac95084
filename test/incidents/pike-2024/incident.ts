import { defineIncident } from "../../support/incident.js";

export default defineIncident({
  id: "pike-2024",
  what: "A pause base was inserted before the old bases. `initialized` moved to a slot that reads false, so that anyone could initialize the live proxy again and become its owner.",
  stage: "validate",
  rule: "U1",
  severity: "critical",
});
