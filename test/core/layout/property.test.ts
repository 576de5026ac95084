import { expect } from "chai";
import { compareLayouts, extractLayout } from "../../../src/core/layout/index.js";
import { compileSources } from "../../support/solc.js";
import { keyTypesOf, places } from "./random/leaves.js";
import { Random, randomEdit, randomModel } from "./random/model.js";
import { Oracle, runtimeCode, type Version } from "./random/oracle.js";
import { contractSource } from "./random/solidity.js";

/** Pairs to run; `DRYDOCK_LAYOUT_PAIRS=2000` for a long run. */
const PAIRS = Number(process.env.DRYDOCK_LAYOUT_PAIRS ?? "40");
const SEED = Number(process.env.DRYDOCK_LAYOUT_SEED ?? "1");
const PER_COMPILE = 20;
/** Seeds of single pairs, comma-separated: replays what a long run reported. */
const REPLAY = (process.env.DRYDOCK_LAYOUT_REPLAY ?? "").split(",").filter((seed) => seed !== "").map(Number);
const SEEDS = REPLAY.length > 0 ? REPLAY : Array.from({ length: PAIRS }, (_, at) => SEED * 1_000_003 + at);

describe("layout verdicts against a real EVM", function () {
  this.timeout(0);

  it(`agrees with what V2 reads of V1's values, for ${SEEDS.length} random pairs`, async () => {
    const { oracle, close } = await Oracle.start();
    const disagreements: string[] = [];
    const seen = { kept: 0, corrupting: 0 };
    try {
      for (let start = 0; start < SEEDS.length; start += PER_COMPILE) {
        for (const pair of compilePairs(SEEDS.slice(start, start + PER_COMPILE))) {
          const comparison = compareLayouts(pair.layouts[0], pair.layouts[1]);
          const corrupting = comparison.verdict === "blocked";
          const wrong = await oracle.disagreements(pair.before, pair.after);
          seen[corrupting ? "corrupting" : "kept"] += 1;
          if (corrupting !== wrong.length > 0) {
            const ours = comparison.changes.map(({ fate, label, severity, reason }) => `  ${fate} ${label} ${severity}: ${reason}`);
            disagreements.push(`pair ${pair.seed}: ours ${comparison.verdict}, the EVM: ${wrong.join("; ") || "all the same"}\n${ours.join("\n")}\n${pair.sources.join("\n---\n")}`);
          }
        }
      }
    } finally {
      await close();
    }
    expect(disagreements, disagreements.slice(0, 3).join("\n\n")).to.deep.equal([]);
    // A run that met only one kind of pair would prove nothing.
    if (REPLAY.length === 0) expect(Math.min(seen.kept, seen.corrupting)).to.be.greaterThan(PAIRS / 10);
  });
});

interface CompiledPair {
  seed: number;
  before: Version;
  after: Version;
  layouts: [ReturnType<typeof extractLayout>, ReturnType<typeof extractLayout>];
  sources: [string, string];
}

function compilePairs(seeds: number[]): CompiledPair[] {
  const pairs = seeds.map((seed) => {
    const random = new Random(seed);
    const before = randomModel(random);
    const after = randomEdit(random, before);
    const keys = keyTypesOf(before);
    const versions = [before, after].map((model) => ({ model, places: places(model, keys) }));
    const sources = versions.map(({ model, places: list }) => contractSource(model, list));
    return { seed, versions, sources };
  });
  const files = Object.fromEntries(pairs.flatMap(({ sources }, at) => sources.map((source, side) => [`${at}-${side}.sol`, source])));
  const { input, output } = compileSources(files);
  return pairs.map(({ seed, versions, sources }, at) => {
    const version = (side: number): Version => {
      const found = versions[side];
      if (found === undefined) throw new Error("no such version");
      return { ...found, code: runtimeCode(output, `${at}-${side}.sol`) };
    };
    const layout = (side: number) => extractLayout(output, input, { file: `${at}-${side}.sol`, name: "C" });
    return { seed, before: version(0), after: version(1), layouts: [layout(0), layout(1)], sources: [sources[0] ?? "", sources[1] ?? ""] };
  });
}
