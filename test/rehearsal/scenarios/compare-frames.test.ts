import { expect } from "chai";
import { NO_EXPECTATIONS } from "../../../src/rehearsal/diff/expected.js";
import { compareFrames, compareOutcomes, declareDifferences, pairFrames } from "../../../src/rehearsal/scenarios/compare-frames.js";
import type { Frame } from "../../../src/rehearsal/scenarios/frame.js";

const frame = (label: string, values: Record<string, string>): Frame => ({ label, isWhole: true, liquidations: 0, values: new Map(Object.entries(values)), authority: new Map() });
const outcome = (label: string, result: string, events = "") => ({ label, result, events, gas: 1n, succeeded: !result.startsWith("reverts") });
const declared = (where: string, before: string, after: string, tolerance: { withinBps?: string; within?: string }) =>
  declareDifferences("S2", [{ where, before, after, detail: "", expected: false }], {
    ...NO_EXPECTATIONS,
    differences: [{ scenario: "*", where: "*: market option:* mark", reason: "model", ...tolerance }],
  })[0]?.expected;

describe("old and new compared", () => {
  it("pairs frames by their moment, so that an action which goes through on one side only shifts nothing", () => {
    const old = [frame("start", { "price A value": "1" }), frame("after close", {}), frame("end", { "price A value": "2" })];
    const current = [frame("start", { "price A value": "1" }), frame("end", { "price A value": "3" })];
    expect(pairFrames(old, current).map(([{ label }]) => label)).to.deep.equal(["start", "end"]);
    expect(compareFrames("S2", old, current).map(({ where }) => where)).to.deep.equal(["end: price A value"]);
  });

  it("tells another revert and other events of the same action apart", () => {
    const [revert, events] = compareOutcomes([outcome("close", "succeeds"), outcome("open", "succeeds", "a(1)")], [outcome("close", "reverts: X()"), outcome("open", "succeeds", "a(2)")]);
    expect(revert?.after).to.equal("reverts: X()");
    expect(events?.where).to.equal("open: events");
  });

  it("takes a tolerance as what it says, for every number of a text", () => {
    const where = "-20 %: market option:2 mark";
    expect(declared(where, "10000", "10005", { withinBps: "10" })).to.equal(true);
    expect(declared(where, "10000", "10020", { withinBps: "10" })).to.equal(false);
    expect(declared(where, "20", "40", { withinBps: "10", within: "25" })).to.equal(true);
    expect(declared(where, "e.Sold(7, 10000)", "e.Sold(7, 10005)", { withinBps: "10" })).to.equal(true);
    expect(declared(where, "e.Sold(7, 10000)", "e.Sold(7, 99)", { withinBps: "10" })).to.equal(false);
    expect(declared(where, "e.Sold(7, 10000)", "e.Bought(7, 10000)", { withinBps: "10" })).to.equal(false);
    expect(declared(where, "10000", "refused: stale", { withinBps: "10" })).to.equal(false);
    expect(declared("-20 %: account 0x1 equity", "10000", "10005", { withinBps: "10" })).to.equal(false);
  });
});
