import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** Where the published package keeps the bundled script, beside this file. */
const BUILT = new URL("./page-script.js", import.meta.url);
const SOURCE = new URL("./browser/main.ts", import.meta.url);

/** The page's script as one text: from the published package, else bundled from source (in this repository). */
export async function loadPageScript(): Promise<string> {
  const built = await readFile(BUILT, "utf8").catch(() => undefined);
  return built ?? bundlePageScript();
}

/** Bundles the page's script; the package build writes it to `page-script.js`. */
export async function bundlePageScript(): Promise<string> {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(SOURCE)],
    bundle: true,
    write: false,
    minify: true,
    format: "iife",
    platform: "browser",
    target: "es2023",
    charset: "ascii",
    legalComments: "none",
    logLevel: "silent",
  });
  const text = outputFiles[0]?.text ?? "";
  if (/<\/script|<!--/i.test(text)) throw new Error("the page's script can't stand inside a page");
  return text;
}
