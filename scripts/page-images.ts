/**
 * `node --import tsx scripts/page-images.ts PAGE.html [FOLDER]`: the pictures of the signer's page in the README and the
 * signer's guide, from a page that `review --html` wrote: a desktop's and a phone's first screens.
 */
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { openBrowser } from "../test/support/browser.js";

const [file, folder = "docs/images"] = process.argv.slice(2);
if (file === undefined) throw new Error("usage: page-images.ts PAGE.html [FOLDER]");
const SHOTS = [
  { name: "signer-page", width: 1100, height: 1250, scheme: "light" },
  { name: "signer-page-phone", width: 390, height: 1400, scheme: "dark" },
] as const;

const browser = await openBrowser();
try {
  for (const { name, width, height, scheme } of SHOTS) {
    const page = await browser.newPage();
    await page.setViewport({ width, height });
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    await page.goto(pathToFileURL(resolve(file)).href);
    await page.screenshot({ path: join(folder, `${name}.png`) });
    await page.close();
  }
} finally {
  await browser.close();
}
