import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { WALLETS } from "../../scripts/chain/deploy-venue.js";
import { startEmbeddedChain, type EmbeddedChain } from "../../scripts/chain/embedded.js";
import { safeCall } from "../../scripts/chain/governance.js";
import { ROOT, upgrade, type Run } from "../support/cli.js";
import { plan0001With, writePlan } from "../support/plan-file.js";

/** The way back: a nonce that somebody else used, a schedule that is taken back. */
describe("the line, back again: a used nonce and a cancellation", function () {
  this.timeout(600_000);
  const CHAIN_ID = 20_263;
  let chain: EmbeddedChain;
  let plan: string;
  const bundle = join(ROOT, "proposals", "test-cancel");
  const trust = join(ROOT, "cache", "test-cancel-trust.json");
  const run = (args: readonly string[]): Promise<Run> => upgrade(args, { url: chain.url, trust });
  const progress = async (): Promise<string[]> => {
    const { answer } = await run(["status", bundle]);
    return (answer.proposals as { progress: string }[]).map((proposal) => proposal.progress);
  };
  const sign = async (step: string): Promise<void> => {
    for (const index of WALLETS.governanceOwners.slice(0, 2)) {
      const { status, answer } = await run(["sign", bundle, "--step", step, "--account", chain.session.wallet(index).address]);
      expect(status, JSON.stringify([answer.error, answer.findings, answer.notRun]).slice(0, 2_000)).to.equal(0);
    }
  };

  before(async () => {
    await rm(bundle, { recursive: true, force: true });
    await rm(trust, { force: true });
    chain = await startEmbeddedChain({ chainId: CHAIN_ID, deployments: join(ROOT, "deployments") });
    plan = await writePlan("cancel", {
      plan: plan0001With(`chainId: ${CHAIN_ID}`),
      expectations: await readFile(join(ROOT, "upgrades", "0001-new-product", "expectations.ts"), "utf8"),
    });
    await run(["inspect", "--write", trust]);
    const proposed = await run(["propose", plan, "--out", bundle]);
    expect(proposed.status, JSON.stringify(proposed.answer.findings)).to.equal(0);
  });

  after(async () => {
    await chain?.stop();
    await rm(bundle, { recursive: true, force: true });
    await rm(join(ROOT, "deployments", `${CHAIN_ID}.json`), { force: true });
  });

  it("notices that the nonce was used for something else, and seals again for the next one with the same plan hash", async () => {
    const { governance } = chain.venue;
    await chain.session.sync();
    await safeCall(chain.session, governance, governance.safe, "0x");
    expect(await progress()).to.deep.equal(["stale nonce"]);
    const refused = await run(["sign", bundle, "--step", "schedule", "--account", chain.session.wallet(WALLETS.governanceOwners[0] ?? 0).address]);
    expect(refused.status).to.equal(2);
    expect(refused.answer.error?.message).to.match(/nonce .* is used.*renonce/);

    const before = JSON.parse(await readFile(join(bundle, "manifest.json"), "utf8")) as { planHash: string };
    const { status, answer } = await run(["propose", plan, "--out", bundle, "--renonce"]);
    expect([status, answer.planHash], JSON.stringify(answer.error)).to.deep.equal([0, before.planHash]);
    expect(await progress()).to.deep.equal(["collecting signatures"]);
  });

  it("cancels nothing that is not scheduled", async () => {
    const { status, answer } = await run(["cancel", bundle]);
    expect([status, answer.transactionHash, answer.operation]).to.deep.equal([0, null, "unset"]);
  });

  it("takes a schedule back through the Safe, once, and says so", async () => {
    await sign("schedule");
    const scheduled = await run(["schedule", bundle]);
    expect([scheduled.status, scheduled.answer.operation]).to.deep.equal([0, "waiting"]);
    const again = await run(["propose", plan, "--out", bundle, "--renonce"]);
    expect([again.status, again.answer.error?.code]).to.deep.equal([2, "DD154"]);

    const unsigned = await run(["cancel", bundle]);
    expect([unsigned.status, unsigned.answer.error?.code]).to.deep.equal([2, "DD153"]);
    await sign("cancel");
    const cancelled = await run(["cancel", bundle]);
    expect([cancelled.status, cancelled.answer.operation, cancelled.answer.via], JSON.stringify(cancelled.answer.error)).to.deep.equal([0, "unset", "safe"]);
    expect((await run(["cancel", bundle])).answer.transactionHash).to.equal(null);
    expect(await progress()).to.deep.equal(["cancelled"]);
    const execute = await run(["execute", bundle]);
    expect([execute.status, execute.answer.error?.code]).to.deep.equal([2, "DD154"]);
  });
});
