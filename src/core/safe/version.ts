import { DrydockError, ERRORS } from "../../errors/drydock-error.js";

/** A Safe's `VERSION()`, without the "+L2" of the variants that emit events. */
export interface SafeVersion {
  major: number;
  minor: number;
  patch: number;
}

/**
 * Reads `VERSION()` of a Safe ("1.4.1", "1.3.0+L2"). Versions 0.1 to 1.5 are known; 0.0 hashed its transactions in
 * another way, and a later one may, so that a hash for them would be a guess.
 *
 * @throws DD260 for anything else.
 */
export function parseSafeVersion(version: string): SafeVersion {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\+L2)?$/i.exec(version);
  const [major, minor, patch] = (match ?? []).slice(1).map(Number);
  const known =
    major !== undefined &&
    minor !== undefined &&
    patch !== undefined &&
    ((major === 0 && minor >= 1) || (major === 1 && minor <= 5));
  if (!known) throw new DrydockError(ERRORS.SAFE_VERSION, { version: JSON.stringify(version.slice(0, 40)) });
  return { major, minor, patch };
}

/** Whether `version` is at least `major.minor.0`. */
export function atLeast(version: SafeVersion, major: number, minor: number): boolean {
  return version.major > major || (version.major === major && version.minor >= minor);
}
