import type { Gate } from "../../core/finding.js";
import type { ReviewContext } from "./context.js";
import type { Rebuilt } from "./rebuild.js";

/** A stage that the review runs again by itself. Its gate counts; what the bundle says about it does not. */
export interface RerunStage {
  stage: string;
  /** Offline stages count in every scope, the others in full scope only. */
  needsChain: boolean;
  run(context: ReviewContext, rebuilt: readonly Rebuilt[]): Promise<Gate>;
}
