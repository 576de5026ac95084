import { randomUUID } from "node:crypto";
import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { keccak256, toUtf8Bytes } from "ethers";
import { canonicalHash, canonicalJson } from "../core/canonical-json.js";
import { manifestSchema, type Manifest } from "../core/schema/bundle.js";

/** The sealed files of a bundle: path below the bundle → content. */
export type SealedFiles = ReadonlyMap<string, string | Uint8Array>;

/** The manifest over `files`. */
export function manifestOf(meta: Pick<Manifest, "title" | "planHash" | "tool">, files: SealedFiles): Manifest {
  const hashes = [...files].map(([path, content]) => [path, keccak256(bytesOf(content))] as const);
  hashes.sort(([a], [b]) => (a < b ? -1 : 1));
  return manifestSchema.parse({ schema: "drydock/bundle@1", ...meta, files: Object.fromEntries(hashes) });
}

/** keccak256 of the manifest's canonical JSON: what two people compare to know that they have the same evidence. */
export function evidenceRoot(manifest: Manifest): string {
  return canonicalHash(manifest);
}

/**
 * Writes a bundle: everything into a temporary folder beside `folder`, then one rename. An earlier bundle of the same
 * name is replaced whole; its signatures and journal go with it, because they belong to the old seal.
 *
 * @param keep unsealed files to carry over, path → content (`propose --renonce` keeps the journal).
 */
export async function sealBundle(
  folder: string,
  meta: Pick<Manifest, "title" | "planHash" | "tool">,
  files: SealedFiles,
  keep: SealedFiles = new Map(),
): Promise<{ manifest: Manifest; evidenceRoot: string }> {
  const manifest = manifestOf(meta, files);
  const temporary = `${folder}.${randomUUID()}.tmp`;
  try {
    for (const [path, content] of [...files, ...keep, ["manifest.json", canonicalJson(manifest)] as const]) {
      const target = join(temporary, path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, content);
    }
    await replaceFolder(temporary, folder);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return { manifest, evidenceRoot: evidenceRoot(manifest) };
}

/** Puts `fresh` where `folder` is; if the second rename fails, the old folder is put back. */
async function replaceFolder(fresh: string, folder: string): Promise<void> {
  const isThere = await stat(folder).then(
    () => true,
    () => false,
  );
  if (!isThere) {
    await mkdir(dirname(folder), { recursive: true });
    await rename(fresh, folder);
    return;
  }
  const old = `${folder}.${randomUUID()}.old`;
  await rename(folder, old);
  try {
    await rename(fresh, folder);
  } catch (error) {
    await rename(old, folder);
    throw error;
  }
  await rm(old, { recursive: true, force: true });
}

function bytesOf(content: string | Uint8Array): Uint8Array {
  return typeof content === "string" ? toUtf8Bytes(content) : content;
}
