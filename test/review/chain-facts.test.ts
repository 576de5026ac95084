import { expect } from "chai";
import { Interface, ZeroHash, id } from "ethers";
import type { ChainPort } from "../../src/chain/port.js";
import { encodeApproveHash, SAFE_INTERFACE } from "../../src/core/safe/calldata.js";
import { safeHashes } from "../../src/core/safe/hashes.js";
import { approvedHashSignature, type OwnerSignature } from "../../src/core/safe/signatures.js";
import { plainSafeTx, type SafeTx } from "../../src/core/safe/transaction.js";
import { encodeExecuteBatch, encodeScheduleBatch } from "../../src/core/timelock/operation.js";
import { DrydockError, ERRORS } from "../../src/errors/drydock-error.js";
import type { SafeTxRequest } from "../../src/review/input/types.js";
import { reviewSafeTxRequest, type SafeTxAnswer } from "../../src/review/safe-tx.js";
import { compileFile } from "../support/solidity.js";
import { authorityWorld, type AuthorityWorld } from "../support/authority-world.js";

const erc20 = new Interface(["function transfer(address to, uint256 amount)", "function approve(address spender, uint256 amount)"]);

describe("review --safe-tx against a live chain", function () {
  this.timeout(120_000);
  let world: AuthorityWorld;
  let safe: string;
  let timelock: string;
  let open: string;
  before(async () => {
    world = await authorityWorld();
    safe = await world.safe([world.accounts[0]!, world.accounts[1]!], 2);
    timelock = await world.timelock({ delay: 100, proposers: [safe], executors: [safe] });
    open = await world.timelock({
      delay: 100,
      proposers: [safe],
      executors: ["0x0000000000000000000000000000000000000000"],
    });
  });
  after(() => world?.stop());

  function review(tx: Partial<SafeTx>, more: { version?: string; chainId?: bigint; port?: ChainPort; approves?: SafeTxRequest[]; signatures?: OwnerSignature[] } = {}): Promise<SafeTxAnswer> {
    const request = {
      format: "safe-tx" as const,
      chainId: more.chainId ?? BigInt(world.node.chainId),
      safe,
      version: more.version ?? "1.4.1",
      tx: { ...plainSafeTx({ to: world.accounts[2]!, value: 1n, nonce: 0n }), ...tx },
      claims: { signatures: more.signatures ?? [] },
      abis: [],
      approves: more.approves ?? [],
      assumptions: [],
      missing: [],
    };
    return reviewSafeTxRequest(request, { chain: { port: more.port ?? world.chain, network: "test" } });
  }
  const rules = ({ findings }: SafeTxAnswer): string[] => findings.map(({ rule }) => rule.replace("review/", ""));
  const call = { target: "", value: 0n, data: "0x" };
  const operation = (target: string) => ({ calls: [{ ...call, target }], predecessor: ZeroHash, salt: id("x") });

  it("reads the Safe, its nonce and code, and lacks nothing but a trust file", async () => {
    const answer = await review({});
    expect(answer.findings).to.deep.equal([]);
    expect(answer).to.include({ scope: "full", verdict: "not-run" });
    expect(answer.notRun.map(({ check }) => check)).to.deep.equal(["your trust file"]);
  });

  it("is red for a false version, another chain is refused", async () => {
    expect(rules(await review({}, { version: "1.3.0" }))).to.include("version-mismatch");
    const error = await review({}, { chainId: 5n }).catch((thrown: unknown) => thrown);
    expect(DrydockError.is(error, ERRORS.CHAIN_ID_MISMATCH)).to.equal(true);
  });

  it("tells a nonce that is ahead, and calls into the void", async () => {
    expect(rules(await review({ nonce: 3n }))).to.deep.equal(["nonce-gap"]);
    const nowhere = "0x00000000000000000000000000000000DeaDBeef";
    expect(rules(await review({ to: nowhere, data: erc20.encodeFunctionData("transfer", [safe, 1n]) }))).to.include(
      "codeless-target",
    );
    expect(
      rules(await review({ to: safe, data: SAFE_INTERFACE.encodeFunctionData("changeThreshold", [1]) })),
    ).to.deep.equal(["safe-settings"]);
  });

  it("compares a delay with the live minimum", async () => {
    const schedule = (delay: bigint): Partial<SafeTx> => ({
      to: timelock,
      value: 0n,
      data: encodeScheduleBatch({ ...operation(safe), delay }),
    });
    expect(rules(await review(schedule(99n)))).to.deep.equal(["timelock-delay"]);
    expect(rules(await review(schedule(100n)))).to.deep.equal([]);
  });

  it("knows an open executor, and an operation that nobody scheduled", async () => {
    expect(
      rules(await review({ to: open, value: 0n, data: encodeScheduleBatch({ ...operation(safe), delay: 100n }) })),
    ).to.deep.equal(["open-executor"]);
    expect(rules(await review({ to: timelock, value: 0n, data: encodeExecuteBatch(operation(safe)) }))).to.deep.equal([
      "timelock-state",
    ]);
  });

  it("counts the other operations that wait behind an open executor, and does not take unread events for none", async () => {
    const pending = await world.timelock({
      delay: 100,
      proposers: [world.accounts[0]!],
      executors: ["0x0000000000000000000000000000000000000000"],
    });
    const first = { ...operation(safe), salt: id("first"), delay: 100n };
    const own: Partial<SafeTx> = { to: pending, value: 0n, data: encodeScheduleBatch({ ...operation(safe), delay: 100n }) };
    const severities = async (port = world.chain): Promise<string[]> =>
      (await review(own, { port })).findings.map(({ rule, severity }) => `${rule} ${severity}`);
    expect(await severities()).to.deep.equal(["review/open-executor medium"]);
    const proposer = await world.provider.getSigner(world.accounts[0]!);
    await (await proposer.sendTransaction({ to: pending, data: encodeScheduleBatch(first) })).wait();
    expect(await severities()).to.deep.equal(["review/open-executor high"]);
    // What is scheduled already and reviewed again is no other operation.
    expect(
      (await review({ ...own, data: encodeScheduleBatch(first) })).findings.map(({ severity }) => severity),
    ).to.deep.equal(["medium"]);

    const mute: ChainPort = {
      request: (call) =>
        call.method === "eth_getLogs" ? Promise.reject(new Error("logs are not served")) : world.chain.request(call),
    };
    const blind = await review(own, { port: mute });
    expect(blind.notRun.map(({ check }) => check)).to.include(`other pending operations of the timelock ${pending}`);
    expect((await review(own)).notRun.map(({ check }) => check)).to.deep.equal(["your trust file"]);
  });

  it("recognises the published MultiSend by its code, and nothing else", async () => {
    const { multiSendCallOnly } = await import("../../scripts/chain/safe-contracts.js").then(
      ({ deploySafeContracts }) => deploySafeContracts(world.provider, world.deployer),
    );
    const batch: Partial<SafeTx> = {
      to: multiSendCallOnly,
      operation: 1,
      value: 0n,
      data: SAFE_INTERFACE.encodeFunctionData("multiSend", ["0x"]),
    };
    expect(rules(await review(batch))).to.deep.equal([]);
    expect(rules(await review({ ...batch, to: timelock }))).to.deep.equal(["delegatecall"]);
    expect(rules(await review({ to: safe, value: 0n, data: encodeApproveHash(ZeroHash) }))).to.deep.equal([
      "blind-approval",
    ]);
  });

  it("compares an approval with all that there is, and asks whether its spender has code", async () => {
    const compiled = compileFile("contracts/test/MockERC20.sol").MockERC20;
    if (!compiled) throw new Error("no MockERC20");
    const token = await world.deploy(compiled, ["USD Coin", "USDC", 6]);
    await world.send(token, "mint(address,uint256)", [safe, 1_000_000_000_000n]);
    const approve = (spender: string, amount: bigint): Partial<SafeTx> => ({ to: token, value: 0n, data: erc20.encodeFunctionData("approve", [spender, amount]) });
    expect(rules(await review(approve(timelock, 1_000_000_000n)))).to.deep.equal([]);
    expect(rules(await review(approve(timelock, 1_000_000_000_000n)))).to.deep.equal(["unlimited-approval"]);
    expect(rules(await review(approve(world.accounts[2]!, 1_000_000_000n)))).to.deep.equal(["codeless-spender"]);
  });

  it("reads the chain for the transactions that are approved, too; a nested approval lacks nothing but a trust file", async () => {
    const parentSafe = await world.safe([safe], 1);
    const parent = {
      chainId: BigInt(world.node.chainId),
      safe: parentSafe,
      version: "1.4.1",
      tx: plainSafeTx({ to: world.accounts[2]!, value: 1n, nonce: 0n }),
      format: "safe-tx" as const,
      claims: { signatures: [] },
      abis: [],
      approves: [],
      assumptions: [],
      missing: [],
    };
    const approval = (hash: string): Partial<SafeTx> => ({ to: parentSafe, value: 0n, data: encodeApproveHash(hash) });
    const good = await review(approval(safeHashes(parent).safeTxHash), { approves: [parent] });
    expect(rules(good)).to.deep.equal([]);
    expect(good.notRun.map(({ check }) => check)).to.deep.equal(["your trust file"]);
    const stale = { ...parent, version: "1.3.0" };
    expect(rules(await review(approval(safeHashes(stale).safeTxHash), { approves: [stale] }))).to.deep.equal(["version-mismatch"]);
  });

  it("counts no signature of anybody who is no owner now", async () => {
    const answer = await review({}, { signatures: [{ owner: world.accounts[3]!, signature: approvedHashSignature(world.accounts[3]!) }] });
    expect(rules(answer)).to.deep.equal(["foreign-signer"]);
    expect(rules(await review({}, { signatures: [{ owner: world.accounts[0]!, signature: approvedHashSignature(world.accounts[0]!) }] }))).to.deep.equal([]);
  });
});
