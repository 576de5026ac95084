import { expect } from "chai";
import { diffPictures } from "../../src/core/authority/picture-diff.js";
import type { AuthorityPicture } from "../../src/core/schema/inspect.js";
import { authoritySvg } from "../../src/report/authority-svg.js";

const at = (n: number) => `0x${n.toString(16).padStart(40, "0")}`;
const node = (n: number, kind: AuthorityPicture["nodes"][number]["kind"], label: string | null = null) => ({ address: at(n), kind, label, facts: {}, complete: true });
const edge = (from: number, to: number, right: string, more = {}) => ({
  from: at(from),
  to: at(to),
  right,
  need: 1,
  outOf: 1,
  delay: "0",
  evidence: "call" as const,
  ...more,
});

const BEFORE: AuthorityPicture = {
  nodes: [node(1, "proxy", "Exchange"), node(2, "timelock", "Timelock"), node(3, "safe", "Council"), ...[4, 5, 6].map((n) => node(n, "eoa"))],
  edges: [
    edge(2, 1, "owner"),
    edge(3, 2, "proposer", { delay: "172800" }),
    ...[4, 5, 6].map((n) => edge(n, 3, "owners", { need: 2, outOf: 3 })),
  ],
  paths: [],
};

describe("the picture of the authority graph", () => {
  it("is one SVG with text for readers, and loads nothing", () => {
    const svg = authoritySvg(BEFORE);
    expect(svg).to.match(/^<svg [^>]*role="img"/).and.to.match(/<title [^>]*>Who can change the code<\/title>/);
    expect(svg).to.contain("proposer after 2 d").and.contain("owners 2 of 3").and.contain("3 × one key");
    expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', "")).to.not.match(/https?:|<script|<image|@import|<foreignObject| on\w+=/);
  });

  it("gives the same bytes for the same graph", () => {
    expect(authoritySvg(structuredClone(BEFORE))).to.equal(authoritySvg(BEFORE));
  });

  it("marks what the upgrade adds, removes and changes by sign as well as by colour", () => {
    const after: AuthorityPicture = {
      ...BEFORE,
      nodes: [...BEFORE.nodes, node(7, "eoa", "New key")],
      edges: [edge(7, 1, "owner"), edge(3, 2, "proposer", { delay: "60" }), ...BEFORE.edges.slice(2)],
    };
    expect(diffPictures(BEFORE, after).edges.filter(({ change }) => change !== "kept").map(({ right, change, was }) => [right, change, was])).to.deep.equal([
      ["owner", "added", null],
      ["proposer", "changed", "1 of 1, 172800 s"],
      ["owner", "removed", null],
    ]);
    const svg = authoritySvg(BEFORE, { after });
    expect(svg).to.contain("+ New key").and.contain("+ owner").and.contain("− owner").and.contain("± proposer after 1 min (was 1 of");
    expect(authoritySvg(BEFORE, { after: BEFORE })).to.contain("changes none of them").and.not.contain("+ ");
  });

  it("shows labels of others without letting them become markup or reorder the line", () => {
    const svg = authoritySvg({ ...BEFORE, nodes: [node(1, "proxy", '<script>"\u202Egnp'), ...BEFORE.nodes.slice(1)] });
    expect(svg).to.not.contain("<script").and.not.contain("\u202E");
    expect(svg).to.contain("&#60;script&#62;");
  });

  it("draws circles of owners", () => {
    const svg = authoritySvg({ ...BEFORE, edges: [...BEFORE.edges, edge(1, 3, "module"), edge(2, 2, "admin")] });
    expect(svg).to.contain("module");
  });
});
