import { expect } from "chai";
import fc from "fast-check";
import { controlledBy, feasibleWithout, leastKeys, leavesUnder } from "../../../src/core/authority/evaluate.js";
import { ANYONE, isLeaf, way, type AuthorityNode, type NodeKind, type Way } from "../../../src/core/authority/graph.js";
import { pathsTo } from "../../../src/core/authority/paths.js";
import { singlePoints } from "../../../src/core/authority/single-points.js";

function graphOf(nodes: Record<string, [NodeKind, Way[]]>): Map<string, AuthorityNode> {
  return new Map(
    Object.entries(nodes).map(([address, [kind, ways]]) => [address, { address, kind, label: null, facts: {}, ways, complete: kind !== "contract" }]),
  );
}

const KEYS = ["k1", "k2", "k3", "k4", "k5"];
const CONTRACTS = ["c1", "c2", "c3", "c4"];

/** Any graph of a few contracts and keys: every way has some of the names and needs some of them. */
const graphs = fc
  .array(
    fc.array(
      fc.record({ of: fc.uniqueArray(fc.constantFrom(...KEYS, ...CONTRACTS), { minLength: 1, maxLength: 4 }), need: fc.integer({ min: 1, max: 4 }) }),
      { maxLength: 3 },
    ),
    { minLength: CONTRACTS.length, maxLength: CONTRACTS.length },
  )
  .map((ways) =>
    graphOf({
      ...Object.fromEntries(KEYS.map((key) => [key, ["eoa", []] as [NodeKind, Way[]]])),
      ...Object.fromEntries(
        CONTRACTS.map((contract, index) => [
          contract,
          ["safe", ways[index]!.map(({ of, need }) => way("owners", of, { need: Math.min(need, of.length) }))] as [NodeKind, Way[]],
        ]),
      ),
    }),
  );

function subsets<T>(items: readonly T[]): T[][] {
  return items.reduce<T[][]>((all, item) => [...all, ...all.map((set) => [...set, item])], [[]]);
}

describe("authority, evaluated", () => {
  it("grows with the keys that are taken, and never from a circle alone", () => {
    fc.assert(
      fc.property(graphs, fc.subarray(KEYS), fc.subarray(KEYS), (graph, some, more) => {
        const few = controlledBy(graph, new Set(some));
        const many = controlledBy(graph, new Set([...some, ...more]));
        for (const address of few) expect(many.has(address)).to.equal(true);
        expect([...controlledBy(graph, new Set())]).to.deep.equal([]);
      }),
      { numRuns: 100 },
    );
  });

  it("counts the fewest keys as trying all sets of keys does, up to three", () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const tried = subsets(KEYS).filter((set) => controlledBy(graph, new Set(set)).has("c1"));
        const fewest = tried.length === 0 ? undefined : Math.min(...tried.map((set) => set.length));
        const counted = leastKeys(graph, "c1");
        if (fewest === undefined || fewest <= 3) expect(counted).to.equal(fewest);
        else expect(counted).to.be.at.least(fewest);
      }),
      { numRuns: 100 },
    );
  });

  it("calls a key a single point exactly when it alone is enough, or the others are not", () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const points = singlePoints(graph, ["c1"]);
        const reachableKeys = leavesUnder(graph, "c1");
        const possible = controlledBy(graph, new Set(KEYS)).has("c1");
        for (const key of reachableKeys) {
          const alone = controlledBy(graph, new Set([key])).has("c1");
          const others = controlledBy(graph, new Set(KEYS.filter((other) => other !== key))).has("c1");
          expect(points.some(({ address, effect }) => address === key && effect === "changes-code")).to.equal(alone);
          expect(points.some(({ address, effect }) => address === key && effect === "blocks-fix")).to.equal(possible && !others);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("lets a canceller and a guard block, and an executor be needed", () => {
    const graph = graphOf({
      proxy: ["proxy", [way("owner", ["lock"])]],
      lock: ["timelock", [way("proposer", ["safe"], { delay: 5n, cancellers: ["watch"], executors: ["runner"] })]],
      safe: ["safe", [way("owners", ["k1", "k2", "k3"], { need: 2, guard: "guard" })]],
      watch: ["eoa", []],
      runner: ["eoa", []],
      guard: ["contract", []],
      ...Object.fromEntries(["k1", "k2", "k3"].map((key) => [key, ["eoa", []] as [NodeKind, Way[]]])),
    });
    expect(controlledBy(graph, new Set(["k1", "k2"])).has("proxy")).to.equal(false);
    expect(controlledBy(graph, new Set(["k1", "k2", "runner"])).has("proxy")).to.equal(true);
    expect(leastKeys(graph, "proxy")).to.equal(3);
    for (const blocker of ["watch", "runner", "guard"]) expect(feasibleWithout(graph, blocker).has("proxy"), blocker).to.equal(false);
    for (const harmless of ["k1", "k2", "k3"]) expect(feasibleWithout(graph, harmless).has("proxy"), harmless).to.equal(true);
    expect(singlePoints(graph, ["proxy"]).map(({ address, effect }) => `${address} ${effect}`).sort()).to.deep.equal([
      "guard blocks-fix",
      "runner blocks-fix",
      "watch blocks-fix",
    ]);
  });

  it("lists paths with their delays and keys, shortest delay first, and ends in circles", () => {
    const graph = graphOf({
      proxy: ["proxy", [way("owner", ["lock"]), way("role", ["k3"])]],
      lock: ["timelock", [way("proposer", ["safe"], { delay: 7n, cancellers: ["safe"] }), way("role admin", ["lock", "proxy"], { delay: 7n })]],
      safe: ["safe", [way("owners", ["k1", "k2"], { need: 2 }), way("module", ["k3"])]],
      k1: ["eoa", []],
      k2: ["eoa", []],
      k3: ["eoa", []],
    });
    const { paths, truncated } = pathsTo(graph, "proxy");
    expect(truncated).to.equal(false);
    expect(paths.map(({ leaf, delay, keys, cancellers }) => [leaf.address, Number(delay), keys, cancellers.join()])).to.deep.equal([
      ["k3", 0, 1, ""],
      ["k3", 7, 1, "safe"],
      ["safe", 7, 2, "safe"],
    ]);
    expect(pathsTo(graph, "proxy", 1).truncated).to.equal(true);
  });

  it("knows everybody and nobody", () => {
    const graph = graphOf({ proxy: ["proxy", [way("no guard", [ANYONE])]], [ANYONE]: ["anyone", []], dead: ["burned", []] });
    expect(leastKeys(graph, "proxy")).to.equal(0);
    expect(pathsTo(graph, "proxy").paths[0]).to.deep.include({ keys: 0, leaf: { address: ANYONE, kind: "anyone" } });
    const renounced = graphOf({ proxy: ["proxy", [way("owner", ["dead"])]], dead: ["burned", []] });
    expect(leastKeys(renounced, "proxy")).to.equal(undefined);
    expect(pathsTo(renounced, "proxy").paths).to.deep.equal([]);
    expect([...renounced.values()].filter(isLeaf)).to.deep.equal([]);
  });
});
