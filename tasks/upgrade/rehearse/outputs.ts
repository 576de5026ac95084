import type { Rehearsal, SelfTestResult } from "../../../src/core/schema/rehearsal.js";
import { rehearsalHtml } from "../../../src/report/rehearsal-html.js";
import { rehearsalJunit } from "../../../src/report/rehearsal-junit.js";
import { writeOutput } from "../shared/write-output.js";

/** Writes the renderings that were asked for, each beside its target and renamed. */
export async function writeOutputs(
  { junit, html }: { junit: string | undefined; html: string | undefined },
  report: Rehearsal,
  selfTest: readonly SelfTestResult[] | undefined,
): Promise<void> {
  if (junit !== undefined) await writeOutput("rehearse", "--junit", junit, rehearsalJunit(report, selfTest));
  if (html !== undefined) await writeOutput("rehearse", "--html", html, rehearsalHtml(report, selfTest));
}
