import type { Suppressed } from "../../../src/core/checks/suppressions.js";
import type { Gate } from "../../../src/core/finding.js";
import { DrydockError, ERRORS, reasonOf } from "../../../src/errors/drydock-error.js";
import { writeAtomically } from "../../../src/files/write-atomically.js";
import { toSarif } from "../../../src/report/sarif.js";
import { fromHere } from "./arguments.js";
import { toolVersion } from "./tool-version.js";

/**
 * Writes the file that somebody asked `verb` for, whole or not at all.
 *
 * @param option names what it is in the error: `--svg`.
 * @throws DrydockError ARGUMENT if the file can't be written.
 */
export async function writeOutput(verb: string, option: string, file: string, text: string): Promise<void> {
  await writable(verb, `${option} ${file}`, () => writeAtomically(fromHere(file), text));
}

/** Writes what a stage found as SARIF 2.1.0. @throws DrydockError ARGUMENT if the file can't be written. */
export async function writeSarif(verb: string, file: string, { findings, notRun }: Pick<Gate, "findings" | "notRun">, suppressed: readonly Suppressed[]): Promise<void> {
  const version = (await toolVersion()).split("@").at(-1) ?? "";
  const log = toSarif(findings, suppressed, notRun, { version });
  await writeOutput(verb, "--sarif", file, `${JSON.stringify(log, undefined, 2)}\n`);
}

/** Does `write`. @throws DrydockError ARGUMENT, naming `what`, if it fails. */
export async function writable<T>(verb: string, what: string, write: () => Promise<T>): Promise<T> {
  return write().catch((error: unknown) => {
    throw new DrydockError(ERRORS.ARGUMENT, { detail: `${what} can't be written (${reasonOf(error)})`, verb });
  });
}
