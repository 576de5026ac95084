import { expect } from "chai";
import type { Rehearsal } from "../../src/core/schema/rehearsal.js";
import { rehearsalJunit } from "../../src/report/rehearsal-junit.js";

const WORD = `0x${"00".repeat(32)}`;

function rehearsal(parts: Partial<Rehearsal>): Rehearsal {
  return {
    schema: "drydock/rehearsal@1",
    verdict: "pass",
    chainId: "1",
    planHash: WORD,
    operationId: WORD,
    block: { number: "1", hash: WORD, timestamp: "1" },
    start: "fresh",
    steps: [{ id: "execute", verdict: "pass", detail: "1 call" }],
    negatives: [],
    domain: [],
    stateDiff: [],
    accounts: [],
    events: [],
    subtracted: [],
    scenarios: [],
    probes: [],
    findings: [],
    notRun: [],
    ...parts,
  };
}

describe("rehearsalJunit", () => {
  it("counts a blocked run as failure, one that was not run as error, and a passed one as neither", () => {
    const xml = rehearsalJunit(
      rehearsal({
        negatives: [{ id: "early", verdict: "blocked", expected: "a revert", actual: "it <succeeded>" }],
        notRun: [{ check: "scenarios", reason: "no adapter" }],
      }),
    );
    expect(xml).to.include('<testsuite name="route" tests="1" failures="0" errors="0">');
    expect(xml).to.include('<testsuite name="runs that must fail" tests="1" failures="1" errors="0">');
    expect(xml).to.include('<testsuite name="not run" tests="1" failures="0" errors="1">');
    expect(xml).to.include("it &lt;succeeded&gt;");
    expect(xml).to.not.include("<succeeded>");
  });

  it("makes characters visible that XML does not allow", () => {
    expect(rehearsalJunit(rehearsal({ steps: [{ id: "a\u0001b", verdict: "pass", detail: "" }] }))).to.include("a\\u0001b");
  });
});
