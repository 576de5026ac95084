import { visible } from "../core/visible.js";

/** One stage of the proposer's beside the reviewer's own, as a sentence. */
export function claimText(stage: string, claimed: string, recomputed: string): string {
  const said = claimed === "no result" ? "the bundle brings no result of the proposer's" : `the proposer says ${visible(claimed)}`;
  return `${visible(stage)}: ${said}; ${recomputed === "not rerun here" ? recomputed : `here it came to ${recomputed}`}`;
}
