import { createHash } from "node:crypto";
import { open, readFile } from "node:fs/promises";
import { basename } from "node:path";
import { comparedLength } from "../core/bytecode/match.js";
import { canonicalJson } from "../core/canonical-json.js";
import type { SolcInput } from "../core/solc.js";
import { writeAtomically } from "../files/write-atomically.js";
import type { Compilation } from "./compile.js";

/** Bytes that are read to find the first line. */
const FIRST_LINE = 8_192;

/**
 * Name of a compilation in the cache: the hash of the compiler's own bytes and the whole input, so that neither another
 * soljson nor another setting ever answers for this one.
 *
 * @param kind sets apart what the same input may not answer for; "" for none.
 */
export function compilationKey(compilerSha256: string, input: SolcInput, kind = ""): string {
  return sha256(`${kind}${compilerSha256}:${canonicalJson(input)}`);
}

/**
 * A finished compilation as `path` keeps it: a line that describes it, then the compilation as JSON.
 *
 * @returns undefined where there is none, or where the file does not hold what was written under this name.
 */
export async function readCompilation(path: string): Promise<Compilation | undefined> {
  const content = await readFile(path).catch(() => undefined);
  const lineEnd = content?.indexOf(10) ?? -1;
  if (content === undefined || lineEnd < 0) return undefined;
  const line = parseLine(path, content.toString("latin1", 0, lineEnd));
  const body = content.subarray(lineEnd + 1);
  if (line?.bodyHash !== sha256(body)) return undefined;
  return JSON.parse(body.toString("utf8")) as Compilation;
}

/**
 * Whether the compilation at `path` can have a contract whose runtime code is `code`, as far as its first line tells: a
 * folder of compilations is too large to be read whole for one that matches.
 */
export async function mayHoldCode(path: string, code: string): Promise<boolean> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return false;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(FIRST_LINE), 0, FIRST_LINE, 0);
    const lineEnd = buffer.indexOf(10);
    // A line that is longer than this, or not what was written, says nothing against the file.
    const line = lineEnd < 0 || lineEnd >= bytesRead ? undefined : parseLine(path, buffer.toString("latin1", 0, lineEnd));
    return line === undefined || line.lengths.includes(comparedLength(code));
  } finally {
    await file.close();
  }
}

/** Writes `compilation` for {@link readCompilation}, whole or not at all. */
export async function writeCompilation(path: string, compilation: Compilation): Promise<void> {
  const contracts = Object.values(compilation.output.contracts ?? {}).flatMap((byName) => Object.values(byName));
  const codes = contracts.map(({ evm }) => evm?.deployedBytecode?.object ?? "").filter((code) => code !== "");
  const lengths = [...new Set(codes.map(comparedLength))].sort((a, b) => a - b).join(",");
  const body = JSON.stringify(compilation);
  const bodyHash = sha256(body);
  await writeAtomically(path, `${bodyHash} ${lengths} ${lineHash(path, bodyHash, lengths)}\n${body}`);
}

/** The first line: hash of the rest, lengths of the runtime codes in it, and a hash of these two and the file's own name. */
function parseLine(path: string, line: string): { bodyHash: string; lengths: readonly number[] } | undefined {
  const [bodyHash = "", lengths = "", own] = line.split(" ");
  if (own !== lineHash(path, bodyHash, lengths)) return undefined;
  return { bodyHash, lengths: lengths === "" ? [] : lengths.split(",").map(Number) };
}

function lineHash(path: string, bodyHash: string, lengths: string): string {
  return sha256(`${basename(path)} ${bodyHash} ${lengths}`);
}

function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
