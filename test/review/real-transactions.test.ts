import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { AbiCoder, Interface, MaxUint256, ZeroAddress, ZeroHash, concat, getAddress, id, keccak256 } from "ethers";
import { encodeApproveHash, encodeExecTransaction, encodeMultiSend } from "../../src/core/safe/calldata.js";
import { safeHashes } from "../../src/core/safe/hashes.js";
import { reviewSafeTransaction } from "../../src/core/safe/review/review.js";
import { plainSafeTx, type SafeTx } from "../../src/core/safe/transaction.js";
import type { Trust } from "../../src/core/schema/trust.js";
import { DrydockError } from "../../src/errors/drydock-error.js";
import { readAbiFile } from "../../src/review/input/read-abi.js";
import { parseSafeTx } from "../../src/review/input/read-safe-tx.js";
import { reviewSafeTxRequest } from "../../src/review/safe-tx.js";

/** Transactions as teams send them: the shapes are theirs, the accounts made up. */
const at = (seed: string): string => getAddress(`0x${id(seed).slice(2, 42)}`);
const call = (signature: string, args: readonly unknown[]): string =>
  new Interface([`function ${signature}`]).encodeFunctionData(signature.slice(0, signature.indexOf("(")), args);
const words = (types: string[], values: unknown[]): string => AbiCoder.defaultAbiCoder().encode(types, values);
const SAFE = at("safe");
const USDC = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48";
const MULTICALL3 = "0xcA11bde05977b3631167028862bE2a173976CA11";
const MULTI_SEND_CALL_ONLY = "0x40A2aCCbd92BCA938b02010E17A5b8929b49130D";
const CREATE_CALL = "0x7cbB62EaA69F79e6873cD1ecB2392971036cFAa4";
const transfer = call("transfer(address to, uint256 amount)", [at("receiver"), 5n]);
const multicall = (target: string, data: string): Partial<SafeTx> => ({
  to: MULTICALL3,
  operation: 1,
  data: call("aggregate3((address target, bool allowFailure, bytes callData)[] calls)", [[[target, false, data]]]),
});
const batch = (...calls: [string, string][]): Partial<SafeTx> => ({
  to: MULTI_SEND_CALL_ONLY,
  operation: 1,
  data: encodeMultiSend(calls.map(([to, data]) => ({ to, data }))),
});
const aragon = (script: string): Partial<SafeTx> => ({ to: at("agent"), data: call("forward(bytes _evmScript)", [script]) });
const script = concat(["0x00000001", USDC, "0x00000044", transfer]);
const bravo = (signature: string, data: string): Partial<SafeTx> => ({
  to: at("governor"),
  data: call("propose(address[] t, uint256[] v, string[] s, bytes[] c, string d)", [[USDC], [0], [signature], [data], "# Title"]),
});
const newSafe = (setup: string): Partial<SafeTx> => ({
  to: at("factory"),
  data: call("createProxyWithNonce(address a, bytes b, uint256 c)", [
    at("singleton"),
    call("setup(address[] a, uint256 b, address c, bytes d, address e, address f, uint256 g, address h)", [
      [at("owner")], 1, setup, call("setupToL2(address a)", [at("l2")]), at("handler"), ZeroAddress, 0, ZeroAddress,
    ]),
    1,
  ]),
});
const executor = call("execute(address upgrade, bytes upgradeCallData)", [at("action"), call("perform()", [])]);

const documentOf = (tx: Partial<SafeTx>, version = "1.3.0") => {
  const { value, safeTxGas, baseGas, gasPrice, nonce, ...rest } = { ...plainSafeTx({ to: at("to"), nonce: 10n }), ...tx };
  return { chainId: 1, safe: SAFE, version, ...rest, value: `${value}`, safeTxGas: `${safeTxGas}`, baseGas: `${baseGas}`, gasPrice: `${gasPrice}`, nonce: `${nonce}` };
};
const review = (document: unknown, known = {}) =>
  reviewSafeTxRequest(parseSafeTx(new TextEncoder().encode(typeof document === "string" ? document : JSON.stringify(document)), "tx", known));

describe("review --safe-tx of other teams' transactions", () => {
  const cases: [string, Partial<SafeTx>, string?][] = [
    ["Lido: a motion through its agent", aragon(script)],
    ["Lido: the same with bytes behind the script", aragon(concat([script, "0x00"])), "unexplained-bytes"],
    ["Lido: a script of another kind", aragon("0x00000002"), "unexplained-bytes"],
    ["Lido: a vote", { data: call("vote(uint256 a, bool b, bool c)", [1, true, false]) }],
    ["Aave: a supply cap", { data: call("setSupplyCap(address a, uint256 b)", [USDC, 5]) }],
    ["Aave: approve and supply", batch([USDC, call("approve(address a, uint256 b)", [at("pool"), 9n])], [at("pool"), call("supply(address a, uint256 b, address c, uint16 d)", [USDC, 9n, SAFE, 0])])],
    ["Compound: a proposal with signatures in text", bravo("transfer(address,uint256)", words(["address", "uint256"], [at("x"), 5n]))],
    ["Compound: the same with an unknown function", bravo("sweepAll(address)", words(["address"], [at("x")])), "unexplained-bytes"],
    ["Compound: the same with a new admin", bravo("_setPendingAdmin(address)", words(["address"], [at("x")])), "authority-change"],
    ["Optimism: Multicall3 by delegatecall", multicall(USDC, transfer)],
    ["Optimism: the same with an upgrade", multicall(at("admin"), call("upgrade(address a, address b)", [at("proxy"), at("next")])), "implementation-change"],
    ["Arbitrum: an action of the upgrade executor", { to: at("executor"), data: executor }, "delegatecall"],
    ["Arbitrum: the same behind a timelock", { to: at("timelock"), data: call("schedule(address a, uint256 b, bytes c, bytes32 d, bytes32 e, uint256 f)", [at("executor"), 0, executor, ZeroHash, id("s"), 9]) }, "delegatecall"],
    ["Arbitrum: a message to the other chain", { to: "0x0000000000000000000000000000000000000064", data: call("sendTxToL1(address a, bytes b)", [USDC, transfer]) }],
    ["Arbitrum: the same with unknown content", { data: call("sendTxToL1(address a, bytes b)", [USDC, "0x12345678"]) }, "unexplained-bytes"],
    ["two owners exchanged in a batch", batch([SAFE, call("addOwnerWithThreshold(address a, uint256 b)", [at("new"), 2])], [SAFE, call("removeOwner(address a, address b, uint256 c)", [at("p"), at("old"), 2])]), "safe-settings"],
    ["a module", { to: SAFE, data: call("enableModule(address a)", [at("module")]) }, "safe-settings"],
    ["a contract by a CREATE2 factory", { to: "0x4e59b44847b379578588920cA78FbF26c0B4956C", data: concat([ZeroHash, "0x6080"]) }, "unexplained-bytes"],
    ["a contract by CreateCall", { to: CREATE_CALL, operation: 1, data: call("performCreate2(uint256 a, bytes b, bytes32 c)", [0, "0x6080", ZeroHash]) }, "unexplained-bytes"],
    ["an approval of an amount", { to: USDC, data: call("approve(address a, uint256 b)", [at("router"), 5n]) }],
    ["an approval of everything", { to: USDC, data: call("approve(address a, uint256 b)", [at("router"), MaxUint256]) }, "unlimited-approval"],
    ["ENS: a text record", { data: call("setText(bytes32 a, string b, string c)", [id("n"), "url", "https://x"]) }],
    ["ENS: a new owner of a name", { data: call("setSubnodeRecord(bytes32 a, bytes32 b, address c, address d, uint64 e)", [id("n"), id("l"), at("x"), at("r"), 0]) }, "authority-change"],
    ["CoW: an order signed in advance", { data: call("setPreSignature(bytes a, bool b)", [`0x${"ab".repeat(56)}`, true]) }, "sign-message"],
    ["CoW: an order taken back", { data: call("setPreSignature(bytes a, bool b)", [`0x${"ab".repeat(56)}`, false]) }],
    ["another Safe's module call", { to: at("other"), data: call("execTransactionFromModule(address a, uint256 b, bytes c, uint8 d)", [USDC, 0, transfer, 0]) }],
    ["nothing to itself: a rejection", { to: SAFE }],
    ["Safe 1.1.1: its MultiSend", { ...batch([USDC, transfer]), to: "0x8D29bE29923b68abfDD21e541b9374737B49cdAD" }],
    ["Safe: the next version, by SafeMigration", { to: "0x526643F69b81B008F46d95CD5ced5eC0edFFDaC6", operation: 1, data: call("migrateWithFallbackHandler()", []) }, "singleton-change"],
    ["Safe: a message signed by SignMessageLib", { to: "0xA65387F16B013cf2Af4605Ad8aA5ec25a2cbA3a2", operation: 1, data: call("signMessage(bytes a)", [id("message")]) }, "sign-message"],
    ["Safe: another one created, with the L2 set-up", newSafe("0xBD89A1CE4DDe368FFAB0eC35506eEcE0b1fFdc54")],
    ["Safe: the same with a set-up of one's own", newSafe(at("setup")), "delegatecall"],
    ["Zodiac: a Delay module deployed and enabled", batch([at("factory"), call("deployModule(address a, bytes b, uint256 c)", [at("delay"), call("setUp(bytes a)", [words(["address", "address"], [SAFE, SAFE])]), 1])], [SAFE, call("enableModule(address a)", [at("module")])]), "safe-settings"],
    ["Zodiac: a member of a role", { data: call("assignRoles(address a, bytes32[] b, bool[] c)", [at("member"), [id("role")], [true]]) }, "authority-change"],
    ["stETH: approved and asked back", batch([at("steth"), call("approve(address a, uint256 b)", [at("queue"), 9n])], [at("queue"), call("requestWithdrawals(uint256[] a, address b)", [[4n, 5n], SAFE])])],
    ["stETH: withdrawals claimed", { to: at("queue"), data: call("claimWithdrawals(uint256[] a, uint256[] b)", [[7n], [3n]]) }],
    ["Uniswap: a swap into ether by multicall", { to: at("router"), data: call("multicall(uint256 a, bytes[] b)", [1, [call("exactInput((bytes a, address b, uint256 c, uint256 d) p)", [[concat([USDC, "0x0001f4", at("weth")]), "0x0000000000000000000000000000000000000002", 9n, 5n]]), call("unwrapWETH9(uint256 a, address b)", [5n, SAFE])]]) }],
    ["CoW: the relayer approved and an order signed in advance", batch([USDC, call("approve(address a, uint256 b)", [at("relayer"), 9n])], [at("settlement"), call("setPreSignature(bytes a, bool b)", [`0x${"ab".repeat(56)}`, true])]), "sign-message"],
    ["OpenZeppelin: AccessManager schedules an upgrade", { to: at("manager"), data: call("schedule(address a, bytes b, uint48 c)", [at("proxy"), call("upgradeToAndCall(address a, bytes b)", [at("next"), "0x"]), 0]) }, "implementation-change"],
    ["OpenZeppelin: AccessManager executes, which may be a delegatecall", { to: at("manager"), data: call("execute(address a, bytes b)", [USDC, transfer]) }, "delegatecall"],
    ["OpenZeppelin: ProxyAdmin of version 4", { to: at("admin"), data: call("upgrade(address a, address b)", [at("proxy"), at("next")]) }, "implementation-change"],
    ["OpenZeppelin: ProxyAdmin of version 5", { to: at("admin"), data: call("upgradeAndCall(address a, address b, bytes c)", [at("proxy"), at("next"), "0x"]) }, "implementation-change"],
    ["OpenZeppelin: an operation that is executed", { to: at("timelock"), data: call("executeBatch(address[] a, uint256[] b, bytes[] c, bytes32 d, bytes32 e)", [[USDC], [0], [transfer], ZeroHash, id("s")]) }],
    ["LlamaPay: a salary", batch([USDC, call("approve(address a, uint256 b)", [at("llama"), 9n])], [at("llama"), call("depositAndCreate(uint256 a, address b, uint216 c)", [9n, at("worker"), 5n])])],
    ["ENS: a controller and a stream by the governor's timelock", { to: at("timelock"), data: call("queueTransaction(address a, uint256 b, string c, bytes d, uint256 e)", [at("registry"), 0, "setResolver(bytes32,address)", words(["bytes32", "address"], [id("n"), at("r")]), 1_800_000_000]) }],
    ["an airdrop of 300 transfers", batch(...Array.from({ length: 300 }, (_, index): [string, string] => [USDC, call("transfer(address to, uint256 amount)", [at(`receiver ${index}`), 5n])]))],
    ["a stream of tokens that nobody here knows", { data: call("createWithDurations(address a)", [at("x")]) }, "unexplained-bytes"],
  ];
  for (const [name, tx, rule] of cases)
    it(`${name}: ${rule ?? "green"}`, async () => {
      const { verdict, findings } = await review(documentOf(tx));
      const shown = findings.map((finding) => finding.rule.replace("review/", ""));
      if (rule === undefined) expect(verdict, JSON.stringify(findings)).to.equal("pass");
      else {
        expect(verdict).to.equal("blocked");
        expect(shown).to.include(rule);
      }
    });

  it("the same answer whichever of the five formats brings a transaction", async () => {
    const tx = plainSafeTx({ to: USDC, data: transfer, nonce: 10n });
    const { safeTxHash } = safeHashes({ chainId: 1n, safe: SAFE, version: "1.3.0", tx });
    const known = { chainId: 1n, safe: SAFE, version: "1.3.0", nonce: 10n };
    const fields = documentOf(tx);
    const { chainId: _, safe, version: __, ...message } = fields;
    const builder = { chainId: "1", meta: { createdFromSafeAddress: SAFE }, transactions: [{ to: USDC, value: "0", data: transfer }] };
    const typed = { primaryType: "SafeTx", types: {}, domain: { chainId: "0x1", verifyingContract: SAFE }, message };
    const service = { safe, ...message, gasToken: null, refundReceiver: null, confirmations: [], isExecuted: false };
    for (const document of [fields, builder, typed, service, encodeExecTransaction(tx, "0x")])
      expect(await review(document, known)).to.include({ safeTxHash, verdict: "pass" });
  });

  it("Optimism: an approval by a nested Safe, shown and blind", async () => {
    const parent = { ...documentOf(multicall(USDC, transfer)), safe: at("parent") };
    const { safeTxHash } = await review(parent);
    const nested = documentOf(multicall(at("parent"), encodeApproveHash(safeTxHash ?? "")));
    expect(await review({ ...nested, approves: [parent] })).to.include({ verdict: "pass" });
    expect((await review(nested)).findings.map(({ rule }) => rule)).to.include("review/blind-approval");
  });

  it("Safe 0.1 with dataGas and a refund is red, 1.1.1 with safeTxGas is not", async () => {
    const { baseGas: _, ...old } = documentOf({ to: USDC, data: transfer, gasPrice: 10n ** 9n }, "0.1.0");
    const refund = await review({ ...old, dataGas: "30000" });
    expect(refund.findings[0]?.detail).to.match(/at worst the Safe pays 0\.0168\d+ ETH/);
    expect(refund.verdict).to.equal("blocked");
    expect(await review(documentOf({ to: USDC, data: transfer, safeTxGas: 76_234n }, "1.1.1"))).to.include({ verdict: "pass" });
  });

  describe("what the signer supplies", () => {
    let folder: string;
    beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "drydock-abi-"))));
    afterEach(() => rm(folder, { recursive: true, force: true }));
    const abi = async (content: unknown): Promise<string> => {
      const path = join(folder, "abi.json");
      await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
      return path;
    };
    const stream = documentOf({ data: call("createWithDurations(address a)", [at("x")]) });

    it("an ABI, as the finding asks, explains the call; for another address it does not", async () => {
      const blocked = await review(stream);
      expect(blocked.findings[0]?.remedy).to.contain("--abi FILE");
      const entry = { type: "function", name: "createWithDurations", inputs: [{ name: "to", type: "address" }], outputs: [], stateMutability: "nonpayable" };
      const request = parseSafeTx(new TextEncoder().encode(JSON.stringify(stream)), "tx");
      const verdictWith = async (content: unknown) => {
        const abis = await readAbiFile(await abi(content));
        const { verdict, decoded } = await reviewSafeTxRequest({ ...request, abis });
        return [verdict, decoded.provenance];
      };
      expect(await verdictWith([entry])).to.deep.equal(["pass", "your ABI"]);
      expect(await verdictWith({ abi: ["function createWithDurations(address to)"] })).to.deep.equal(["pass", "your ABI"]);
      expect(await verdictWith({ [at("to")]: [entry] })).to.deep.equal(["pass", "your ABI"]);
      expect(await verdictWith({ [at("elsewhere")]: [entry] })).to.deep.equal(["blocked", "unknown"]);
    });

    it("1inch: the ABI of its router explains a swap, and shows who would receive", async () => {
      const swap = "swap(address executor, (address srcToken, address dstToken, address srcReceiver, address dstReceiver, uint256 amount, uint256 minReturnAmount, uint256 flags) desc, bytes data)";
      const abis = await readAbiFile(await abi([`function ${swap}`]));
      const of = async (receiver: string, least: bigint) => {
        const tx = { to: at("1inch"), data: call(swap, [at("executor"), [USDC, at("weth"), at("executor"), receiver, 9n, least, 4n], "0x00a0c9e75c48000000000000"]) };
        const { verdict, findings } = await reviewSafeTxRequest({ ...parseSafeTx(new TextEncoder().encode(JSON.stringify(documentOf(tx))), "tx"), abis });
        return [verdict, ...findings.map(({ rule }) => rule.replace("review/", ""))];
      };
      expect(await of(SAFE, 5n)).to.deep.equal(["pass", "encoding/opaque-bytes"]);
      expect(await of(at("evil"), 5n)).to.include.members(["blocked", "proceeds-elsewhere"]);
      expect(await of(SAFE, 0n)).to.include.members(["blocked", "any-price"]);
    });

    it("an ABI of no address does not rename what is built in", async () => {
      const abis = await readAbiFile(await abi(["function transfer(address harmless, uint256 nothing)"]));
      const request = parseSafeTx(new TextEncoder().encode(JSON.stringify(documentOf({ to: USDC, data: transfer }))), "tx");
      expect((await reviewSafeTxRequest({ ...request, abis })).decoded.provenance).to.equal("built-in");
    });

    for (const content of ["", "[", "[]", "{}", '{"abi": 5}', '{"0x12": ["function f()"]}', '["function f(uint"]', "5"])
      it(`refuses ${content || "an empty file"} in one sentence`, async () => {
        const error: unknown = await readAbiFile(await abi(content)).catch((thrown: unknown) => thrown);
        expect(error).to.be.instanceOf(DrydockError);
        expect((error as DrydockError).message).to.match(/^DD\d{3}: [ -~]+$/);
      });

    it("a trust entry allows a delegatecall by its code hash, and no other code at the address", () => {
      const hash = keccak256("0x60");
      const tx = { ...plainSafeTx({ to: at("migration"), nonce: 1n }), operation: 1 as const };
      const trust = { chainId: "1", safes: [], timelocks: [], proxies: [], accounts: [], labels: {}, limits: { minDelay: "0", minKeys: 1 }, delegatecalls: [{ address: tx.to, codeHash: hash, reason: "read by us" }] } as unknown as Trust;
      const rules = (live: string | null, own?: Trust) =>
        reviewSafeTransaction({
          chainId: 1n,
          safe: SAFE,
          version: "1.3.0",
          tx,
          ...(own ? { trust: own } : {}),
          chainFacts: { block: 1n, codeHashes: new Map([[tx.to.toLowerCase(), live]]), timelocks: new Map() },
        }).findings.map(({ rule }) => rule);
      expect(rules(hash, trust)).to.include("review/agreed-delegatecall").and.not.include("review/delegatecall");
      expect(rules(keccak256("0x61"), trust)).to.include("review/delegatecall");
      expect(rules(null, trust)).to.include("review/delegatecall");
      expect(rules(hash)).to.include("review/delegatecall");
    });
  });
});
