import { expect } from "chai";
import fc from "fast-check";
import { diffLines } from "../../../src/core/diff/lines.js";
import { diffSources } from "../../../src/core/diff/sources.js";

const kinds = (before: string, after: string): string =>
  diffLines(before, after)
    .map(({ kind }) => ({ same: "=", old: "-", new: "+" })[kind])
    .join("");

describe("core/diff", () => {
  it("finds the shortest edit", () => {
    expect(kinds("a\nb\nc", "a\nb\nc")).to.equal("===");
    expect(kinds("a\nb\nc", "a\nx\nc")).to.equal("=-+=");
    expect(kinds("a\nb\nc\na\nb\nb\na", "c\nb\na\nb\na\nc").replaceAll("=", "").length).to.equal(5);
    expect(kinds("", "a\nb")).to.equal("++");
  });

  it("gives both texts back, whatever they are", () => {
    const text = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 30 }).map((lines) => lines.join("\n"));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diffLines(before, after);
        const of = (kind: "old" | "new"): string =>
          lines
            .filter((line) => line.kind === "same" || line.kind === kind)
            .map((line) => line.text)
            .join("\n");
        expect(of("old")).to.equal(before);
        expect(of("new")).to.equal(after);
      }),
      { numRuns: 300 },
    );
  });

  it("stays bounded where everything differs, and says that everything is replaced", () => {
    const lines = (prefix: string): string =>
      Array.from({ length: 20_000 }, (_, index) => `${prefix}${index}`).join("\n");
    const diff = diffLines(lines("a"), lines("b"));
    expect(diff).to.have.length(40_000);
  });

  it("folds what is unchanged, and compares a file that took another's place", () => {
    const long = Array.from({ length: 100 }, (_, index) => `line ${index}`);
    const after = long.map((line, index) => (index === 50 ? "changed" : line)).join("\n");
    const [changed, same] = diffSources(
      { "V1.sol": long.join("\n"), "I.sol": "x" },
      { "V2.sol": after, "I.sol": "x" },
      { from: "V1.sol", to: "V2.sol" },
    );
    expect(changed).to.deep.include({ file: "V2.sol", was: "V1.sol", status: "changed", added: 1, removed: 1 });
    expect(changed?.hunks).to.have.length(1);
    expect(changed?.hunks[0]).to.include({ oldStart: 48, newStart: 48 });
    expect(changed?.hunks[0]?.lines).to.have.length(8);
    expect(same).to.deep.include({ file: "I.sol", status: "unchanged" });
  });
});
