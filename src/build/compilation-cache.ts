import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { canonicalJson } from "../core/canonical-json.js";
import type { SolcInput } from "../core/solc.js";
import { writeAtomically } from "../files/write-atomically.js";
import type { Compilation } from "./compile.js";

/**
 * Name of a compilation in the cache: the hash of the compiler's own bytes and the whole input, so that neither another
 * soljson nor another setting ever answers for this one.
 *
 * @param kind sets apart what the same input may not answer for; "" for none.
 */
export function compilationKey(compilerSha256: string, input: SolcInput, kind = ""): string {
  return createHash("sha256").update(`${kind}${compilerSha256}:${canonicalJson(input)}`).digest("hex");
}

/**
 * A finished compilation as `path` keeps it: a line with the hash of the file's own name and what follows, then the
 * compilation as JSON.
 *
 * @returns undefined where there is none, or where the file does not hold what was written under this name.
 */
export async function readCompilation(path: string): Promise<Compilation | undefined> {
  const content = await readFile(path).catch(() => undefined);
  const lineEnd = content?.indexOf(10) ?? -1;
  if (content === undefined || lineEnd < 0) return undefined;
  const body = content.subarray(lineEnd + 1);
  if (content.toString("latin1", 0, lineEnd) !== digestOf(path, body)) return undefined;
  return JSON.parse(body.toString("utf8")) as Compilation;
}

/** Writes `compilation` for {@link readCompilation}, whole or not at all. */
export async function writeCompilation(path: string, compilation: Compilation): Promise<void> {
  const body = JSON.stringify(compilation);
  await writeAtomically(path, `${digestOf(path, body)}\n${body}`);
}

function digestOf(path: string, body: string | Uint8Array): string {
  return createHash("sha256").update(`${basename(path)}\n`).update(body).digest("hex");
}
