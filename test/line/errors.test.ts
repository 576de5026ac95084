import { access, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { startEmbeddedChain, type EmbeddedChain } from "../../scripts/chain/embedded.js";
import { ROOT, upgrade, type Run } from "../support/cli.js";
import { writeSampleBundle } from "../review/sample-bundle.js";
import { plan0001With, writePlan } from "../support/plan-file.js";

/** Bad input: one sentence that says what is wrong, exit status 2, nothing written. */
describe("what can't run says so", function () {
  this.timeout(300_000);
  let chain: EmbeddedChain;
  const bundle = join(ROOT, "cache", "test-errors-bundle");

  before(async () => {
    chain = await startEmbeddedChain({ deployments: join(ROOT, "deployments") });
    await rm(bundle, { recursive: true, force: true });
  });
  after(() => chain?.stop());

  /** Proposes a changed upgrade 0001 and expects `code`, the words, and that no bundle came of it. */
  async function refuses(name: string, changes: string, code: string, words: RegExp): Promise<void> {
    const plan = await writePlan(name, { plan: plan0001With(changes) });
    expectError(await upgrade(["propose", plan, "--out", bundle], { url: chain.url }), code, words);
    const written = await access(bundle).then(
      () => true,
      () => false,
    );
    expect(written, "a bundle was written").to.equal(false);
  }

  function expectError({ status, answer, stderr }: Run, code: string, words: RegExp): void {
    expect([status, answer.verdict, answer.error?.code], JSON.stringify(answer.error)).to.deep.equal([2, "not-run", code]);
    expect(answer.error?.message).to.match(words);
    expect(answer.error?.remedy).to.not.equal("");
    expect(stderr).to.include(code);
  }

  it("unknown proxy", () =>
    refuses("unknown-proxy", `changes: [{ ...plan.changes[0]!, proxy: "clearinghose" }], calls: []`, "DD105", /"clearinghose" is neither an address nor a name/));

  it("address without code", () =>
    refuses("no-code", `changes: [{ ...plan.changes[0]!, proxy: "0x00000000000000000000000000000000000000aa" }], calls: []`, "DD107", /no contract code/));

  it("address with a wrong checksum", () =>
    refuses("checksum", `changes: [{ ...plan.changes[0]!, proxy: "0x3aa5ebB10DC797CAC828524e59A333d0A371443c" }], calls: []`, "DD106", /not a valid address/));

  it("contract that is no proxy", () =>
    refuses("no-proxy", `changes: [{ ...plan.changes[0]!, proxy: "usdc" }], calls: []`, "DD108", /not a proxy/));

  it("wrong chain id", () => refuses("wrong-chain", "chainId: 1", "DD103", /for chain 1, but .* chain 20261/));

  it("missing contract", () =>
    refuses("missing-contract", `changes: [{ ...plan.changes[0]!, contract: "ClearinghouseV9" }], calls: []`, "DD121", /"ClearinghouseV9" is not in this project/));

  it("arguments that don't fit", () =>
    refuses("arguments", `changes: [{ ...plan.changes[0]!, initializer: { function: "initializeV2", args: [1n] } }], calls: []`, "DD125", /no function that fits initializeV2/));

  it("Safe that is not the proposer", () =>
    refuses("other-safe", `route: { safe: "guardianSafe", timelock: "timelock" }`, "DD130", /is not a proposer of the timelock/));

  it("delay shorter than the minimum", () => refuses("short-delay", "delay: 3600n", "DD131", /3600 s is shorter than the timelock's minimum of 172800 s/));

  it("plan with a field that does not exist", () => refuses("odd-field", `timelok: "x"`, "DD120", /timelok/));

  it("plan that is not there, network that is not http, argument that is missing", async () => {
    expectError(await upgrade(["propose", "upgrades/9999-none"], { url: chain.url }), "DD110", /does not exist/);
    expectError(await upgrade(["validate", "upgrades/0001-new-product"], { network: "default" }), "DD100", /no http network/);
    expectError(await upgrade(["rehearse"], { url: chain.url }), "DD109", /needs the argument PLAN/);
    expectError(await upgrade(["sign", bundle, "--step", "sometime"], { url: chain.url }), "DD109", /--step must be one of/);
  });

  it("RPC that is down", async () => {
    const run = await upgrade(["status"], { url: "http://127.0.0.1:9" });
    expectError(run, "DD101", /no RPC endpoint of embedded answered/);
  });

  it("endpoint that serves another chain with the same id", async () => {
    const file = join(ROOT, "deployments", "20261.json");
    const right = await readFile(file, "utf8");
    try {
      await writeFile(file, right.replace(/"genesisHash": "0x[0-9a-f]{4}/, '"genesisHash": "0x0000'));
      expectError(await upgrade(["status"], { url: chain.url }), "DD104", /starts with block/);
    } finally {
      await writeFile(file, right);
    }
  });

  it("bundle that is none, and one edited by hand", async () => {
    expectError(await upgrade(["review", join(ROOT, "docs")], { url: chain.url }), "DD141", /not a proposal bundle/);
    const copy = join(ROOT, "cache", "test-errors-copy");
    await rm(copy, { recursive: true, force: true });
    const { folder } = await writeSampleBundle(copy);
    const intact = await upgrade(["review", folder, "--offline"]);
    expect(intact.answer.error, JSON.stringify(intact.answer.error)).to.equal(undefined);
    const plan = join(folder, "plan.json");
    await writeFile(plan, (await readFile(plan, "utf8")).replace('"attempt":"1"', '"attempt":"2"'));
    expectError(await upgrade(["review", folder, "--offline"]), "DD140", /plan\.json has other content/);
    await rm(folder, { recursive: true, force: true });
  });
});
