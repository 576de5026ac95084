import { access } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { upgradeDefinitionSchema } from "../../../src/core/schema/plan-definition.js";
import { DrydockError, ERRORS, reasonOf } from "../../../src/errors/drydock-error.js";
import { issuesOf } from "../../../src/files/read-document.js";
import type { UpgradeDefinition } from "../../../src/plan.js";
import { fromHere, required } from "./arguments.js";

/** A plan file that was loaded: the author's own code, run in the author's own checkout. */
export interface LoadedPlan {
  /** Absolute path of plan.ts. */
  path: string;
  definition: UpgradeDefinition;
}

/**
 * Loads `upgrades/NNNN-name/plan.ts` (or the folder that holds it).
 *
 * @throws DrydockError ARGUMENT, FILE_NOT_FOUND, PLAN_INVALID.
 */
export async function loadPlan(given: string | undefined, verb: string): Promise<LoadedPlan> {
  const named = fromHere(required(given, "PLAN", verb));
  const path = /\.[cm]?[jt]s$/.test(named) ? named : `${named.replace(/\/$/, "")}/plan.ts`;
  await access(path).catch(() => {
    throw new DrydockError(ERRORS.FILE_NOT_FOUND, { path, what: "the plan" });
  });
  let exported: unknown;
  try {
    exported = ((await import(pathToFileURL(path).href)) as { default?: unknown }).default;
  } catch (error) {
    throw new DrydockError(ERRORS.PLAN_INVALID, { path, detail: reasonOf(error) }, { cause: error });
  }
  if (exported === undefined) {
    throw new DrydockError(ERRORS.PLAN_INVALID, { path, detail: "it has no `export default defineUpgrade({…})`" });
  }
  const parsed = upgradeDefinitionSchema.safeParse(exported);
  if (!parsed.success) throw new DrydockError(ERRORS.PLAN_INVALID, { path, detail: issuesOf(parsed.error) });
  return { path, definition: exported as UpgradeDefinition };
}
