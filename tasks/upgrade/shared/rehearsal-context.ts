import { access, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { expectationsSchema, type Expectations } from "../../../src/core/schema/expectations.js";
import { DrydockError, ERRORS, reasonOf } from "../../../src/errors/drydock-error.js";
import { issuesOf } from "../../../src/files/read-document.js";
import type { RehearsalAdapter } from "../../../src/rehearsal/adapter.js";
import type { RehearsalContext } from "../../../src/rehearsal/for-plan.js";
import { lintExpectations } from "../../../src/rehearsal/expectations/lint.js";
import type { OpenNetwork } from "./context.js";
import type { LoadedPlan } from "./load-plan.js";

/** What the author's checkout adds to a rehearsal: expectations beside the plan, the project's adapter. */
export async function rehearsalContext(
  hre: HardhatRuntimeEnvironment,
  network: OpenNetwork,
  plan: LoadedPlan,
): Promise<RehearsalContext> {
  const expectations = await loadExpectations(join(dirname(plan.path), "expectations.ts"));
  const adapter = await loadAdapter(hre);
  return {
    upstream: { urls: network.urls, network: network.name },
    chainType: network.chainType,
    cacheDir: join(hre.config.paths.cache, "drydock"),
    names: network.names,
    ...(expectations === undefined ? {} : { expectations }),
    ...(adapter === undefined ? {} : { adapter }),
  };
}

/** The adapter of the config, from the user's own checkout only. @throws DrydockError ADAPTER_FAILED when it is none. */
export async function loadAdapter(hre: HardhatRuntimeEnvironment): Promise<RehearsalAdapter | undefined> {
  const { adapter } = hre.config.drydock;
  if (adapter === undefined) return undefined;
  const loaded = (await load(adapter, "adapter")) as Partial<RehearsalAdapter> | undefined;
  if (typeof loaded?.name === "string" && typeof loaded.venue === "function") return loaded as RehearsalAdapter;
  throw new DrydockError(ERRORS.ADAPTER_FAILED, { adapter, where: "default export", reason: "it is no object with a name and a function venue(chain)" });
}

async function loadExpectations(path: string): Promise<Expectations | undefined> {
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (!exists) return undefined;
  lintExpectations(path, await readFile(path, "utf8"));
  const parsed = expectationsSchema.safeParse(await load(path, "expectations file"));
  if (parsed.success) return parsed.data;
  throw new DrydockError(ERRORS.EXPECTATIONS_INVALID, { path, detail: issuesOf(parsed.error) });
}

async function load(path: string, what: string): Promise<unknown> {
  try {
    return ((await import(pathToFileURL(path).href)) as { default?: unknown }).default;
  } catch (error) {
    throw new DrydockError(ERRORS.FILE_MALFORMED, { path, what, detail: reasonOf(error) }, { cause: error });
  }
}
