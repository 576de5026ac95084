import { gate } from "../../core/finding.js";
import { authorityStage } from "./authority.js";
import type { RerunStage } from "./stages.js";

/** The stages that a review runs again, in the order of the line. One that is not wired yet can't pass. */
export const RERUN_STAGES: readonly RerunStage[] = [
  authorityStage,
  notWired("layout"),
  notWired("checks"),
  notWired("rehearsal"),
];

function notWired(stage: string): RerunStage {
  const notRun = [{ check: stage, reason: "this version of the review does not run it again" }];
  return { stage, needsChain: true, run: async () => gate(stage, [], notRun) };
}
