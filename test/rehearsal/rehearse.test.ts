import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { canonicalJson } from "../../src/core/canonical-json.js";
import { operationOf } from "../../src/core/plan/route.js";
import { rehearsalSchema } from "../../src/core/schema/rehearsal.js";
import { encodeScheduleBatch } from "../../src/core/timelock/operation.js";
import { ERRORS, DrydockError } from "../../src/errors/drydock-error.js";
import { defineExpectations, type ExpectationsDefinition } from "../../src/expectations.js";
import { rehearse } from "../../src/rehearsal/rehearse.js";
import type { RehearsalInput, RehearsalResult } from "../../src/rehearsal/types.js";
import { safeCall } from "../../scripts/chain/governance.js";
import { failureOf } from "../support/failure.js";
import { rpcDoor } from "../support/rpc-door.js";
import { World } from "./support/world.js";

/** `timelock` owns the vault, so that its balance grows by one. */
const expected = (timelock: string) => ({
  storage: [
    { contract: "vault", name: "InitializableStorage._initialized", before: "1", after: "2" },
    { contract: "vault", name: "cap", before: "1000", after: "2000" },
    { contract: "vault", name: "added", after: { changedBy: "42" } },
    { contract: "vault", name: `balances[${timelock}]`, after: { min: "78", max: "78" } },
    { contract: "vault", name: `series[0x455448${"0".repeat(58)}][${timelock}]*`, after: { any: true as const, reason: "the first series" } },
  ],
  events: [{ contract: "vault", event: "Initialized(uint64)" }],
});

describe("rehearse: a UUPS proxy behind Safe and timelock", function () {
  this.timeout(120_000);
  let world: World;
  let vault: string;
  let cacheDir: string;
  let block: bigint;

  before(async () => {
    world = await World.start(["test/rehearsal/contracts/Vault.sol"], { nested: true });
    vault = await world.proxy("VaultV1", [world.timelock]);
    await world.session.mine(3);
    block = await world.head();
  });
  beforeEach(() => {
    cacheDir = mkdtempSync(join(tmpdir(), "drydock-rehearse-"));
  });
  afterEach(() => rmSync(cacheDir, { recursive: true, force: true }));
  after(() => world?.stop());

  async function input(overrides: Partial<RehearsalInput> = {}, contract = "VaultV2"): Promise<RehearsalInput> {
    return {
      upstream: { urls: [world.node.url], network: "test" },
      chainId: BigInt(world.node.chainId),
      chainType: "l1",
      block,
      ...(await world.uupsPlan(vault, contract, contract === "VaultV2" ? ["initializeV2", [42n]] : undefined)),
      known: [world.known(vault, "vault", "VaultV1", contract)],
      scenarios: [],
      expectations: contract === "VaultV2" ? defineExpectations(expected(world.timelock)) : undefined,
      cacheDir,
      ...overrides,
    };
  }
  const rules = ({ gate }: RehearsalResult): string[] => gate.findings.map(({ rule }) => rule);

  it("carries the upgrade through nested Safes, and every negative run fails as it should", async () => {
    const { report, gate } = await rehearse(await input());
    expect(gate.verdict, JSON.stringify(gate.findings)).to.equal("pass");
    expect(rehearsalSchema.parse(report)).to.deep.equal(report);
    expect(report.start).to.equal("fresh");
    expect(report.negatives.map(({ id, verdict }) => `${id} ${verdict}`)).to.deep.equal([
      "early pass",
      "one-signature-short pass",
      "wrong-salt pass",
      "wrong-predecessor pass",
      "stranger-schedule pass",
      "stranger-execute pass",
      "missing-role-schedule pass",
      "missing-role-execute pass",
      "stranger-upgrade pass",
      "guard pass",
      "stranger-module pass",
      "replay pass",
    ]);
    const { before, after, notRun } = report.authority!;
    expect(notRun).to.deep.equal([]);
    expect(after?.edges).to.deep.equal(before.edges);
    expect(before.edges.map(({ from, to }) => `${from} ${to}`)).to.include.members([`${world.timelock} ${vault}`, `${world.safe} ${world.timelock}`]);
    const { authority: _authority, ...old } = report;
    expect(rehearsalSchema.parse(old)).to.deep.equal(old);
    const [, , schedule, wait, , execute] = report.steps;
    expect(BigInt(execute!.timestamp!) - BigInt(schedule!.timestamp!)).to.equal(172_800n);
    expect(wait!.id).to.equal("wait");
    // The nested Safe's nonce and approvals are the rehearsal's own doing.
    expect(report.stateDiff.every(({ contract }) => contract !== null)).to.equal(true);
    expect(report.subtracted.some(({ reason }) => reason.startsWith("approval by"))).to.equal(true);
  });

  it("blocks a change that nobody declared, and a declared change that does not happen", async () => {
    const undeclared = await rehearse(await input({ expectations: undefined }));
    expect(undeclared.gate.verdict).to.equal("blocked");
    expect(rules(undeclared)).to.include.members(["rehearsal/unexpected-change", "rehearsal/unexpected-event"]);
    const series = `series[0x455448${"0".repeat(58)}][${world.timelock}]`;
    expect(undeclared.suggestion.storage.map(({ name, after }) => `${name} = ${String(after)}`).sort()).to.deep.equal([
      "InitializableStorage._initialized = 2",
      "added = 42",
      `balances[${world.timelock}] = 78`,
      "cap = 2000",
      `${series} = length 3`,
      `${series}[0] = 3`,
      `${series}[1] = 4`,
      `${series}[2] = 5`,
    ]);

    const suggested = await rehearse(await input({ expectations: undeclared.suggestion }));
    expect(suggested.gate.verdict).to.equal("pass");

    const more = defineExpectations({
      ...expected(world.timelock),
      storage: [...expected(world.timelock).storage, { contract: "vault", name: "fee", after: "6" }],
    });
    const missing = await rehearse(await input({ expectations: more }));
    expect(rules(missing)).to.deep.equal(["rehearsal/missing-change"]);
  });

  it("blocks a version after which anybody may upgrade, though the right is still guarded at the time of the upgrade, and shows the stranger's refusal", async () => {
    const { gate, report } = await rehearse(await input({}, "VaultOpen"));
    // The route holds, and the graph of what comes after it is what blocks: anybody may upgrade then.
    expect(gate.findings.map(({ rule, severity, confidence }) => `${rule} ${severity} ${confidence}`)).to.deep.equal(["rehearsal/authority-changed high high"]);
    expect(report.authority!.before.edges.filter(({ to }) => to === vault).map(({ from }) => from)).to.deep.equal([world.timelock]);
    expect(gate.findings[0]!.detail).to.contain(`removed: ${world.timelock} is`).and.to.contain("added:");
    expect(report.negatives.find(({ id }) => id === "stranger-upgrade")?.actual).to.match(/^OwnableUnauthorizedAccount/);
  });

  it("lets a declared handover of the owner pass, and blocks one that is not declared, declared to somebody else, or does not happen", async () => {
    const owner = world.session.wallet(3).address;
    const handover = async (expectations: ExpectationsDefinition | undefined): Promise<RehearsalResult> =>
      rehearse({
        ...(await input({}, "VaultForgotten")),
        ...(await world.uupsPlan(vault, "VaultForgotten", ["initializeV2", [owner]])),
        expectations: expectations === undefined ? undefined : defineExpectations(expectations),
      });
    const undeclared = await handover(undefined);
    expect(rules(undeclared)).to.include.members(["rehearsal/authority-changed", "rehearsal/unexpected-change", "rehearsal/unexpected-event"]);
    const { schema: _schema, ...drafted } = undeclared.suggestion;
    expect(drafted.authority?.map(({ change, holder, of }) => `${change} ${holder} ${of}`)).to.include.members([`added ${owner} vault`, "removed timelock vault"]);
    expect(drafted.events).to.deep.include({ contract: "vault", event: "OwnershipTransferred(address,address)", args: { previousOwner: world.timelock, newOwner: owner } });
    const declared = await handover(drafted);
    expect(declared.gate.verdict, JSON.stringify(declared.gate)).to.equal("pass");

    const toAnother = drafted.authority!.map((right) => (right.holder === owner ? { ...right, holder: world.session.wallet(4).address } : right));
    const elsewhere = await handover({ ...drafted, authority: toAnother });
    expect(rules(elsewhere)).to.deep.equal(["rehearsal/authority-changed", "rehearsal/missing-change"]);
    const wrongEvent = await handover({ ...drafted, events: drafted.events?.map((event) => ({ ...event, ...(event.args === undefined ? {} : { args: { ...event.args, newOwner: world.safe } }) })) });
    expect(rules(wrongEvent)).to.include.members(["rehearsal/unexpected-event", "rehearsal/missing-change"]);

    const kept = await rehearse(await input({ expectations: defineExpectations({ ...expected(world.timelock), authority: drafted.authority }) }));
    expect([...new Set(rules(kept))]).to.deep.equal(["rehearsal/missing-change"]);
  });

  it("replays a recording without the network, byte for byte", async () => {
    const path = join(cacheDir, "cassette.jsonl");
    const recorded = await rehearse(await input({ cassette: { mode: "record", path } }));
    expect(recorded.upstreamRequests).to.be.greaterThan(0);
    const offline = { urls: ["http://127.0.0.1:9"], network: "nowhere" };
    const replayed = await rehearse(await input({ cassette: { mode: "replay", path }, upstream: offline, cacheDir: join(cacheDir, "other") }));
    expect(canonicalJson(replayed.report)).to.equal(canonicalJson(recorded.report));
    expect(replayed.upstreamRequests).to.equal(0);

    const warm = await rehearse(await input());
    expect(warm.upstreamRequests).to.equal(0);
    expect(canonicalJson(warm.report)).to.equal(canonicalJson(recorded.report));
  });

  it("names the read that a cassette has no answer to", async () => {
    const path = join(cacheDir, "cassette.jsonl");
    await rehearse(await input({ cassette: { mode: "record", path } }));
    const lines = readFileSync(path, "utf8").split("\n");
    const lost = lines.findIndex((line) => line.includes("eth_getStorageAt") && line.toLowerCase().includes(vault.slice(2).toLowerCase()));
    writeFileSync(path, lines.filter((_, index) => index !== lost).join("\n"));
    const error = await failureOf(rehearse(await input({ cassette: { mode: "replay", path } })));
    expect(error).to.be.instanceOf(DrydockError);
    expect((error as DrydockError).code).to.equal(ERRORS.CASSETTE_MISS.code);
    expect((error as DrydockError).message).to.include("eth_getStorageAt");
  });

  it("goes on where an upstream died midway", async () => {
    let answered = 0;
    const door = await rpcDoor(world.node.url, () => (answered++ > 60 ? 503 : undefined));
    try {
      const error = await failureOf(rehearse(await input({ upstream: { urls: [door.url], network: "test" } })));
      expect((error as DrydockError).code).to.equal(ERRORS.RPC_DOWN.code);
    } finally {
      await door.close();
    }
    const whole = await rehearse(await input({ cacheDir: join(cacheDir, "cold") }));
    const resumed = await rehearse(await input());
    expect(resumed.gate.verdict).to.equal("pass");
    expect(resumed.upstreamCalls).to.be.lessThan(whole.upstreamCalls);
    expect(canonicalJson(resumed.report)).to.equal(canonicalJson(whole.report));
  });

  it("asks at another block in one go for what the last run wanted, and ends as without", async () => {
    await world.session.mine(1);
    const later = await world.head();
    await rehearse(await input());
    const hinted = await rehearse(await input({ block: later }));
    const fresh = await rehearse(await input({ block: later, cacheDir: join(cacheDir, "fresh") }));
    expect(hinted.upstreamRequests).to.be.lessThan(fresh.upstreamRequests);
    expect(canonicalJson(hinted.report)).to.equal(canonicalJson(fresh.report));
  });

  it("says which blocks' state an endpoint has that lacks the pinned one's", async () => {
    const oldest = block + 1n;
    await world.session.mine(2);
    const isOlder = (tag: unknown): boolean => typeof tag === "string" && tag.startsWith("0x") && tag.length < 20 && BigInt(tag) < oldest;
    const door = await rpcDoor(world.node.url, ({ method, params }) =>
      /^eth_(getBalance|getCode|getStorageAt|getTransactionCount|getProof|call)$/.test(method) && isOlder(params.at(-1)) ? { error: { code: -32000, message: "missing trie node" } } : undefined,
    );
    try {
      const error = (await failureOf(rehearse(await input({ upstream: { urls: [door.url], network: "test" } })))) as DrydockError;
      expect(error.code).to.equal(ERRORS.UPSTREAM_STATE.code);
      expect(error.message).to.include(`the state of blocks ${oldest} to`).and.include(String(block));
    } finally {
      await door.close();
    }
  });

  it("backs off where the rate is limited, says so, and ends as without", async () => {
    let asked = 0;
    const lines: string[] = [];
    const door = await rpcDoor(world.node.url, () => (++asked === 3 ? 429 : undefined));
    try {
      const result = await rehearse(await input({ upstream: { urls: [door.url], network: "test" }, onProgress: (line) => lines.push(line) }));
      expect(result.gate.verdict).to.equal("pass");
      expect(lines.filter((line) => line.includes("429") && line.includes("asking again"))).to.have.lengthOf(1);
    } finally {
      await door.close();
    }
  });

  it("refuses an endpoint that has another block at that height", async () => {
    const liar = await rpcDoor(world.node.url, ({ method }) =>
      method === "eth_getBlockByNumber" ? (result) => ({ ...(result as object), hash: `0x${"ab".repeat(32)}` }) : undefined,
    );
    try {
      await rehearse(await input());
      rmSync(join(cacheDir, "rehearsal", "hints"), { recursive: true });
      // The answers of the first run pin the block; what is missing is asked of an endpoint on another branch.
      const path = join(cacheDir, "rehearsal", "answers", String(world.node.chainId), `${block}.jsonl`);
      writeFileSync(path, readFileSync(path, "utf8").split("\n").slice(0, 5).join("\n") + "\n");
      const error = await failureOf(rehearse(await input({ upstream: { urls: [liar.url], network: "test" } })));
      expect((error as DrydockError).code).to.equal(ERRORS.UPSTREAM_BLOCK_MISMATCH.code);
    } finally {
      await liar.close();
    }
  });

  it("blocks when the proxy does not run what the plan replaces, or the code is not the planned code", async () => {
    const right = await input();
    const [change] = right.plan.changes;
    const other = { ...change!, oldImplementation: ZeroAddress };
    const outdated = await rehearse({ ...right, plan: { ...right.plan, changes: [other] } });
    expect(rules(outdated)).to.include("rehearsal/old-implementation");
    const hash = { ...change!, newCodeHash: `0x${"11".repeat(32)}` };
    const wrongCode = await rehearse({ ...right, plan: { ...right.plan, changes: [hash] } });
    expect(rules(wrongCode)).to.include("rehearsal/new-code");
  });

  it("blocks a schedule that the timelock refuses, and says why", async () => {
    const right = await input();
    const result = await rehearse({ ...right, plan: { ...right.plan, delay: "60" } });
    expect(rules(result)).to.deep.equal(["rehearsal/schedule"]);
    expect(result.gate.findings[0]?.detail).to.include("TimelockInsufficientDelay");
    expect(result.gate.notRun.map(({ check }) => check)).to.deep.equal(["state diff", "scenarios", "probes"]);
  });
});

describe("rehearse: from where the proposal stands", function () {
  this.timeout(120_000);
  let world: World;
  let vault: string;
  const cacheDir = mkdtempSync(join(tmpdir(), "drydock-rehearse-"));

  before(async () => {
    world = await World.start(["test/rehearsal/contracts/Vault.sol"]);
    vault = await world.proxy("VaultV1", [world.timelock]);
  });
  after(async () => {
    await world?.stop();
    rmSync(cacheDir, { recursive: true, force: true });
  });

  it("starts scheduled, then ready, with the real chain's eta", async () => {
    const planned = await world.uupsPlan(vault, "VaultV2", ["initializeV2", [42n]]);
    const data = encodeScheduleBatch({ ...operationOf(planned.plan), delay: BigInt(planned.plan.delay) });
    await safeCall(world.session, world.governance, world.timelock, data);
    const run = async (): Promise<RehearsalResult> =>
      rehearse({
        upstream: { urls: [world.node.url], network: "test" },
        chainId: BigInt(world.node.chainId),
        chainType: "l1",
        block: await world.head(),
        ...planned,
        known: [world.known(vault, "vault", "VaultV1", "VaultV2")],
        scenarios: [],
        expectations: defineExpectations(expected(world.timelock)),
        cacheDir,
      });
    const scheduled = await run();
    expect(scheduled.report.start).to.equal("scheduled");
    expect(scheduled.gate.verdict, JSON.stringify(scheduled.gate.findings)).to.equal("pass");
    expect(scheduled.report.steps.map(({ id }) => id)).to.not.include("schedule");

    await world.session.advance(172_800n);
    await world.session.mine(1);
    const ready = await run();
    expect(ready.report.start).to.equal("ready");
    expect(ready.gate.verdict, JSON.stringify(ready.gate.findings)).to.equal("pass");
    expect(ready.report.steps.map(({ id }) => id)).to.deep.equal(["deploy", "approve-execute", "execute", "post-checks"]);
    expect(ready.report.negatives[0]).to.include({ id: "early", verdict: "pass" });
  });
});
