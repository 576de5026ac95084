import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { startEmbeddedChain, type EmbeddedChain } from "../../scripts/chain/embedded.js";
import { ROOT, upgrade, type Run } from "../support/cli.js";
import { plan0001With, writePlan } from "../support/plan-file.js";

/** Nobody listens there. */
const NOWHERE = "http://127.0.0.1:9";

/** What of an answer may differ between a recording and its replay: how much was asked upstream, and what a fresh block says. */
function withoutRequests({ answer }: Run): string {
  const { upstreamRequests: _requests, upstreamCalls: _calls, drift: _drift, ...rest } = answer;
  return JSON.stringify(rest);
}

describe("rehearse --record, --replay: the verb without its network", function () {
  this.timeout(300_000);
  let chain: EmbeddedChain;
  let plan: string;
  const cassette = join(ROOT, "cache", "test-replay.cassette");

  before(async () => {
    chain = await startEmbeddedChain({ deployments: join(ROOT, "deployments") });
    plan = await writePlan("replay", {
      plan: plan0001With(""),
      expectations: await readFile(join(ROOT, "upgrades", "0001-new-product", "expectations.ts"), "utf8"),
    });
  });
  after(async () => {
    await chain?.stop();
    await rm(cassette, { force: true });
  });

  it("resolves and rehearses from the cassette alone, byte for byte, and names a read that it lacks", async () => {
    const recorded = await upgrade(["rehearse", plan, "--record", cassette, "--scenarios", "S0", "--fresh"], { url: chain.url });
    expect(recorded.status, JSON.stringify([recorded.answer.error, recorded.answer.findings, recorded.answer.notRun])).to.equal(0);
    // Between the pinned block and the head nothing happens on this chain.
    expect(recorded.answer.drift).to.deep.include({ verdict: "pass", changes: [] });
    await chain.stop();

    // No such network: nothing but the cassette can answer.
    const replayed = await upgrade(["rehearse", plan, "--replay", cassette, "--scenarios", "S0"], { url: NOWHERE, network: "default" });
    expect(replayed.status, JSON.stringify(replayed.answer.error)).to.equal(0);
    expect(withoutRequests(replayed)).to.equal(withoutRequests(recorded));
    expect(replayed.answer.upstreamRequests).to.equal(0);

    const lines = (await readFile(cassette, "utf8")).split("\n");
    await writeFile(cassette, lines.filter((line) => !line.startsWith('["eth_getLogs ')).join("\n"));
    const missing = await upgrade(["rehearse", plan, "--replay", cassette, "--scenarios", "none"], { url: NOWHERE });
    expect([missing.status, missing.answer.error?.code]).to.deep.equal([2, "DD322"]);
    expect(missing.answer.error?.message).to.contain("eth_getLogs");
  });
});
