export { runVerb, type VerbResult } from "../../../src/report/run-verb.js";
