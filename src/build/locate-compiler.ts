import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { KNOWN_COMPILERS } from "./known-compilers.js";

/** A soljson on this machine, with what Drydock's own table says about its bytes. */
export interface LocatedCompiler {
  /** `0.8.28` */
  version: string;
  /** Absolute path of soljson.js. */
  path: string;
  /** SHA-256 of the file, lower-case hex. */
  sha256: string;
  /** `official` if the table knows this hash for this version, `other` if it knows another, `unlisted` if none. */
  origin: "official" | "other" | "unlisted";
}

/**
 * Finds soljson of exactly `version`: the paths that the Hardhat config names first, then the npm packages
 * `solc-<version>` and `solc` as seen from `root`, then as seen from Drydock itself. Nothing is downloaded.
 *
 * @returns undefined when there is none.
 */
export async function locateCompiler(
  version: string,
  root: string,
  configured: readonly { version: string; path?: string }[] = [],
): Promise<LocatedCompiler | undefined> {
  const named = configured.filter((compiler) => compiler.version === version).map(({ path }) => path);
  for (const path of [...named, ...packaged(version, root)]) {
    if (path === undefined || !path.endsWith(".js")) continue;
    const content = await readFile(path).catch(() => undefined);
    if (content === undefined) continue;
    const sha256 = createHash("sha256").update(content).digest("hex");
    const listed = KNOWN_COMPILERS[version];
    const origin = listed === undefined ? "unlisted" : listed === sha256 ? "official" : "other";
    return { version, path, sha256, origin };
  }
  return undefined;
}

/** The first soljson of exactly `version` among the npm packages, as {@link locateCompiler} looks for it. */
export function packagedSoljson(version: string, root: string): string | undefined {
  return packaged(version, root).find((path) => path !== undefined);
}

function packaged(version: string, root: string): (string | undefined)[] {
  return [join(root, "package.json"), import.meta.url].flatMap((from) => fromPackages(version, from));
}

function fromPackages(version: string, from: string): (string | undefined)[] {
  const require = createRequire(from);
  const resolve = (id: string): string | undefined => {
    try {
      return require.resolve(id);
    } catch {
      return undefined;
    }
  };
  const plain = resolve("solc/package.json");
  const isExact = plain !== undefined && (require(plain) as { version: string }).version === version;
  return [resolve(`solc-${version}/soljson.js`), isExact ? resolve("solc/soljson.js") : undefined];
}
