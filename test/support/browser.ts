import chromium from "@sparticuz/chromium";
import { launch, type Browser } from "puppeteer-core";

/** A headless Chromium from npm, without any system package. Close it. */
export async function openBrowser(): Promise<Browser> {
  return launch({ args: [...chromium.args, "--disable-gpu"], executablePath: await chromium.executablePath(), headless: "shell" });
}
