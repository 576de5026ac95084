/** Writes `docs/errors.md` from the catalogue: `node --import tsx scripts/generate-error-docs.ts`. */
import { writeFile } from "node:fs/promises";
import { errorPage } from "./docs/error-page.js";

await writeFile(new URL("../docs/errors.md", import.meta.url), errorPage());
