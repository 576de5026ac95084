import { defineIncident } from "../../support/incident.js";

export default defineIncident({
  id: "dydx-safety-2021",
  what: "Two variables became packed into one slot. The exchange rate read 0 on the live proxy, although every test on a fresh deployment passed; stakers could not withdraw.",
  stage: "validate",
  rule: "U1",
  severity: "high",
});
