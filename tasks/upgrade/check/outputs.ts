import type { FindingKey } from "../../../src/core/checks/baseline.js";
import { blocks, type Gate, type Policy } from "../../../src/core/finding.js";
import type { Baseline } from "../../../src/core/schema/check-baseline.js";
import { writeBaseline, type Acceptance } from "../../../src/stages/check-baseline.js";
import { fromHere } from "../shared/arguments.js";
import { readBaseline } from "../shared/context.js";
import { writable } from "../shared/write-output.js";

/** What a run knows when it is asked to accept its own findings. */
interface Present {
  /** The baseline that this run was judged under. */
  baseline: Baseline | undefined;
  /** ISO date. */
  today: string;
  findings: readonly Gate["findings"][number][];
  acceptable: readonly FindingKey[];
  policy: Policy;
}

/**
 * Accepts what blocks now in the baseline `file`, beside what it accepts already; a new file starts from the baseline in
 * use. The verdict of this run stays what it is: it was reached under the baseline as it stood.
 *
 * @throws DrydockError BASELINE_MALFORMED, ARGUMENT if the file can't be written.
 */
export async function acceptPresent(file: string, { baseline, today, findings, acceptable, policy }: Present, acceptance: Acceptance) {
  const path = fromHere(file);
  const start = (await readBaseline(path)) ?? baseline;
  const { accepted, expires } = await writable("check", `the baseline ${path}`, () => writeBaseline(path, start, acceptable, acceptance, today));
  const rules = new Set(acceptable.map(({ rule }) => rule));
  const left = [...new Set(findings.filter((finding) => blocks(finding, policy) && !rules.has(finding.rule)).map(({ rule }) => rule))];
  return {
    answer: { path, accepted, expires, left },
    text: [
      accepted === 0 ? `${path} is left as it is: nothing that blocks can be accepted` : `${path}: ${accepted} accepted until ${expires}; they count no more from the next run on`,
      left.length === 0 ? "" : `can't be accepted, and goes on blocking: ${left.join(", ")}`,
    ]
      .filter((line) => line !== "")
      .join("\n"),
  };
}
