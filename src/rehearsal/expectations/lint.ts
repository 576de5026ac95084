import { DrydockError, ERRORS } from "../../errors/drydock-error.js";

/** The only modules that expectations may use: their own definition, and pure helpers for writing values. */
const ALLOWED = /^(hardhat-drydock\/expectations|(\.\.?\/)+src\/expectations\.js|ethers|viem)$/;
const IMPORTS = /(?:\bimport\s*(?:[\w*{}\s,$]+\sfrom\s*)?|\bexport\s+[\w*{}\s,$]+\sfrom\s*)["'`]([^"'`]+)["'`]/g;
const OTHER_READS = /\b(?:import\s*\(|require\s*\(|createRequire|process\.|readFileSync|globalThis|import\.meta)/;

/**
 * Refuses expectations that are taken from elsewhere: a check that reads "the feed is the feed of my config" proves
 * nothing.
 *
 * @throws DrydockError EXPECTATIONS_IMPORT.
 */
export function lintExpectations(path: string, source: string): void {
  for (const [, imported] of source.matchAll(IMPORTS)) {
    if (imported !== undefined && !ALLOWED.test(imported)) throw new DrydockError(ERRORS.EXPECTATIONS_IMPORT, { path, imported: `"${imported}"` });
  }
  const other = OTHER_READS.exec(source.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, ""));
  if (other !== null) throw new DrydockError(ERRORS.EXPECTATIONS_IMPORT, { path, imported: `by "${other[0].trim()}"` });
}
