import { readFile, stat } from "node:fs/promises";
import type { z } from "zod";
import { parseBoundedJson } from "../core/bounded-json.js";
import { DrydockError, ERRORS, reasonOf } from "../errors/drydock-error.js";

/** Larger documents are refused unread; the largest honest one is a compiler input of some megabytes. */
const MAX_DOCUMENT_BYTES = 64 << 20;

/**
 * Reads one JSON document through its schema.
 *
 * @param what what the file should be, for the errors: `deployments file`.
 * @throws DrydockError FILE_NOT_FOUND; FILE_MALFORMED for bytes that are not UTF-8, not JSON, or not of the schema.
 */
export async function readDocument<T extends z.ZodTypeAny>(path: string, schema: T, what: string): Promise<z.infer<T>> {
  const malformed = (detail: string): never => {
    throw new DrydockError(ERRORS.FILE_MALFORMED, { path, what, detail });
  };
  const size = await stat(path).catch(() => undefined);
  if (size === undefined || !size.isFile()) throw new DrydockError(ERRORS.FILE_NOT_FOUND, { path, what });
  if (size.size > MAX_DOCUMENT_BYTES) malformed(`it is larger than ${MAX_DOCUMENT_BYTES >> 20} MiB`);
  let value: unknown;
  try {
    value = parseBoundedJson(new TextDecoder("utf-8", { fatal: true }).decode(await readFile(path)));
  } catch (error) {
    malformed(reasonOf(error));
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) malformed(issuesOf(parsed.error));
  return parsed.data as z.infer<T>;
}

/** The first few complaints of zod as one clause: `changes[0].kind: Invalid enum value …`. */
export function issuesOf(error: z.ZodError): string {
  const lines = error.issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`));
  return lines.slice(0, 3).join("; ") + (lines.length > 3 ? ` (and ${lines.length - 3} more)` : "");
}
