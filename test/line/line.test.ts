import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { Signature } from "ethers";
import { startEmbeddedChain, type EmbeddedChain } from "../../scripts/chain/embedded.js";
import { MARKETS, WALLETS } from "../../scripts/chain/deploy-venue.js";
import { ROOT, upgrade, type Run } from "../support/cli.js";
import { plan0001With, writePlan } from "../support/plan-file.js";

/** What an answer says about why it did not pass. */
function why({ answer }: Run): string {
  return JSON.stringify([answer.error, answer.findings, answer.notRun]).slice(0, 3_000);
}

/** The whole line on a chain with the id of mainnet: the code paths that know chain 1 are taken too. */
describe("the line, from plan to executed, on chain id 1", function () {
  this.timeout(900_000);
  let chain: EmbeddedChain;
  let plan: string;
  const bundle = join(ROOT, "proposals", "test-line");
  const trust = join(ROOT, "cache", "test-line-trust.json");

  const run = (args: readonly string[]): Promise<Run> => upgrade(args, { url: chain.url, trust });
  const owner = (index: number) => chain.session.wallet(WALLETS.governanceOwners[index] ?? 0);
  const keepFeedsFresh = async () => {
    await chain.session.sync();
    for (const { name, answer } of MARKETS) {
      const data = chain.venue.abis[name]?.encodeFunctionData("set", [answer]) ?? "0x";
      await chain.session.send(chain.session.deployer, { to: chain.venue.contracts[name] ?? "", data });
    }
  };

  before(async () => {
    await rm(trust, { force: true });
    await rm(bundle, { recursive: true, force: true });
    chain = await startEmbeddedChain({ chainId: 1, deployments: join(ROOT, "deployments") });
    plan = await writePlan("line", {
      plan: plan0001With("chainId: 1"),
      expectations: await readFile(join(ROOT, "upgrades", "0001-new-product", "expectations.ts"), "utf8"),
    });
  });

  after(async () => {
    await chain?.stop();
    await rm(bundle, { recursive: true, force: true });
  });

  it("inspects the route and writes the signer's trust file", async () => {
    const { status, answer } = await run(["inspect", "--write", trust]);
    expect(status, why({ status, answer, stderr: "" })).to.equal(0);
    const proxies = answer.proxies as { label: string; leastDelay: string; leastKeys: number }[];
    expect(proxies.map(({ label }) => label)).to.include.members(["clearinghouse", "perpExchange", "insuranceFund"]);
    for (const proxy of proxies) expect([proxy.label, proxy.leastDelay, proxy.leastKeys]).to.deep.equal([proxy.label, "172800", 2]);
  });

  it("validates, checks and rehearses the plan", async () => {
    const validated = await run(["validate", plan]);
    expect(validated.status, why(validated)).to.equal(0);
    const checked = await run(["check", plan]);
    expect(checked.status, why(checked)).to.equal(0);
    const rehearsed = await run(["rehearse", plan]);
    expect(rehearsed.status, why(rehearsed)).to.equal(0);
    const negatives = rehearsed.answer.negatives as { id: string; verdict: string }[];
    expect(negatives.map(({ id }) => id)).to.include.members(["early", "one-signature-short", "wrong-salt", "stranger-upgrade:0"]);
    expect(negatives.filter(({ verdict }) => verdict !== "pass")).to.deep.equal([]);
  });

  it("proposes once, finds the standing proposal the second time, and passes no review before the code is there", async () => {
    const { provider } = chain.session;
    const before = (await provider.send("evm_snapshot", [])) as string;
    const first = await run(["propose", plan, "--out", bundle]);
    expect(first.status, why(first)).to.equal(0);
    expect(first.answer.outcome).to.equal("sealed");
    const again = await run(["propose", plan, "--out", bundle]);
    expect([again.status, again.answer.outcome]).to.deep.equal([0, "standing"]);
    expect(again.answer.evidenceRoot).to.equal(first.answer.evidenceRoot);
    expect(await readFile(join(bundle, "reports", "report.md"), "utf8")).to.include(first.answer.safeTxHash as string);

    await provider.send("evm_revert", [before]);
    const missing = await run(["review", bundle]);
    expect(missing.status, why(missing)).to.not.equal(0);
    expect(why(missing)).to.match(/not deployed|no code|not there/i);
    const anew = await run(["propose", plan, "--out", bundle, "--again"]);
    expect([anew.status, anew.answer.planHash, anew.answer.outcome], why(anew)).to.deep.equal([0, first.answer.planHash, "sealed"]);
  });

  it("reviews the bundle from nothing", async () => {
    const { status, answer } = await run(["review", bundle]);
    expect(status, why({ status, answer, stderr: "" })).to.equal(0);
    expect(answer.scope).to.equal("full");
  });

  it("reruns every stage from the bundle's own cassette without any network, which is no verdict", async () => {
    const { status, answer } = await upgrade(["review", bundle, "--replay"], { url: "http://127.0.0.1:9", trust });
    expect([status, answer.verdict, answer.scope], why({ status, answer, stderr: "" })).to.deep.equal([2, "not-run", "cassette"]);
    const gates = answer.gates as { stage: string; verdict: string }[];
    expect(gates.filter(({ verdict }) => verdict !== "pass").map(({ stage }) => stage)).to.deep.equal(["chain"]);
    expect(gates.map(({ stage }) => stage)).to.include.members(["validate", "check", "rehearse"]);
  });

  it("signs by an account and by a signature made elsewhere, and by no stranger", async () => {
    const stranger = await run(["sign", bundle, "--step", "schedule", "--account", chain.session.deployer.address]);
    expect([stranger.status, stranger.answer.error?.code]).to.deep.equal([2, "DD151"]);
    const first = await run(["sign", bundle, "--step", "schedule", "--account", owner(0).address]);
    expect([first.status, first.answer.signed, first.answer.threshold]).to.deep.equal([0, 1, 2]);

    const tooFew = await run(["schedule", bundle]);
    expect([tooFew.status, tooFew.answer.error?.code]).to.deep.equal([2, "DD153"]);

    const foreign = Signature.from(chain.session.wallet(0).signingKey.sign(first.answer.safeTxHash as string)).serialized;
    const refused = await run(["sign", bundle, "--step", "schedule", "--import", foreign]);
    expect([refused.status, refused.answer.error?.code]).to.deep.equal([2, "DD152"]);
    const made = Signature.from(owner(2).signingKey.sign(first.answer.safeTxHash as string)).serialized;
    const imported = await run(["sign", bundle, "--step", "schedule", "--import", made]);
    expect([imported.status, imported.answer.owner, imported.answer.signed]).to.deep.equal([0, owner(2).address, 2]);
  });

  it("schedules once, and refuses to execute before the delay has passed", async () => {
    const scheduled = await run(["schedule", bundle]);
    expect([scheduled.status, scheduled.answer.operation, scheduled.answer.via]).to.deep.equal([0, "waiting", "safe"]);
    const again = await run(["schedule", bundle]);
    expect([again.status, again.answer.transactionHash]).to.deep.equal([0, null]);
    const early = await run(["execute", bundle]);
    expect([early.status, early.answer.error?.code]).to.deep.equal([2, "DD154"]);
    const tooEarly = await run(["sign", bundle, "--step", "execute"]);
    expect([tooEarly.status, tooEarly.answer.error?.code]).to.deep.equal([2, "DD154"]);
  });

  it("executes after the delay, goes on where it was killed, and does nothing twice", async () => {
    await chain.session.sync();
    await chain.session.advance(chain.venue.governance.delay);
    await chain.session.provider.send("evm_mine", []);
    await keepFeedsFresh();
    for (const index of [0, 1]) {
      const signed = await run(["sign", bundle, "--step", "execute", "--account", owner(index).address]);
      expect(signed.status, why(signed)).to.equal(0);
    }
    const executed = await run(["execute", bundle]);
    expect(executed.status, why(executed)).to.equal(0);
    expect(executed.answer.operation).to.equal("done");
    for (const path of executed.answer.history as string[]) expect(await readFile(path, "utf8")).to.include('"role":"new"');
    // A run that was killed after sending leaves a chain that is ahead of its journal.
    await rm(join(bundle, "journal"), { recursive: true, force: true });
    const again = await run(["execute", bundle]);
    expect([again.status, again.answer.transactionHash, again.answer.operation]).to.deep.equal([0, null, "done"]);
    const { answer } = await run(["status", bundle]);
    expect((answer.proposals as { progress: string }[]).map(({ progress }) => progress)).to.deep.equal(["executed"]);
  });
});
