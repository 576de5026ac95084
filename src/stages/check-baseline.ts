import { extendBaseline, type FindingKey } from "../core/checks/baseline.js";
import type { Baseline } from "../core/schema/check-baseline.js";
import { writeAtomically } from "../files/write-atomically.js";

const DAYS = 90;
const DAY_MS = 86_400_000;

/** Who accepts the findings, and why. */
export interface Acceptance {
  reason: string;
  author: string;
}

/**
 * Writes a baseline that accepts `keys` for 90 days beside what `baseline`, the file's present content, accepts. Nothing to
 * accept leaves the file alone.
 *
 * @param today ISO date. @returns how many entries are new, and their last day.
 */
export async function writeBaseline(
  path: string,
  baseline: Baseline | undefined,
  keys: readonly FindingKey[],
  { reason, author }: Acceptance,
  today: string,
): Promise<{ accepted: number; expires: string }> {
  const expires = new Date(Date.parse(today) + DAYS * DAY_MS).toISOString().slice(0, 10);
  const accepted = new Set(keys.map((key) => JSON.stringify(key))).size;
  if (accepted > 0) {
    const extended = extendBaseline(baseline, keys, { reason, author, expires });
    await writeAtomically(path, `${JSON.stringify(extended, undefined, 2)}\n`);
  }
  return { accepted, expires };
}
