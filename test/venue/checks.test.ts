import { join } from "node:path";
import { expect } from "chai";
import hre from "hardhat";
import { startEmbeddedChain, type EmbeddedChain } from "../../scripts/chain/embedded.js";
import type { ChainPort } from "../../src/chain/port.js";
import { httpChain } from "../../src/chain/rpc/http-chain.js";
import { blockNumber } from "../../src/chain/reads.js";
import { blocks, DEFAULT_POLICY } from "../../src/core/finding.js";
import { checkPlan, type PlanCheck } from "../../src/stages/check-plan.js";
import { readNameBook, type NameBook } from "../../src/stages/names.js";
import { resolvePlan } from "../../src/stages/resolve.js";
import { builder, liveBuildFinder } from "../../tasks/upgrade/shared/context.js";
import { loadPlan } from "../../tasks/upgrade/shared/load-plan.js";
import { materialise } from "../fixtures/venue/materialise.js";
import { VARIANTS } from "../fixtures/venue/variants.js";
import { ROOT } from "../support/cli.js";

/** What of each good upgrade's findings is known, and why it stands. */
const EXPLAINED: Readonly<Record<string, readonly string[]>> = {
  "0001-new-product": [],
  // The function that wrote the retired surface is gone with it; what asked for the old surface asks for the new one.
  "0002-pricing-model": ["P8", "P8"],
  "0003-compliance": [],
  // The setter and the event of the retired parameter are gone, on purpose. The venue stands at its first version here, so
  // that the variables of the versions between are new to it.
  "0004-risk-standard": ["P8", "P8", "P8", "U8", "U8", "U8"],
};

/** The rule that must speak, for each variant that the check is the first to see. */
const CAUGHT_BY: Readonly<Record<string, string>> = {
  "0001-reinitializer-forgotten": "I11",
  "0001-reinitializer-open": "I3",
  "0003-compliance-is-one-key": "P14",
  "0003-event-topic-changed": "P8",
  "0004-retired-parameter-settable": "P8",
};

describe("the checks on the venue's upgrades", function () {
  this.timeout(300_000);
  let running: EmbeddedChain;
  let chain: ChainPort;
  let names: NameBook;
  const build = builder(hre);

  before(async () => {
    running = await startEmbeddedChain({ deployments: join(ROOT, "deployments") });
    chain = httpChain({ urls: [running.url], network: "embedded", timeoutMs: 20_000, attempts: 2 });
    ({ names } = await readNameBook(ROOT, BigInt(running.chainId)));
  });
  after(() => running?.stop());

  async function check(path: string): Promise<PlanCheck> {
    const { definition: planned } = await loadPlan(path, "check");
    // The venue stands at its first version here, and a later plan says that it starts from a later one.
    const definition = { ...planned, changes: planned.changes.map(({ from: _, ...change }) => change) };
    const block = await blockNumber(chain);
    const resolved = await resolvePlan(definition, { chain, network: "embedded", block, names, build, findLive: liveBuildFinder(hre, build) });
    return checkPlan(resolved, { chain, names, chainType: "l1", policy: DEFAULT_POLICY });
  }

  it("has a rule for each variant that the check must be the first to see", () => {
    expect(VARIANTS.filter(({ caughtBy }) => caughtBy === "check").map(({ id }) => id)).to.have.members(Object.keys(CAUGHT_BY));
  });

  for (const [upgrade, explained] of Object.entries(EXPLAINED)) {
    it(`${upgrade} passes, and what is left is explained`, async () => {
      const { gate } = await check(join(ROOT, "upgrades", upgrade));
      expect(gate.findings.filter((finding) => blocks(finding)).map(({ rule, detail }) => `${rule}: ${detail}`)).to.deep.equal([]);
      expect([gate.verdict, gate.findings.map(({ rule }) => rule).sort()], JSON.stringify(gate.findings)).to.deep.equal(["pass", [...explained].sort()]);
    });
  }

  for (const [id, rule] of Object.entries(CAUGHT_BY)) {
    it(`${id} is blocked by ${rule}`, async () => {
      const { gate } = await check((await materialise(id)).plan);
      expect(gate.findings.filter((finding) => blocks(finding)).map((finding) => finding.rule)).to.deep.equal([rule]);
    });
  }
});
