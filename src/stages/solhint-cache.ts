import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { z } from "zod";
import { writeAtomically } from "../files/write-atomically.js";
import type { LintedFile, Source } from "./solhint-lint.js";

const cachedSchema = z.array(z.object({ line: z.number(), column: z.number(), message: z.string(), ruleId: z.string().optional() }));

/** What solhint said about the same bytes before, by the same version under the same rules. */
export class SolhintCache {
  readonly #salt: string;

  constructor(
    private readonly folder: string,
    rules: readonly string[],
  ) {
    const { version } = createRequire(import.meta.url)("solhint/package.json") as { version: string };
    this.#salt = `solhint ${version} ${rules.join(" ")}\n`;
  }

  #pathOf({ content }: Source): string {
    return join(this.folder, `${createHash("sha256").update(this.#salt).update(content).digest("hex")}.json`);
  }

  /** Undefined if it is not known, or the file on disk is not what this class writes. */
  get(source: Source): LintedFile | undefined {
    try {
      return { file: source.file, reports: cachedSchema.parse(JSON.parse(readFileSync(this.#pathOf(source), "utf8"))) };
    } catch {
      return undefined;
    }
  }

  async set(source: Source, { reports }: LintedFile): Promise<void> {
    await writeAtomically(this.#pathOf(source), JSON.stringify(reports));
  }
}
