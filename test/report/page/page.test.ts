import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import fc from "fast-check";
import type { Browser, Page } from "puppeteer-core";
import { Interface, getAddress } from "ethers";
import { encodeMultiSend } from "../../../src/core/safe/calldata.js";
import { plainSafeTx, type SafeTx } from "../../../src/core/safe/transaction.js";
import { layoutSvg } from "../../../src/report/layout-svg.js";
import { layoutRows } from "../../../src/report/layout-table.js";
import { bundlePageScript } from "../../../src/report/page/script.js";
import { renderPage } from "../../../src/report/page/page.js";
import type { ReviewModel } from "../../../src/report/model.js";
import { modelOfSafeTx } from "../../../src/review/model.js";
import { reviewSafeTxRequest } from "../../../src/review/safe-tx.js";
import { openBrowser } from "../../support/browser.js";

const TOKEN = "0xdAC17F958D2ee523a2206206994597C13D831ec7";
const ALICE = getAddress("0x8ba1f109551bd432803012645ac136ddd64dba72");
const erc20 = new Interface(["function transfer(address to, uint256 amount)"]);
const batch: Partial<SafeTx> = {
  to: "0x40A2aCCbd92BCA938b02010E17A5b8929b49130D",
  operation: 1,
  data: encodeMultiSend([
    { to: TOKEN, data: erc20.encodeFunctionData("transfer", [ALICE, 5n]) },
    { to: ALICE, value: 10n ** 18n, data: "0x" },
  ]),
};

async function modelOf(tx: Partial<SafeTx>): Promise<ReviewModel> {
  const request = {
    format: "safe-tx" as const,
    chainId: 1n,
    safe: "0x1c694Fc3006D81ff4a56F97E1b99529066a23725",
    version: "1.3.0",
    tx: { ...plainSafeTx({ to: TOKEN, nonce: 7n }), ...tx },
    claims: { signatures: [] },
    abis: [],
    approves: [],
    assumptions: ["<img src=x onerror=alert(1)> \u202egnp.exe"],
    missing: [],
  };
  return modelOfSafeTx(await reviewSafeTxRequest(request), []);
}

const range = (label: string, slot: number) => ({ label, type: "address", region: "", slot: `0x${slot.toString(16).padStart(64, "0")}`, offset: 0, bytes: 20 });

/** Relative luminance of a CSS colour (WCAG 2.2). */
function luminance(color: string): number {
  const parts = (color.match(/[\d.]+/g) ?? []).slice(0, 3).map((part) => Number(part) / 255);
  const [r = 0, g = 0, b = 0] = parts.map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

describe("report/page", function () {
  this.timeout(240_000);
  let browser: Browser;
  let folder: string;
  let script: string;
  let green: string;
  before(async () => {
    [browser, folder, script] = await Promise.all([
      openBrowser(),
      mkdtemp(join(tmpdir(), "drydock-page-")),
      bundlePageScript(),
    ]);
    green = renderPage(await modelOf(batch), script);
  });
  after(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Opens the page from disk; whatever it asks for over the network is recorded. */
  async function open(html: string): Promise<{ page: Page; requests: string[] }> {
    const path = join(folder, "review.html");
    await writeFile(path, html);
    const page = await browser.newPage();
    const requests: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(path).href);
    return { page, requests };
  }
  async function verdict(html: string): Promise<{ kind: string; text: string }> {
    const { page } = await open(html);
    try {
      return await page.evaluate(() => {
        const banner = document.getElementById("verdict");
        return { kind: banner?.className ?? "gone", text: banner?.textContent ?? "" };
      });
    } finally {
      await page.close();
    }
  }

  it("is green for a green review, recomputes what it states, and asks nobody for anything", async () => {
    const { page, requests } = await open(green);
    expect(await page.$eval("#verdict", (element) => element.className)).to.equal("pass partial");
    const checked = await page.$$eval("#recomputed li", (items) =>
      items.map((item) => [item.className, item.textContent?.split(":")[0]]),
    );
    expect(checked).to.deep.equal(
      ["Domain hash", "Message hash", "safeTxHash", "Decoded call", "Findings", "Verdict"].map((name) => [
        "pass",
        name,
      ]),
    );
    expect(requests.filter((url) => !url.startsWith("file:"))).to.deep.equal([]);
    expect(
      await page.evaluate(() =>
        fetch("https://example.org").then(
          () => "loaded",
          () => "refused",
        ),
      ),
    ).to.equal("refused");
    await page.close();
  });

  it("shows a red review red", async () => {
    const red = await verdict(renderPage(await modelOf({ ...batch, to: ALICE }), script));
    expect(red.kind).to.equal("blocked");
    expect(red.text).to.match(/^DO NOT SIGN/);
  });

  it("shows markup and reversing characters of others as text", async () => {
    const { page } = await open(green);
    expect(await page.$$eval("#content img", (images) => images.length)).to.equal(0);
    expect(await page.$eval("#content", (element) => element.textContent)).to.contain("\\u{202e}gnp.exe");
    await page.close();
  });

  describe("turns red when it was tampered with", () => {
    const changes: [string, (html: string) => string][] = [
      [
        "a digit of a shown hash",
        (html) =>
          html.replace(
            /(<dd class="mono">0x)(.)/,
            (_, start: string, digit: string) => start + (digit === "0" ? "1" : "0"),
          ),
      ],
      ["the receiver in the data", (html) => html.replace(ALICE, TOKEN)],
      ["the value in the fields", (html) => html.replace('"nonce":"7"', '"nonce":"8"')],
      ["the operation", (html) => html.replace('"operation":1', '"operation":0')],
      ["a shown sentence", (html) => html.replace("No findings", "No problems")],
      ["the colour of a class", (html) => html.replace("--bad:#a3121f", "--bad:#0b6b2e")],
      ["the security policy", (html) => html.replace("default-src 'none'", "default-src *")],
      ["an element more", (html) => html.replace("<main", "<div>Signed by all</div><main")],
      ["an element less", (html) => html.replace(/<section aria-labelledby="recomputed-title">.*?<\/section>/, "")],
    ];
    for (const [name, change] of changes)
      it(name, async () => {
        const changed = change(green);
        expect(changed).not.to.equal(green);
        expect((await verdict(changed)).kind).to.equal("blocked");
      });

    it("a red page whose model says pass", async () => {
      const model = await modelOf({ ...batch, to: ALICE });
      expect((await verdict(renderPage({ ...model, verdict: "pass" }, script))).kind).to.equal("blocked");
      expect((await verdict(renderPage({ ...model, verdict: "pass", findings: [] }, script))).kind).to.equal("blocked");
    });

    it("any byte: it stays green only where nothing that is shown or checked has changed", async () => {
      const { page } = await open(green);
      const shown = (): Promise<string> => page.evaluate(() => document.body.outerHTML + document.title);
      const before = await shown();
      await page.close();
      await fc.assert(
        fc.asyncProperty(fc.nat(green.length - 1), fc.integer({ min: 0x21, max: 0x7e }), async (at, code) => {
          const changed = green.slice(0, at) + String.fromCharCode(code) + green.slice(at + 1);
          if (changed === green) return;
          const opened = await open(changed);
          try {
            const kind = await opened.page.evaluate(() => document.getElementById("verdict")?.className);
            if (!kind?.startsWith("pass")) return;
            const after = await opened.page.evaluate(() => document.body.outerHTML + document.title);
            expect(
              after === before,
              `green after the change of ${JSON.stringify(green.slice(at - 40, at + 40))}`,
            ).to.equal(true);
          } finally {
            await opened.page.close();
          }
        }),
        { numRuns: 60 },
      );
    });
  });

  it("draws the slots that change beside their table, under its own policy", async () => {
    const changes: Parameters<typeof layoutSvg>[0] = [
      { fate: "moved", label: "<owner>", from: range("<owner>", 1), to: range("<owner>", 2), severity: "critical", confidence: "high", reason: "moved", where: {} },
    ];
    const rows = layoutRows(changes);
    const layout = [
      { proxy: ALICE, contract: "Vault", kept: 1, svg: layoutSvg(changes, "Vault") ?? "", rows },
      { proxy: TOKEN, contract: "Other", kept: 3, rows: [] },
    ];
    const { page, requests } = await open(renderPage({ ...(await modelOf(batch)), layout }, script));
    const drawn = await page.$eval("#layout img", (image) => [(image as HTMLImageElement).complete, (image as HTMLImageElement).naturalWidth > 700]);
    expect(drawn).to.deep.equal([true, true]);
    expect(await page.$$eval("#layout tbody td", (cells) => cells.map(({ textContent }) => textContent))).to.deep.equal(rows[0]);
    expect(await page.$eval("#layout", ({ textContent }) => textContent)).to.contain("3 ranges stay as they are").and.to.contain("No slot changes");
    expect(await page.$eval("#verdict", (element) => element.className)).to.equal("pass partial");
    expect(requests.filter((url) => !/^(file|data):/.test(url))).to.deep.equal([]);
    await page.close();
    expect(green).to.not.contain('id="layout"');
  });

  it("says that nothing was verified when its script does not run", async () => {
    const page = await browser.newPage();
    await page.setJavaScriptEnabled(false);
    await writeFile(join(folder, "review.html"), green);
    await page.goto(pathToFileURL(join(folder, "review.html")).href);
    expect(await page.$eval("#verdict", (element) => `${element.className}${element.textContent}`)).to.match(
      /^Not verified/,
    );
    await page.close();
  });

  it("can be read in light and dark: text and verdict keep a contrast of 4.5 to 1", async () => {
    for (const value of ["light", "dark"]) {
      const { page } = await open(green);
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value }]);
      const colors = await page.evaluate(() =>
        ["body", "#verdict"].map((selector) => {
          const { color, backgroundColor } = getComputedStyle(document.querySelector(selector) ?? document.body);
          return [color, backgroundColor];
        }),
      );
      const ratios = colors.map((pair) => {
        const [a = 0, b = 0] = pair.map(luminance);
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      });
      for (const ratio of ratios) expect(ratio, value).to.be.at.least(4.5);
      expect((await page.screenshot()).length).to.be.greaterThan(10_000);
      await page.close();
    }
  });

  it("fits a phone, prints, and can be walked with the keyboard", async () => {
    const { page } = await open(green);
    await page.setViewport({ width: 360, height: 740 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).to.be.at.most(360);
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.className)).to.equal("skip");
    const names = await page.$$eval("section[aria-labelledby]", (sections) =>
      sections.map((section) => document.getElementById(section.getAttribute("aria-labelledby") ?? "")?.textContent),
    );
    expect(names).to.include.members(["Compare with your device", "What the transaction does", "What was not checked"]);
    expect((await page.pdf()).length).to.be.greaterThan(10_000);
    await page.close();
  });
});
