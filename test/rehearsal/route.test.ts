import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { id, toBeHex, ZeroHash } from "ethers";
import { SAFE_INTERFACE } from "../../src/core/safe/calldata.js";
import type { Expectations } from "../../src/core/schema/expectations.js";
import type { PlanCore } from "../../src/core/schema/plan.js";
import { encodeScheduleBatch, operationId, TIMELOCK_INTERFACE, type TimelockCall } from "../../src/core/timelock/operation.js";
import { encodeUpgradeCall } from "../../src/core/plan/upgrade-calls.js";
import { defineExpectations } from "../../src/expectations.js";
import { rehearse } from "../../src/rehearsal/rehearse.js";
import type { RehearsalInput, RehearsalResult } from "../../src/rehearsal/types.js";
import { DrydockError, ERRORS } from "../../src/errors/drydock-error.js";
import { failureOf } from "../support/failure.js";
import { rpcDoor } from "../support/rpc-door.js";
import { World } from "./support/world.js";

const DELAY = 172_800n;

describe("rehearse: guards, modules, predecessors, and what else is pending", function () {
  this.timeout(120_000);
  let world: World;
  let vault: string;
  let other: string;
  let module: string;
  let cacheDir: string;
  let snapshot: unknown;

  before(async () => {
    world = await World.start(["test/rehearsal/contracts/Vault.sol", "test/rehearsal/contracts/Guards.sol"], { nested: true });
    vault = await world.proxy("VaultGuarded", [world.timelock]);
    other = await world.proxy("VaultGuarded", [world.timelock]);
    module = await world.deploy("KeeperModule", [world.session.wallet(9).address]);
    await world.send(module, "KeeperModule", "keeper");
  });
  beforeEach(async () => {
    snapshot = await world.session.provider.send("evm_snapshot", []);
    cacheDir = mkdtempSync(join(tmpdir(), "drydock-route-"));
  });
  afterEach(async () => {
    rmSync(cacheDir, { recursive: true, force: true });
    await world.session.provider.send("evm_revert", [snapshot]);
    await world.session.sync();
  });
  after(() => world?.stop());

  /** Has a contract of the live chain send something, which its owners could have had it send. */
  async function as(from: string, to: string, data: string): Promise<void> {
    const { provider } = world.session;
    await provider.send("hardhat_impersonateAccount", [from]);
    await provider.send("hardhat_setBalance", [from, toBeHex(10n ** 18n)]);
    await world.session.advance();
    const hash = (await provider.send("eth_sendTransaction", [{ from, to, data, gas: "0x7a1200" }])) as string;
    expect((await provider.getTransactionReceipt(hash))?.status).to.equal(1);
  }

  async function schedule(calls: readonly TimelockCall[], predecessor = ZeroHash, salt = id("pending")): Promise<string> {
    const operation = { calls: [...calls], predecessor, salt };
    await as(world.safe, world.timelock, encodeScheduleBatch({ ...operation, delay: DELAY }));
    return operationId(operation);
  }

  const call = (to: string, fn: string, args: readonly unknown[]): TimelockCall => ({ target: to, value: 0n, data: world.interfaceOf("VaultGuarded").encodeFunctionData(fn, [...args]) });

  const v2Only = (): Expectations["storage"] => [
    { contract: "vault", name: "added", after: "42" },
    { contract: "vault", name: `balances[${world.timelock}]`, after: "78" },
    { contract: "vault", name: "series*", after: { any: true, reason: "the first series" } },
  ];

  async function run(plan: Partial<PlanCore> = {}, more: Partial<Expectations> = {}, contract = "VaultV2", overrides: Partial<RehearsalInput> = {}): Promise<RehearsalResult> {
    return rehearse({
      upstream: { urls: [world.node.url], network: "test" },
      chainId: BigInt(world.node.chainId),
      chainType: "l1",
      block: await world.head(),
      ...(await world.uupsPlan(vault, contract, ["initializeV2", [contract === "VaultV2" ? 42n : 2000n]], plan)),
      known: [world.known(vault, "vault", "VaultGuarded", contract)],
      scenarios: [],
      expectations: defineExpectations({
        storage: [
          { contract: "vault", name: "InitializableStorage._initialized", after: "2" },
          { contract: "vault", name: "cap", after: "2000" },
          ...(contract === "VaultV2" ? v2Only() : []),
        ],
        events: [{ contract: "vault", event: "Initialized(uint64)" }],
        ...more,
      }),
      cacheDir,
      ...overrides,
    });
  }
  const rules = ({ gate }: RehearsalResult): string[] => gate.findings.map(({ rule }) => rule);
  const detailsOf = ({ report }: RehearsalResult, step: string): string[] => report.steps.filter(({ id: name }) => name === step).map(({ detail }) => detail);

  it("goes through three levels of Safes with guards and a module in place, and names them", async () => {
    const guard = await world.deploy("LenientGuard");
    for (const safe of [world.safe, ...world.nested]) await as(safe, safe, SAFE_INTERFACE.encodeFunctionData("setGuard", [guard]));
    await as(world.safe, world.safe, SAFE_INTERFACE.encodeFunctionData("enableModule", [module]));
    const result = await run();
    expect(result.gate.verdict, JSON.stringify(result.gate)).to.equal("pass");
    expect(world.nested.length).to.equal(2);
    expect(detailsOf(result, "safe")[0]).to.contain(`guard ${guard}`).and.to.contain(`modules ${module}`);
    expect(result.report.negatives.filter(({ verdict }) => verdict === "pass").map(({ id: name }) => name)).to.include.members([
      "missing-role-schedule",
      "missing-role-execute",
      "guard",
      "stranger-module",
    ]);
  });

  it("executes by the account that may, where the Safe only proposes", async () => {
    const executor = world.session.wallet(8).address;
    const role = id("EXECUTOR_ROLE");
    await as(world.timelock, world.timelock, TIMELOCK_INTERFACE.encodeFunctionData("grantRole", [role, executor]));
    await as(world.timelock, world.timelock, TIMELOCK_INTERFACE.encodeFunctionData("revokeRole", [role, world.safe]));
    await schedule([call(other, "setFee", [7n])]);
    const result = await run({}, {}, "VaultGuardedV2", { executor });
    expect(result.gate.verdict, JSON.stringify(result.gate)).to.equal("pass");
    expect(detailsOf(result, "execute")[0]).to.contain(`the executor ${executor}`);
    expect(detailsOf(result, "pending-operations")[0]).to.contain("2 order(s)");
    const missing = result.report.negatives.find(({ id: name }) => name === "missing-role-execute");
    expect(missing).to.deep.include({ verdict: "pass", expected: `AccessControlUnauthorizedAccount(${executor}, EXECUTOR_ROLE)` });
    expect(rules(await run({}, {}, "VaultGuardedV2"))).to.include("rehearsal/execute");
  });

  it("says so when Safes own each other in a ring and nobody is left to agree", async () => {
    const [leaf, middle] = world.nested;
    const own = (safe: string, fn: string, args: readonly unknown[]): Promise<void> => as(safe, safe, SAFE_INTERFACE.encodeFunctionData(fn, [...args]));
    const sentinel = "0x0000000000000000000000000000000000000001";
    // The Safe of two keys becomes one of the Safe that it owns.
    await own(leaf!, "addOwnerWithThreshold", [middle, 1]);
    for (const index of [4, 5]) await own(leaf!, "removeOwner", [middle, world.session.wallet(index).address, 1]);
    await own(world.safe, "removeOwner", [sentinel, world.session.wallet(1).address, 1]);
    const error = await failureOf(run());
    expect((error as DrydockError).code).to.equal(ERRORS.REHEARSAL_IMPOSSIBLE.code);
    expect((error as DrydockError).message).to.contain("in a ring");
  });

  it("fails by the name of a guard that refuses, on the Safe and on the innermost nested one", async () => {
    const guard = await world.deploy("StrictGuard", [world.timelock]);
    await as(world.safe, world.safe, SAFE_INTERFACE.encodeFunctionData("setGuard", [guard]));
    const outer = await run();
    expect(rules(outer)).to.include.members(["rehearsal/guard", "rehearsal/schedule"]);
    expect(outer.gate.findings.find(({ rule }) => rule === "rehearsal/guard")).to.deep.include({ where: { address: guard } });

    await as(world.safe, world.safe, SAFE_INTERFACE.encodeFunctionData("setGuard", ["0x" + "00".repeat(20)]));
    const [leaf, middle] = world.nested;
    const inner = await world.deploy("StrictGuard", [middle]);
    await as(leaf!, leaf!, SAFE_INTERFACE.encodeFunctionData("setGuard", [inner]));
    const nested = await run();
    expect(rules(nested)).to.deep.equal(["rehearsal/guard"]);
    expect(nested.gate.findings[0]?.detail).to.contain(inner).and.to.contain(leaf);
  });

  it("plays a pending chain of predecessors first, and the upgrade fails before it", async () => {
    const first = await schedule([call(other, "setFee", [7n])], ZeroHash, id("first"));
    const second = await schedule([call(other, "setFee", [8n])], first, id("second"));
    const result = await run({ predecessor: second });
    expect(result.gate.verdict, JSON.stringify(result.gate)).to.equal("pass");
    expect(detailsOf(result, "predecessor").map((detail) => detail.slice(0, 66))).to.deep.equal([first, second]);
    expect(result.report.negatives.find(({ id: name }) => name === "before-predecessor")).to.deep.include({ verdict: "pass", actual: `TimelockUnexecutedPredecessor(${second})` });
    expect(result.report.scenarios).to.deep.equal([]);
  });

  it("refuses a predecessor that nobody scheduled, and one that can't be executed", async () => {
    const unknown = await run({ predecessor: id("nobody") });
    expect(rules(unknown)).to.deep.equal(["rehearsal/predecessor"]);
    expect(unknown.gate.findings[0]?.detail).to.contain("unknown to the timelock");

    const hanging = await schedule([call(other, "setFee", [7n])], id("nobody"));
    const behind = await run({ predecessor: hanging });
    expect(rules(behind)).to.deep.equal(["rehearsal/predecessor"]);

    const broken = await schedule([call(other, "initialize", [world.safe])], ZeroHash, id("broken"));
    const failing = await run({ predecessor: broken });
    expect(failing.gate.findings.find(({ rule }) => rule === "rehearsal/predecessor")?.detail).to.contain("InvalidInitialization");
  });

  it("plays what else is pending in every order, and lets harmless operations be", async () => {
    // The fee stands in the same word as the cap, which the upgrade changes.
    await schedule([call(vault, "setFee", [9n])], ZeroHash, id("a"));
    await schedule([call(other, "setFee", [7n])], ZeroHash, id("b"));
    const executed = await schedule([call(other, "setFee", [6n])], ZeroHash, id("cancelled"));
    await as(world.safe, world.timelock, TIMELOCK_INTERFACE.encodeFunctionData("cancel", [executed]));
    const result = await run({}, {}, "VaultGuardedV2");
    expect(result.gate.verdict, JSON.stringify(result.gate)).to.equal("pass");
    expect(detailsOf(result, "pending-operations")[0]).to.contain("6 order(s) played, in every order").and.not.to.contain(executed);
    expect(result.report.scenarios.map(({ id: name, verdict }) => `${name} ${verdict}`)).to.deep.equal(["orders pass"]);
  });

  it("blocks when the upgrade takes away what a pending operation calls", async () => {
    const fee = await schedule([call(vault, "setFee", [9n])]);
    const result = await run();
    expect(rules(result)).to.deep.equal(["rehearsal/pending-operation"]);
    expect(result.gate.findings[0]?.detail).to.contain(`operation ${fee.slice(0, 10)}`).and.to.contain("fails: ");
  });

  it("blocks when an order undoes the upgrade, and when the upgrade fails in one", async () => {
    const newImplementation = await world.deploy("VaultForgotten");
    const { calls } = { calls: [encodeUpgradeCall({ kind: "uups", proxy: vault, interfaceVersion: "5.0.0", newImplementation, initializer: "0x" })] };
    await schedule(calls.map(({ target, value, data }) => ({ target, value: BigInt(value), data })), ZeroHash, id("another upgrade"));
    const undone = await run();
    expect(rules(undone)).to.deep.equal(["rehearsal/pending-operation"]);
    expect(undone.gate.findings[0]?.detail).to.contain("implementation").and.to.contain(newImplementation);
    expect(undone.suggestion.differences.map(({ scenario }) => scenario)).to.deep.equal(["orders"]);
    const declared = await run({}, { differences: [{ scenario: "orders", where: "vault.eip1967.implementation*", reason: "the other upgrade comes next week" }] });
    expect(declared.gate.verdict, JSON.stringify(declared.gate)).to.equal("pass");

    await schedule([call(vault, "transferOwnership", [world.safe])], ZeroHash, id("handover"));
    const failing = await run();
    expect(failing.gate.findings.map(({ detail }) => detail).some((detail) => /the upgrade fails: .*OwnableUnauthorizedAccount/.test(detail))).to.equal(true);
  });

  it("finds a salt that no event tells in the transaction that scheduled it, and is not-run without", async () => {
    await schedule([call(other, "setFee", [7n])]);
    const salts = TIMELOCK_INTERFACE.getEvent("CallSalt")!.topicHash;
    const withoutSalts = (result: unknown): unknown => (result as { topics: string[] }[]).filter(({ topics }) => topics[0] !== salts);
    let isPoor = false;
    const door = await rpcDoor(world.node.url, ({ method }) => {
      if (method === "eth_getLogs") return withoutSalts;
      return isPoor && method === "eth_getTransactionByHash" ? { result: null } : undefined;
    });
    try {
      const old = { upstream: { urls: [door.url], network: "test" } };
      const result = await run({}, {}, "VaultGuardedV2", { ...old, cacheDir: join(cacheDir, "old") });
      expect(result.gate.verdict, JSON.stringify(result.gate)).to.equal("pass");
      expect(detailsOf(result, "pending-operations")[0]).to.contain("2 order(s)");
      isPoor = true;
      const poor = await run({}, {}, "VaultGuardedV2", { ...old, cacheDir: join(cacheDir, "poor") });
      expect(poor.gate.verdict).to.equal("not-run");
      expect(poor.gate.notRun[0]?.check).to.contain("pending operation");
    } finally {
      await door.close();
    }
  });

  it("plays more than three only before and after the upgrade, and says so", async () => {
    for (const name of ["a", "b", "c", "d"]) await schedule([call(other, "setFee", [7n])], ZeroHash, id(name));
    const result = await run();
    expect(result.gate.verdict, JSON.stringify(result.gate)).to.equal("pass");
    expect(detailsOf(result, "pending-operations")[0]).to.contain("8 order(s) played, each only before and after");
  });
});
