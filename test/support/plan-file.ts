import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "./cli.js";

/**
 * Writes a plan (and expectations) below `cache/`, inside the project so that it resolves `hardhat-drydock/plan`.
 *
 * @returns the folder, to be given to the verbs.
 */
export async function writePlan(name: string, files: { plan: string; expectations?: string }): Promise<string> {
  const folder = join(ROOT, "cache", "test-plans", name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "plan.ts"), files.plan);
  if (files.expectations !== undefined) await writeFile(join(folder, "expectations.ts"), files.expectations);
  return folder;
}

/** Upgrade 0001 with some fields changed; `changes` is TypeScript that may use `plan`. */
export function plan0001With(changes: string): string {
  return [
    `import { defineUpgrade } from "hardhat-drydock/plan";`,
    `import plan from "../../../upgrades/0001-new-product/plan.js";`,
    `export default defineUpgrade({ ...plan, ${changes} });`,
    "",
  ].join("\n");
}
