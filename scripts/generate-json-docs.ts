/** Writes `docs/json.md` from the schemas: `node --import tsx scripts/generate-json-docs.ts`. */
import { writeFile } from "node:fs/promises";
import { jsonPage } from "./docs/json-page.js";

await writeFile(new URL("../docs/json.md", import.meta.url), jsonPage());
