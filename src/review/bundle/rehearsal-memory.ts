import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ChainPort } from "../../chain/port.js";
import { getBlock } from "../../chain/reads.js";
import { canonicalHash } from "../../core/canonical-json.js";
import type { Finding, NotRun } from "../../core/finding.js";
import { rehearsalSchema, type Rehearsal } from "../../core/schema/rehearsal.js";
import { writeAtomically } from "../../files/write-atomically.js";
import type { ReviewContext } from "./context.js";

/** What a reviewer's rehearsal came to. */
export interface RememberedRehearsal {
  report: Rehearsal;
  findings: Finding[];
  notRun: NotRun[];
}

/**
 * A reviewer signs, schedules and executes minutes apart, and each step reviews again. While the chain's head is the very
 * same block, a rehearsal of the same plan with the same expectations and adapter can't come to anything else, so that
 * the reviewer's own earlier result stands; one new block, and it is made anew. The memory lies in the reviewer's own
 * cache, never in the bundle.
 */
export async function rememberRehearsal(
  { bundle, cacheFolder, adapter, names }: ReviewContext,
  port: ChainPort,
  run: () => Promise<RememberedRehearsal>,
): Promise<RememberedRehearsal> {
  const { hash } = await getBlock(port);
  const key = canonicalHash({
    head: hash,
    plan: bundle.planHash,
    expectations: bundle.manifest.files["expectations.json"],
    adapter: adapter === undefined ? null : `${adapter.name} ${adapter.venue.toString()}`,
    names: names?.entries ?? [],
  });
  const path = join(cacheFolder ?? "", "reviews", `${key}.json`);
  const earlier = await readFile(path, "utf8").catch(() => undefined);
  if (cacheFolder !== undefined && earlier !== undefined) {
    const remembered = JSON.parse(earlier) as RememberedRehearsal;
    return { ...remembered, report: rehearsalSchema.parse(remembered.report) };
  }
  const fresh = await run();
  if (cacheFolder !== undefined) await writeAtomically(path, JSON.stringify(fresh));
  return fresh;
}
