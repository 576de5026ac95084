import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const DOCS = readdirSync(join(ROOT, "docs"), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith(".md"))
  .map((entry) => join(entry.parentPath, entry.name));
const PAGES = [join(ROOT, "README.md"), ...DOCS].sort();

/** Relative targets of links and images outside of code, each with its anchor. */
function targets(text: string): { path: string; anchor: string | undefined }[] {
  const prose = text.replace(/^```[\s\S]*?^```/gm, "").replace(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target ?? "")
    .filter((target) => !/^[a-z][a-z+.-]*:/i.test(target))
    .map((target) => {
      const [path = "", anchor] = target.split("#");
      return { path: decodeURIComponent(path), anchor };
    });
}

/** The anchors that GitHub makes of a page's headings. */
function anchors(text: string): string[] {
  return [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) =>
    heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").replace(/\s/g, "-"),
  );
}

describe("relative links in README.md and docs/", () => {
  for (const page of PAGES) {
    it(relative(ROOT, page), () => {
      for (const { path, anchor } of targets(readFileSync(page, "utf8"))) {
        const target = path === "" ? page : join(dirname(page), path);
        expect(existsSync(target), `${path} does not exist`).to.equal(true);
        if (anchor === undefined || !target.endsWith(".md")) continue;
        expect(anchors(readFileSync(target, "utf8")), `${path}#${anchor}`).to.include(anchor);
      }
    });
  }

  it("finds the pages and a good number of links", () => {
    const links = PAGES.flatMap((page) => targets(readFileSync(page, "utf8")));
    expect(PAGES.length).to.be.greaterThan(20);
    expect(links.length).to.be.greaterThan(60);
  });

  it("leaves no page of docs/ unreachable from README.md", () => {
    const seen = new Set<string>();
    const queue = [join(ROOT, "README.md")];
    for (let page = queue.pop(); page !== undefined; page = queue.pop()) {
      if (seen.has(page) || !page.endsWith(".md") || !existsSync(page)) continue;
      seen.add(page);
      const here = page;
      queue.push(...targets(readFileSync(page, "utf8")).map(({ path }) => join(dirname(here), path)));
    }
    expect(DOCS.filter((page) => !seen.has(page)).map((page) => relative(ROOT, page))).to.deep.equal([]);
  });
});
