import { lstat, readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { keccak256 } from "ethers";
import { parseBoundedJson } from "../core/bounded-json.js";
import type { z } from "zod";
import {
  buildSchema,
  findingsSchema,
  manifestSchema,
  transactionsSchema,
  UNSEALED_FOLDERS,
  type BundleBuild,
  type BundleFindings,
  type Manifest,
  type Transactions,
} from "../core/schema/bundle.js";
import { planHash } from "../core/plan/plan-hash.js";
import { planCoreSchema, type PlanCore } from "../core/schema/plan.js";
import { DrydockError, ERRORS, reasonOf } from "../errors/drydock-error.js";
import { issuesOf, readDocument } from "../files/read-document.js";
import { evidenceRoot } from "./seal.js";

/** Bounds on what is read: a bundle is the proposer's data, who may be the attacker. */
const MAX_FILES = 500;
/** Of all files together: an honest bundle has some megabytes, most of them the recorded chain. */
const MAX_BYTES = 256 << 20;

/** A bundle whose files are exactly those that its manifest lists, with their hashes. Nothing in it is believed yet. */
export interface OpenBundle {
  folder: string;
  manifest: Manifest;
  evidenceRoot: string;
  plan: PlanCore;
  planHash: string;
  transactions: Transactions;
  findings: BundleFindings;
  builds: BundleBuild[];
  /** A sealed file's bytes; undefined if the manifest lists no such file. */
  file(path: string): Uint8Array | undefined;
  /** A sealed file as JSON, not yet narrowed. */
  json(path: string): unknown;
}

/**
 * Opens a bundle and checks its seal: every listed file is there with its hash, no other file stands outside
 * `signatures/`, `journal/` and `reports/`, no links, every document fits its schema, and the plan hash is the plan's.
 *
 * @throws DrydockError BUNDLE_INVALID if it is none; BUNDLE_TAMPERED if it is not as it was sealed.
 */
export async function openBundle(folder: string): Promise<OpenBundle> {
  const invalid = (detail: string): never => {
    throw new DrydockError(ERRORS.BUNDLE_INVALID, { path: folder, detail });
  };
  const tampered = (detail: string): never => {
    throw new DrydockError(ERRORS.BUNDLE_TAMPERED, { path: folder, detail });
  };
  const isFolder = await lstat(folder).then(
    (stat) => stat.isDirectory(),
    () => false,
  );
  if (!isFolder) invalid("there is no such folder");
  const manifest = await readDocument(join(folder, "manifest.json"), manifestSchema, "bundle manifest").catch(
    (error: unknown) => invalid(reasonOf(error)),
  );
  const present = await listSealed(folder);
  const contents = new Map<string, Uint8Array>();
  for (const [path, hash] of Object.entries(manifest.files)) {
    if (!present.delete(path)) tampered(`${path} is missing`);
    const content = await readFile(join(folder, path));
    if (keccak256(content) !== hash) tampered(`${path} has other content than the manifest says`);
    contents.set(path, content);
  }
  for (const path of present) if (path !== "manifest.json") tampered(`${path} is not in the manifest`);

  const json = (path: string): unknown => {
    const content = contents.get(path);
    if (content === undefined) return invalid(`${path} is missing from the manifest`);
    try {
      return parseBoundedJson(new TextDecoder("utf-8", { fatal: true }).decode(content));
    } catch (error) {
      return invalid(`${path}: ${reasonOf(error)}`);
    }
  };
  const document = <T extends z.ZodTypeAny>(path: string, schema: T): z.infer<T> => {
    const parsed = schema.safeParse(json(path));
    return parsed.success ? (parsed.data as z.infer<T>) : invalid(`${path}: ${issuesOf(parsed.error)}`);
  };
  const plan = document("plan.json", planCoreSchema);
  if (planHash(plan) !== manifest.planHash) tampered("plan.json does not have the plan hash that the manifest names");
  return {
    folder,
    manifest,
    evidenceRoot: evidenceRoot(manifest),
    plan,
    planHash: manifest.planHash,
    transactions: document("transactions.json", transactionsSchema),
    findings: document("findings.json", findingsSchema),
    builds: Object.keys(manifest.files)
      .filter((path) => path.startsWith("build/"))
      .map((path) => document(path, buildSchema)),
    file: (path) => contents.get(path),
    json,
  };
}

/** Every file of the bundle outside the unsealed folders; links and odd files are refused. */
async function listSealed(folder: string): Promise<Set<string>> {
  const found = new Set<string>();
  let bytes = 0;
  const refuse = (path: string, detail: string): never => {
    throw new DrydockError(ERRORS.BUNDLE_TAMPERED, { path: folder, detail: `${path} ${detail}` });
  };
  async function walk(at: string): Promise<void> {
    for (const entry of await readdir(at, { withFileTypes: true })) {
      const path = join(at, entry.name);
      const name = relative(folder, path).split(sep).join("/");
      if (entry.isDirectory()) {
        if (!(UNSEALED_FOLDERS as readonly string[]).includes(name)) await walk(path);
      } else if (!entry.isFile()) {
        refuse(name, "is a link or a special file");
      } else {
        bytes += (await lstat(path)).size;
        if (bytes > MAX_BYTES) refuse(name, `makes the bundle larger than ${MAX_BYTES >> 20} MiB`);
        if (found.add(name).size > MAX_FILES) refuse(name, `is one file more than the ${MAX_FILES} that a bundle may have`);
      }
    }
  }
  await walk(folder);
  return found;
}
