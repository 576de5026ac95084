import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { canonicalJson } from "../core/canonical-json.js";
import { journalEntrySchema, type JournalEntry } from "../core/schema/bundle.js";
import { readDocument } from "../files/read-document.js";
import { writeAtomically } from "../files/write-atomically.js";

/** What was sent for this bundle, oldest first. Append-only: one file an entry, so that a crash loses none. */
export async function readJournal(folder: string): Promise<JournalEntry[]> {
  const names = (await readdir(join(folder, "journal")).catch(() => [])).filter((name) => /^\d{4}\.json$/.test(name)).sort();
  return Promise.all(names.map((name) => readDocument(join(folder, "journal", name), journalEntrySchema, "journal entry")));
}

/** Adds an entry; called between signing and sending would be ideal, but the node knows the hash first, so right after. */
export async function appendJournal(folder: string, entry: Omit<JournalEntry, "schema">): Promise<void> {
  const count = (await readJournal(folder)).length;
  const document = journalEntrySchema.parse({ schema: "drydock/journal@1", ...entry });
  await writeAtomically(join(folder, "journal", `${String(count + 1).padStart(4, "0")}.json`), canonicalJson(document));
}
