import type { SolcInput } from "../core/solc.js";
import { runSolhint, type SolhintResult } from "./check-solhint.js";
import type { Source } from "./solhint-lint.js";

/** A run of solhint that is under way. */
export interface Linting {
  /** Contents of the sources that it is about, by file. */
  contents: ReadonlyMap<string, string>;
  result: Promise<SolhintResult>;
}

/** Starts {@link runSolhint}; what it throws is thrown to who awaits the result. */
export function startSolhint(sources: readonly Source[], cacheFolder?: string): Linting {
  const result = runSolhint(sources, cacheFolder === undefined ? {} : { cacheFolder });
  result.catch(() => undefined);
  return { contents: new Map(sources.map(({ file, content }) => [file, content])), result };
}

/** What `linting` says about `sources`, in their order; undefined if it was not about all of them, as they are now. */
export function lintedBy({ contents, result }: Linting, sources: readonly Source[]): Promise<SolhintResult> | undefined {
  if (sources.some(({ file, content }) => contents.get(file) !== content)) return undefined;
  const inOrder = <T extends { file: string }>(all: readonly T[]): T[] => sources.flatMap(({ file }) => all.filter((one) => one.file === file));
  return result.then(({ reports, unreadable }) => ({ reports: inOrder(reports), unreadable: inOrder(unreadable) }));
}

/**
 * Starts solhint over the projects' own sources of several compilations at once, which takes less than one after the other.
 * Undefined where they hold different sources of one name: each is linted by itself then.
 */
export function startLinting(inputs: readonly SolcInput[], cacheFolder?: string): Linting | undefined {
  const contents = new Map<string, string>();
  for (const [file, { content }] of inputs.flatMap(({ sources }) => Object.entries(sources))) {
    if (isDependency(file)) continue;
    if ((contents.get(file) ?? content) !== content) return undefined;
    contents.set(file, content);
  }
  return startSolhint([...contents].map(([file, content]) => ({ file, content })), cacheFolder);
}

/** Hardhat names a dependency's sources `npm/package@version/…`; older layouts show the package or node_modules. */
export function isDependency(file: string): boolean {
  return /^(?:npm\/|@|.*\bnode_modules\/)/.test(file);
}
