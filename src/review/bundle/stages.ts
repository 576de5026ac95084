import type { Finding, Gate } from "../../core/finding.js";
import type { Rehearsal } from "../../core/schema/rehearsal.js";
import type { ValidateLiveParts } from "../../core/schema/validate.js";
import type { ResolvedPlan } from "../../stages/resolve.js";
import type { ReviewContext } from "./context.js";
import type { Rebuilt } from "./rebuild.js";

/** What a stage is run on: the bundle's plan, with everything that it rests on made anew. */
export interface RerunInput {
  context: ReviewContext;
  rebuilt: readonly Rebuilt[];
  /** The plan against the live chain; absent offline, or when something in it could not be rebuilt. */
  resolved?: ResolvedPlan | undefined;
}

export interface RerunOutcome {
  gate: Gate;
  /** Findings that the author's source suppresses: statements, shown as such. */
  suppressed?: readonly (Finding & { reason: string })[];
  /** Findings that the signer's own baseline accepts. */
  accepted?: readonly (Finding & { reason: string })[];
  rehearsal?: Rehearsal;
  /** Byte by byte, for each proxy that changes. */
  layout?: ValidateLiveParts["proxies"];
}

/** A stage that the review runs again by itself. Its gate counts; what the bundle says about it does not. */
export interface RerunStage {
  /** As the stage's own gate is called. */
  stage: string;
  /** Left out offline. */
  needsChain: boolean;
  run(input: RerunInput): Promise<RerunOutcome>;
}
