import { expect } from "chai";
import { rehearsalHtml } from "../../src/report/rehearsal-html.js";
import { selfTestText } from "../../src/report/rehearsal-text.js";
import type { Rehearsal, SelfTestResult } from "../../src/core/schema/rehearsal.js";

const HASH = `0x${"11".repeat(32)}`;

function sample(): Rehearsal {
  return {
    schema: "drydock/rehearsal@1",
    verdict: "blocked",
    chainId: "1",
    planHash: HASH,
    operationId: HASH,
    block: { number: "5", hash: HASH, timestamp: "7" },
    start: "fresh",
    steps: [],
    negatives: [],
    domain: [{ group: "market", label: "0 openInterestLong", before: "1", after: "2", change: "1" }],
    stateDiff: [],
    accounts: [],
    events: [],
    subtracted: [],
    scenarios: [
      {
        id: "S2",
        title: "crash",
        verdict: "blocked",
        differences: [{ where: "<script>alert(1)</script>", before: "1", after: "2", detail: "old and new differ", expected: false }],
        invariants: [{ id: "I1", checks: 2 }],
        series: [{ name: "open interest", unit: "1e18", old: ["1000000000000000000", "2000000000000000000"], new: ["1000000000000000000", "3000000000000000000"] }],
        moments: ["before", "after"],
        gas: [{ action: "close", old: "100", new: "90" }],
        detail: "",
      },
    ],
    probes: [],
    findings: [],
    notRun: [],
  };
}

describe("rehearsal as a page", () => {
  it("charts old against new, with the moments, and says the numbers in words", () => {
    const html = rehearsalHtml(sample());
    expect(html.match(/<polyline/g)).to.have.length(2);
    expect(html).to.include("old 1 to 2, new 1 to 3");
    expect(html).to.include(">before</text>").and.to.include(">after</text>");
    expect(html).to.include("<td class=\"value\">-10</td>");
  });

  it("lets nothing of the rehearsal become markup, and runs no script", () => {
    const html = rehearsalHtml(sample());
    expect(html).to.not.include("<script");
    expect(html).to.include("&lt;script&gt;");
  });

  it("puts the venue's own table before the storage", () => {
    const html = rehearsalHtml(sample());
    expect(html.indexOf("openInterestLong")).to.be.lessThan(html.indexOf("What the execution changes"));
  });

  it("says for every fault of a self-test who noticed it", () => {
    const faults: SelfTestResult[] = [
      { id: "a", what: "something", where: "vault", verdict: "caught", by: ["probes: rehearsal/probe/stuck"] },
      { id: "b", what: "another", where: null, verdict: "missed", by: [] },
    ];
    expect(rehearsalHtml(sample(), faults)).to.include("rehearsal/probe/stuck");
    expect(selfTestText(faults)).to.include("ok   a").and.to.include("FAIL b").and.to.include("nobody noticed");
  });
});
