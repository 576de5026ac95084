import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { VerbResult } from "../../src/report/run-verb.js";
import { runReview } from "../../src/review/command.js";

/** `review --safe-tx FILE --offline` of a document in an incident's folder, without a trust file. */
export function reviewOf(incident: string, file: string): Promise<VerbResult> {
  const folder = fileURLToPath(new URL(`../incidents/${incident}`, import.meta.url));
  return runReview({ safeTx: join(folder, file) }, { root: folder, trustFile: join(folder, "trust.json") });
}
