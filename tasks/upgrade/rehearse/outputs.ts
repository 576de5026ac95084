import type { Rehearsal, SelfTestResult } from "../../../src/core/schema/rehearsal.js";
import { writeAtomically } from "../../../src/files/write-atomically.js";
import { rehearsalHtml } from "../../../src/report/rehearsal-html.js";
import { rehearsalJunit } from "../../../src/report/rehearsal-junit.js";
import { fromHere } from "../shared/arguments.js";

/** Writes the renderings that were asked for, each beside its target and renamed. */
export async function writeOutputs(
  { junit, html }: { junit: string | undefined; html: string | undefined },
  report: Rehearsal,
  selfTest: readonly SelfTestResult[] | undefined,
): Promise<void> {
  if (junit !== undefined) await writeAtomically(fromHere(junit), rehearsalJunit(report, selfTest));
  if (html !== undefined) await writeAtomically(fromHere(html), rehearsalHtml(report, selfTest));
}
