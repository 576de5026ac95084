import { access } from "node:fs/promises";
import { join } from "node:path";
import { HISTORY_FOLDER } from "../build/live-build.js";
import type { OpenBundle } from "../bundle/open.js";
import { canonicalJson } from "../core/canonical-json.js";
import { writeAtomically } from "../files/write-atomically.js";

/**
 * Keeps the source of what was executed in `upgrades/history/<codeHash>/`, so that the next upgrade finds what runs even
 * where no build-info is left. A record is only ever believed if its build matches the live code.
 *
 * @returns the files that were written now.
 */
export async function keepHistory(root: string, bundle: OpenBundle): Promise<string[]> {
  const written: string[] = [];
  for (const { newImplementation, newCodeHash } of bundle.plan.changes) {
    const build = bundle.builds.find(({ role, address }) => role === "new" && address === newImplementation);
    if (build === undefined) continue;
    const path = join(root, HISTORY_FOLDER, newCodeHash, `${build.contract.name}.json`);
    const exists = await access(path).then(
      () => true,
      () => false,
    );
    if (exists) continue;
    await writeAtomically(path, canonicalJson(build));
    written.push(path);
  }
  return written;
}
