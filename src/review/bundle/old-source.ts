import { getCode } from "../../chain/reads.js";
import { matchBuilt } from "../../build/live-build.js";
import type { CodeMatch } from "../../core/bytecode/match.js";
import { diffSources, type FileDiff } from "../../core/diff/sources.js";
import type { PlanChange } from "../../core/schema/plan.js";
import type { ReviewContext } from "./context.js";
import type { Rebuilt } from "./rebuild.js";

/** What changed in the source behind one proxy. */
export interface SourceDiff {
  change: PlanChange;
  /** Name of the new contract, as its source has it. */
  contract: string;
  /** Whether the source that is called old is that of the code which runs now; undefined when nobody looked. */
  oldMatch: CodeMatch | undefined;
  /** `claimed` when the old source was not matched with the chain. */
  oldSource: "matched" | "claimed" | "none";
  files: FileDiff[];
}

/** Source diffs of all changes: between the source of the running code and that of the planned code. */
export async function sourceDiffs(
  { bundle, chain: given }: ReviewContext,
  rebuilt: readonly Rebuilt[],
): Promise<SourceDiff[]> {
  const chain = given?.cassette ? undefined : given;
  return Promise.all(
    bundle.plan.changes.map(async (change): Promise<SourceDiff> => {
      const next = rebuilt.find(({ build }) => build.role === "new" && build.address === change.newImplementation);
      const old = rebuilt.find(({ build }) => build.role === "old" && build.address === change.oldImplementation);
      const oldMatch =
        old && chain ? matchBuilt(await getCode(chain.port, change.oldImplementation), old.built) : undefined;
      return {
        change,
        contract: next?.built.name ?? "code without source",
        oldMatch,
        oldSource: old === undefined ? "none" : oldMatch?.verdict === "match" ? "matched" : "claimed",
        files: next
          ? diffSources(sourcesOf(old), sourcesOf(next), old && { from: old.built.file, to: next.built.file })
          : [],
      };
    }),
  );
}

function sourcesOf(rebuilt: Rebuilt | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(rebuilt?.build.input.sources ?? {}).map(([file, { content }]) => [file, content]),
  );
}
