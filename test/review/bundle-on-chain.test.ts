import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { keccak256 } from "ethers";
import { openBundle } from "../../src/bundle/open.js";
import { getCode } from "../../src/chain/reads.js";
import type { ValidateLiveParts } from "../../src/core/schema/validate.js";
import type { Trust } from "../../src/core/schema/trust.js";
import { reviewCalledCode } from "../../src/review/bundle/called-code.js";
import type { ReviewContext } from "../../src/review/bundle/context.js";
import type { RerunOutcome, RerunStage } from "../../src/review/bundle/stages.js";
import { runReview } from "../../src/review/command.js";
import { reviewBundle } from "../../src/review/review.js";
import { gate } from "../../src/core/finding.js";
import { modelOfBundle } from "../../src/review/model.js";
import { authorityWorld, type AuthorityWorld } from "../support/authority-world.js";
import { CACHE, ROOT, writeSampleBundle, type SampleBundle } from "./sample-bundle.js";

describe("review BUNDLE against a live chain", function () {
  this.timeout(120_000);
  let world: AuthorityWorld;
  let home: string;
  let sample: SampleBundle;
  let context: ReviewContext;
  before(async () => {
    world = await authorityWorld();
    const safe = await world.safe([world.accounts[0]!, world.accounts[1]!], 2);
    const timelock = await world.timelock({ delay: 100, proposers: [safe], executors: [safe] });
    home = await mkdtemp(join(tmpdir(), "drydock-review-"));
    sample = await writeSampleBundle(join(home, "bundle"), (plan) => ({ ...plan, chainId: String(world.node.chainId), safe, timelock }));
    const bundle = await openBundle(sample.folder);
    const chain = { port: world.chain, network: "test", urls: [], chainType: "l1" };
    context = { bundle, step: "schedule", root: ROOT, cacheFolder: CACHE, chain };
  });
  after(async () => {
    await world?.stop();
    await rm(home, { recursive: true, force: true });
  });

  const live = async (address: string): Promise<string | null> => {
    const code = await getCode(world.chain, address);
    return code === "0x" ? null : keccak256(code);
  };
  /** The review's look at called code, with a bundle that states these hashes. */
  async function drift(edit: (codeHashes: { address: string; codeHash: string | null }[]) => void, trust?: Trust) {
    const { transactions } = context.bundle;
    const codeHashes = await Promise.all(transactions.codeHashes.map(async ({ address }) => ({ address, codeHash: await live(address) })));
    edit(codeHashes);
    const bundle = { ...context.bundle, transactions: { ...transactions, codeHashes } };
    const findings = await reviewCalledCode({ ...context, bundle, ...(trust ? { trust } : {}) });
    return findings.map(({ rule, title, where }) => ({ rule, title, address: where.address }));
  }

  it("finds called code that changed since the proposal, at every target and not only the proxies", async () => {
    expect(await drift(() => undefined)).to.deep.equal([]);
    for (const address of [sample.plan.safe, sample.plan.timelock, sample.plan.calls[0]!.target]) {
      const changed = await drift((list) => {
        const entry = list.find((candidate) => candidate.address === address)!;
        entry.codeHash = keccak256("0x1234");
      });
      expect(changed).to.deep.equal([{ rule: "review/code-drift", title: "the code of a called contract changed since the proposal", address }]);
    }
  });

  it("believes the trust file rather than the bundle", async () => {
    const { timelock } = sample.plan;
    const trust = (codeHash: string | null) => ({ timelocks: [{ address: timelock, codeHash }], proxies: [], accounts: [] }) as unknown as Trust;
    expect(await drift(() => undefined, trust(await live(timelock)))).to.deep.equal([]);
    const lie = keccak256("0x5678");
    const answer = await drift((list) => list.forEach((entry) => entry.address === timelock && (entry.codeHash = lie)), trust(lie));
    expect(answer.map(({ title }) => title)).to.deep.equal(["a contract runs other code than your trust file says"]);
  });

  it("gives two signers the same digest, whatever block each of them looked at", async () => {
    const first = await reviewBundle(context, []);
    await world.chain.request({ method: "evm_mine", params: [] });
    const second = await reviewBundle(context, []);
    expect(first.scope).to.equal("full");
    expect(second.digest).to.equal(first.digest);
    const { chain: _, ...offline } = context;
    expect((await reviewBundle(offline, [])).digest).not.to.equal(first.digest);
  });

  it("gives the stages' gates, and the first error, in the stages' order, whichever is ready first", async () => {
    /** Two stages of which the first ends after the second: one after the other, it would wait for ever. */
    const pair = (end: (stage: string) => Promise<RerunOutcome>): RerunStage[] => {
      const late = Promise.withResolvers<void>();
      return [
        { stage: "first", needsChain: true, run: () => late.promise.then(() => end("first")) },
        { stage: "second", needsChain: true, run: () => end("second").finally(() => setImmediate(late.resolve)) },
      ];
    };
    const passing = pair(async (stage) => ({ gate: gate(stage, []) }));
    const { gates } = await reviewBundle(context, passing);
    expect(gates.map(({ stage }) => stage)).to.deep.equal(["transaction", "code", "first", "second", "claims"]);
    const failing = pair((stage) => Promise.reject(new Error(stage)));
    expect(await reviewBundle(context, failing).catch((error: Error) => error.message)).to.equal("first");
    const { chain: _, ...offline } = context;
    const { notChecked } = await reviewBundle(offline, passing);
    expect(notChecked.map(({ check }) => check).slice(-2)).to.deep.equal(["first", "second"]);
  });

  it("carries what its own comparison of the storage saw to the page's model", async () => {
    const at = (slot: number) => ({ label: "owner", type: "address", region: "", slot: `0x${String(slot).padStart(64, "0")}`, offset: 0, bytes: 20 });
    const change = { label: "owner", confidence: "high", reason: "moved", where: {} } as const;
    const changes = [
      { ...change, fate: "moved", from: at(0), to: at(1), severity: "critical" } as const,
      { ...change, fate: "kept", from: at(2), to: at(2), severity: "info" } as const,
    ];
    const reference = { openzeppelin: { ok: true, kinds: [], differences: [] } };
    const proxy: ValidateLiveParts["proxies"][number] = { proxy: sample.plan.timelock, contract: "Vault", verdict: "pass", oldCode: null, changes, reference, abi: [], history: [], immutables: [], initialized: null };
    const stage = { stage: "validate", needsChain: true, run: async () => ({ gate: gate("validate", [], []), layout: [proxy] }) };
    const { layout } = modelOfBundle(await reviewBundle(context, [stage]), context);
    expect(layout?.map(({ contract, kept, rows }) => [contract, kept, rows.length])).to.deep.equal([["Vault", 1, 1]]);
    expect(layout?.[0]?.svg).to.contain("owner: address, moved. moved");
    expect(modelOfBundle(await reviewBundle(context, []), context).layout).to.equal(undefined);
  });

  it("refuses to replay a bundle without a cassette, and any replay beside an endpoint", async () => {
    const own = { root: ROOT, cacheFolder: CACHE, trustFile: join(home, "none.json") };
    const refusal = (open: boolean) =>
      runReview({ bundle: sample.folder, replay: true }, { ...own, ...(open ? { open: () => Promise.reject(new Error("asked")) } : {}) }).catch((error: unknown) => String(error));
    expect(await refusal(false)).to.match(/DD141.*no cassette/s);
    expect(await refusal(true)).to.match(/--replay uses no endpoint/);
  });
});
