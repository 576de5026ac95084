import { expect } from "chai";
import { Interface, MaxUint256, Wallet, ZeroAddress, ZeroHash, concat, getAddress, id, toBeHex, zeroPadValue } from "ethers";
import { encodeApproveHash, encodeExecTransaction, encodeMultiSend } from "../../src/core/safe/calldata.js";
import { safeHashes } from "../../src/core/safe/hashes.js";
import { approvedHashSignature } from "../../src/core/safe/signatures.js";
import { plainSafeTx, type SafeTx } from "../../src/core/safe/transaction.js";
import { encodeScheduleBatch } from "../../src/core/timelock/operation.js";
import { parseSafeTx } from "../../src/review/input/read-safe-tx.js";
import { reviewSafeTxRequest, type SafeTxAnswer } from "../../src/review/safe-tx.js";
import { safeTxText } from "../../src/review/safe-tx-text.js";

/** What a proposer would try, each with the harmless transaction that it imitates: the first is red, the other is not. */
const at = (seed: string): string => getAddress(`0x${id(seed).slice(2, 42)}`);
const call = (signature: string, args: readonly unknown[]): string =>
  new Interface([`function ${signature}`]).encodeFunctionData(signature.slice(0, signature.indexOf("(")), args);
const [SAFE, OTHER, EVIL, TIMELOCK] = [at("safe"), at("other safe"), at("evil"), at("timelock")];
const USDC = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48";
const MULTICALL3 = "0xcA11bde05977b3631167028862bE2a173976CA11";
const MULTI_SEND = "0x40A2aCCbd92BCA938b02010E17A5b8929b49130D";
const PERMIT2 = "0x000000000022D473030F116dDEE9F6B43aC78BA3";
const transfer = (to = at("receiver"), amount = 5n): string => call("transfer(address a, uint256 b)", [to, amount]);
const batch = (...calls: [to: string, data: string, value?: bigint, operation?: 0 | 1][]): Partial<SafeTx> => ({
  to: MULTI_SEND,
  operation: 1,
  data: encodeMultiSend(calls.map(([to, data, value = 0n, operation = 0]) => ({ to, data, value, operation }))),
});
const nested = (tx: Partial<SafeTx>, signatures = "0x"): Partial<SafeTx> => ({
  to: OTHER,
  data: encodeExecTransaction({ ...plainSafeTx({ to: USDC, data: transfer(), nonce: 0n }), ...tx }, signatures),
});
const scheduled = (...inner: Partial<SafeTx>[]): Partial<SafeTx> => ({
  to: TIMELOCK,
  data: encodeScheduleBatch({
    calls: inner.map(({ to = USDC, data = "0x" }) => ({ target: to, value: 0n, data })),
    predecessor: ZeroHash,
    salt: id("salt"),
    delay: 172_800n,
  }),
});
const swap = (receiver: string, least: bigint): string =>
  call("exactInputSingle((address a, address b, uint24 c, address d, uint256 e, uint256 f, uint160 g) p)", [
    [USDC, at("weth"), 500, receiver, 9n, least, 0],
  ]);
const router = (...calls: string[]): Partial<SafeTx> => ({ to: at("router"), data: call("multicall(uint256 t, bytes[] c)", [1n, calls]) });
const takeOut = call("unwrapWETH9(uint256 a, address b)", [5n, SAFE]);
const aggregate = (operation: 0 | 1, calls: [string, bigint, string][], value: bigint): Partial<SafeTx> => ({
  to: MULTICALL3,
  operation,
  value,
  data: call("aggregate3Value((address a, bool b, uint256 c, bytes d)[] e)", [calls.map(([to, amount, data]) => [to, false, amount, data])]),
});
const approve = (spender: string, amount: bigint): Partial<SafeTx> => ({ to: USDC, data: call("approve(address a, uint256 b)", [spender, amount]) });
const cut = (facet: string, init: string, data: string): Partial<SafeTx> => ({
  to: at("diamond"),
  data: call("diamondCut((address a, uint8 b, bytes4[] c)[] d, address e, bytes f)", [[[facet, 0, ["0xa9059cbb"]]], init, data]),
});
const withWord = (data: string, index: number, word: string): string => concat([data.slice(0, 10 + 64 * index), word, `0x${data.slice(74 + 64 * index)}`]);

const documentOf = (tx: Partial<SafeTx>, more: Record<string, unknown> = {}): Record<string, unknown> => {
  const { value, safeTxGas, baseGas, gasPrice, nonce, ...rest } = { ...plainSafeTx({ to: at("to"), nonce: 10n }), ...tx };
  return { chainId: 1, safe: SAFE, version: "1.3.0", ...rest, value: `${value}`, safeTxGas: `${safeTxGas}`, baseGas: `${baseGas}`, gasPrice: `${gasPrice}`, nonce: `${nonce}`, ...more };
};
const KNOWN = { chainId: 1n, safe: SAFE, version: "1.3.0", nonce: 10n };
const review = (document: unknown): Promise<SafeTxAnswer> =>
  reviewSafeTxRequest(parseSafeTx(new TextEncoder().encode(typeof document === "string" ? document : JSON.stringify(document)), "tx", KNOWN));
const rules = ({ findings }: SafeTxAnswer): string[] => findings.map(({ rule }) => rule.replace("review/", ""));

describe("review --safe-tx under attack", () => {
  type Case = [name: string, rule: string, evil: Partial<SafeTx>, benign: Partial<SafeTx>];
  const cases: Case[] = [
    ["a refund of the Safe that is called", "refund-fields", nested({ gasPrice: 10n ** 12n, refundReceiver: EVIL }), nested({})],
    ["the same behind a timelock", "refund-fields", scheduled(nested({ gasPrice: 1n, gasToken: USDC })), scheduled(nested({}))],
    ["a payment at the set-up of a new Safe", "refund-fields", setUp(5n), setUp(0n)],
    ["a delegatecall in a MultiSend in a Safe in a timelock", "delegatecall", scheduled(nested(batch([EVIL, transfer(), 0n, 1]))), scheduled(nested(batch([USDC, transfer()])))],
    ["a MultiSend of one's own", "delegatecall", { ...batch([USDC, transfer()]), to: EVIL }, batch([USDC, transfer()])],
    ["a guard, three Safes deep", "safe-settings", nested(nested({ to: SAFE, data: call("setGuard(address a)", [EVIL]) })), nested(nested({}))],
    ["a fallback handler, three Safes deep", "safe-settings", nested(nested({ to: SAFE, data: call("setFallbackHandler(address a)", [EVIL]) })), nested(nested({}))],
    ["a module in a timelock's batch", "safe-settings", scheduled({ data: transfer() }, { to: SAFE, data: call("enableModule(address a)", [EVIL]) }), scheduled({ data: transfer() })],
    ["an owner exchanged, two Safes deep", "safe-settings", nested(batch([SAFE, call("swapOwner(address a, address b, address c)", [at("1"), at("2"), EVIL])])), nested(batch([USDC, transfer()]))],
    ["a threshold by MultiSend's zero target", "safe-settings", batch([ZeroAddress, call("changeThreshold(uint256 a)", [1])]), batch([USDC, transfer()])],
    ["an approval of another Safe's unseen transaction", "blind-approval", nested({ to: at("third"), data: encodeApproveHash(id("x")) }), nested({})],
    ["an approval just below the largest number", "unlimited-approval", approve(EVIL, (1n << 96n) - 2n), approve(EVIL, 10n ** 21n)],
    ["an increase without limit", "unlimited-approval", { data: call("increaseAllowance(address a, uint256 b)", [EVIL, MaxUint256]) }, { data: call("increaseAllowance(address a, uint256 b)", [EVIL, 5n]) }],
    ["Permit2 without limit", "unlimited-approval", { to: PERMIT2, data: call("approve(address a, address b, uint160 c, uint48 d)", [USDC, EVIL, (1n << 160n) - 1n, 9]) }, { to: PERMIT2, data: call("approve(address a, address b, uint160 c, uint48 d)", [USDC, EVIL, 5n, 9]) }],
    ["an operator over a collection", "unlimited-approval", { data: call("setApprovalForAll(address a, bool b)", [EVIL, true]) }, { data: call("setApprovalForAll(address a, bool b)", [EVIL, false]) }],
    ["an approval of Multicall3, for anybody to use", "open-spender", approve(MULTICALL3, 5n), approve(MULTICALL3, 0n)],
    ["tokens sent to MultiSend, for anybody to take", "burning-transfer", { to: USDC, data: transfer(MULTI_SEND) }, { to: USDC, data: transfer() }],
    ["an allowance of the AllowanceModule", "module-allowance", { data: call("setAllowance(address a, address b, uint96 c, uint16 d, uint32 e)", [EVIL, USDC, 5n, 1, 0]) }, { data: call("setAllowance(address a, address b, uint96 c, uint16 d, uint32 e)", [EVIL, USDC, 0n, 0, 0]) }],
    ["a payment copied into a batch once more", "repeated-payment", batch([USDC, transfer()], [EVIL, "0x"], [USDC, transfer()]), batch([USDC, transfer()], [USDC, transfer(at("else"))])],
    ["a swap whose proceeds go elsewhere", "proceeds-elsewhere", router(swap(EVIL, 5n)), router(swap(SAFE, 5n))],
    ["a swap that leaves its proceeds to the router", "proceeds-elsewhere", router(swap(at("router"), 5n)), router(swap(at("router"), 5n), takeOut)],
    ["a swap at any price", "any-price", router(swap(SAFE, 0n)), router(swap(SAFE, 5n))],
    ["a withdrawal from Aave to somebody else", "proceeds-elsewhere", { data: call("withdraw(address a, uint256 b, address c)", [USDC, MaxUint256, EVIL]) }, { data: call("withdraw(address a, uint256 b, address c)", [USDC, MaxUint256, SAFE]) }],
    ["a vault's shares redeemed to somebody else", "proceeds-elsewhere", { data: call("redeem(uint256 a, address b, address c)", [5n, EVIL, SAFE]) }, { data: call("redeem(uint256 a, address b, address c)", [5n, SAFE, SAFE]) }],
    ["stETH withdrawn for somebody else", "proceeds-elsewhere", { data: call("requestWithdrawals(uint256[] a, address b)", [[5n], EVIL]) }, { data: call("requestWithdrawals(uint256[] a, address b)", [[5n], SAFE]) }],
    ["an AccessManager's schedule of unknown bytes", "unexplained-bytes", { data: call("schedule(address a, bytes b, uint48 c)", [USDC, "0xdeadbeef", 0]) }, { data: call("schedule(address a, bytes b, uint48 c)", [USDC, transfer(), 0]) }],
    ["an AccessManager's role of a role", "authority-change", { data: call("setRoleAdmin(uint64 a, uint64 b)", [1, 7]) }, { data: call("labelRole(uint64 a, string b)", [1, "x"]) }],
    ["Compound's implementation accepted", "implementation-change", { data: call("_acceptImplementation()", []) }, { data: call("_acceptAdmin()", []) }],
    ["Compound's implementation that installs itself", "implementation-change", { data: call("_become(address a)", [at("unitroller")]) }, { data: call("_supportMarket(address a)", [at("market")]) }],
    ["Compound III's deploy-and-upgrade", "implementation-change", { data: call("deployAndUpgradeTo(address a, address b)", [at("c"), at("d")]) }, { data: transfer() }],
    ["Compound's price source", "trusted-contract", { data: call("_setPriceOracle(address a)", [EVIL]) }, { data: call("_setCloseFactor(uint256 a)", [5]) }],
    ["Aave's price source by its register", "trusted-contract", { data: call("setAddress(bytes32 a, address b)", [id("PRICE_ORACLE"), EVIL]) }, { data: call("setSupplyCap(address a, uint256 b)", [USDC, 5]) }],
    ["new facets of a diamond", "implementation-change", cut(EVIL, ZeroAddress, "0x"), { to: at("diamond"), data: transfer() }],
    ["a diamond's initializer", "delegatecall", cut(at("facet"), EVIL, transfer()), { to: at("diamond"), data: transfer() }],
    ["a beacon's implementation in a timelock", "implementation-change", scheduled({ to: at("beacon"), data: call("upgradeTo(address a)", [EVIL]) }), scheduled({ data: transfer() })],
    ["a role of the timelock beside a payment", "authority-change", scheduled({ data: transfer() }, { to: TIMELOCK, data: call("grantRole(bytes32 a, address b)", [id("PROPOSER_ROLE"), EVIL]) }), scheduled({ data: transfer() })],
    ["the timelock's own delay", "authority-change", scheduled({ data: transfer() }, { to: TIMELOCK, data: call("updateDelay(uint256 a)", [0]) }), scheduled({ data: transfer() })],
    ["Zodiac's roles", "authority-change", { data: call("assignRoles(address a, bytes32[] b, bool[] c)", [EVIL, [id("r")], [true]]) }, { data: call("skipExpired()", []) }],
    ["ether that Multicall3 is not given", "encoding/value-mismatch", aggregate(0, [[USDC, 9n, "0x"]], 1n), aggregate(0, [[USDC, 9n, "0x"]], 9n)],
    ["ether of whoever sends a delegatecall", "encoding/value-mismatch", aggregate(1, [[USDC, 9n, "0x"]], 0n), aggregate(1, [[USDC, 0n, transfer()]], 0n)],
    ["bytes that a token hands on", "unexplained-bytes", { data: call("approveAndCall(address a, uint256 b, bytes c)", [EVIL, 5n, "0xdeadbeef"]) }, { data: call("approveAndCall(address a, uint256 b, bytes c)", [EVIL, 5n, "0x"]) }],
    ["a tail that points back to itself", "unexplained-bytes", { data: withWord(call("multicall(bytes[] a)", [[transfer()]]), 0, toBeHex(0, 32)) }, { data: call("multicall(bytes[] a)", [[transfer()]]) }],
    ["two tails in one place", "unexplained-bytes", { data: withWord(call("multicall(bytes[] a)", [[transfer(), transfer(EVIL)]]), 3, toBeHex(64, 32)) }, { data: call("multicall(bytes[] a)", [[transfer(), transfer(EVIL)]]) }],
    ["bytes behind the arguments, three deep", "unexplained-bytes", nested(batch([USDC, `${transfer()}00`])), nested(batch([USDC, transfer()]))],
    ["an address with more than twenty bytes", "unexplained-bytes", { data: withWord(transfer(), 0, zeroPadValue(concat(["0x01", EVIL]), 32)) }, { data: withWord(transfer(), 0, zeroPadValue(EVIL, 32)) }],
    ["bytes behind another Safe's signatures", "unexplained-bytes", nested({}, concat([approvedHashSignature(at("owner")), "0x00"])), nested({}, approvedHashSignature(at("owner")))],
  ];
  for (const [name, rule, evil, benign] of cases)
    it(`${name}: ${rule}`, async () => {
      const red = await review(documentOf(evil));
      expect(rules(red)).to.include(rule);
      expect(red.verdict).to.equal("blocked");
      const green = await review(documentOf(benign));
      expect(rules(green)).not.to.include(rule);
      // Of an init or a role, the harmless twin may still be told; it never blocks.
      expect(green.verdict, JSON.stringify(green.findings)).to.equal("pass");
    });

  it("the same tricks in a call that only a rebuilt or own ABI explains: one byte more does not hide what bytes do", async () => {
    const run = (payload: string): string => call("run(address a, bytes b)", [USDC, payload]);
    const answer = async (payload: string): Promise<SafeTxAnswer> =>
      reviewSafeTxRequest({
        ...parseSafeTx(new TextEncoder().encode(JSON.stringify(documentOf({ data: run(payload) }))), "tx"),
        abis: [{ contract: "your ABI", provenance: "your ABI", fragments: ["function run(address target, bytes payload)"] }],
      });
    const threshold = call("changeThreshold(uint256 a)", [1]);
    expect(await answer(transfer())).to.include({ verdict: "pass" });
    expect(rules(await answer(threshold))).to.include("safe-settings");
    expect(rules(await answer(`${threshold}00`))).to.include.members(["safe-settings", "unexplained-bytes"]);
  });

  describe("documents that show one thing and say another", () => {
    const method = { name: "transfer", inputs: [{ name: "to", type: "address" }, { name: "amount", type: "uint256" }] };
    const builder = (transaction: Record<string, unknown>) => ({
      chainId: "1",
      meta: { createdFromSafeAddress: SAFE },
      transactions: [{ to: USDC, value: "0", ...transaction }],
    });
    const shown = { contractMethod: method, contractInputsValues: { to: at("receiver"), amount: "5" } };
    const { chainId: _, safe: __, version: ___, ...message } = documentOf({ to: USDC, data: transfer() });
    const typed = (more: Record<string, unknown>, domain: Record<string, unknown> = {}) => ({
      primaryType: "SafeTx",
      types: {},
      domain: { chainId: 1, verifyingContract: SAFE, ...domain },
      message,
      ...more,
    });
    const safeTxType = ["address to", "uint256 value", "bytes data", "uint8 operation", "uint256 safeTxGas", "uint256 baseGas", "uint256 gasPrice", "address gasToken", "address refundReceiver", "uint256 nonce"].map((field) => {
      const [type, name] = field.split(" ");
      return { name, type };
    });
    const cases: [string, string, unknown, unknown][] = [
      ["a builder's values beside other data", "contradiction", builder({ ...shown, data: transfer(EVIL) }), builder({ ...shown, data: transfer() })],
      ["a builder's own name for an unknown function", "claimed-function", builder({ data: call("sweep(address a)", [EVIL]), contractMethod: { name: "sweep", inputs: [{ name: "a", type: "address" }] } }), builder({ data: transfer(), contractMethod: { ...method, name: "transfer" } })],
      ["typed data of other types", "contradiction", typed({ types: { SafeTx: safeTxType.toReversed() } }), typed({ types: { SafeTx: safeTxType } })],
      ["typed data with a name in its domain", "contradiction", typed({}, { name: "Safe" }), typed({})],
      ["typed data without a chain for a Safe 1.3", "contradiction", typed({}, { chainId: undefined }), typed({})],
    ];
    for (const [name, rule, evil, benign] of cases)
      it(`${name}: ${rule}`, async () => {
        const red = await review(evil);
        expect(rules(red)).to.include(rule);
        expect(red.verdict).to.equal("blocked");
        expect(await review(benign)).to.include({ verdict: "pass" });
      });
    it("two transactions in one document are refused", async () => {
      for (const other of [{ transactions: [{ to: EVIL, value: "1", data: "0x" }] }, { calldata: "0x" }, { message, domain: {} }])
        expect(() => review(documentOf({ to: USDC, data: transfer() }, other))).to.throw(/more than once/);
    });
  });

  describe("signatures that came along", () => {
    const tx = plainSafeTx({ to: USDC, data: transfer(), nonce: 10n });
    const { safeTxHash } = safeHashes({ ...KNOWN, tx });
    const keys = [id("1"), id("2")].map((key) => new Wallet(key)).sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1)) as [Wallet, Wallet];
    const [first, second] = keys.map((key) => key.signingKey.sign(safeTxHash).serialized) as [string, string];
    const trust = (owners: readonly string[]) => ({
      chainId: "1",
      safes: [{ address: SAFE, version: "1.3.0", owners, modules: [], threshold: 2, guard: null, fallbackHandler: null }],
      timelocks: [],
      proxies: [],
      accounts: [],
      labels: {},
      limits: { minDelay: "0", minKeys: 1 },
    });
    const of = (signatures: string, owners?: readonly string[]): Promise<SafeTxAnswer> =>
      reviewSafeTxRequest(parseSafeTx(new TextEncoder().encode(encodeExecTransaction(tx, signatures)), "tx", KNOWN), owners ? { trust: trust(owners) as never } : {});
    const owners = keys.map(({ address }) => address);

    it("in order, of owners: green, and both are named", async () => {
      const answer = await of(concat([first, second]), owners);
      expect(answer.findings.filter(({ rule }) => rule.includes("sign"))).to.deep.equal([]);
      expect(answer.signers).to.deep.equal(owners);
      expect(safeTxText(answer)).to.contain(owners[1]);
    });
    it("of somebody who was an owner once", async () => {
      const answer = await of(concat([first, second]), [owners[0]!]);
      expect(rules(answer)).to.include("foreign-signer");
      expect(answer.signers).to.deep.equal([owners[0]]);
      expect(answer.verdict).to.equal("blocked");
    });
    it("an approval on chain that nobody gave, and a contract's, of somebody who is no owner", async () => {
      const contract = concat([zeroPadValue(EVIL, 32), toBeHex(65, 32), "0x00", toBeHex(1, 32), "0xab"]);
      for (const signature of [approvedHashSignature(EVIL), contract]) {
        expect(rules(await of(signature, owners))).to.include("foreign-signer");
        expect((await of(signature)).notChecked.map(({ reason }) => reason).join()).to.contain(EVIL);
      }
    });
    it("twice the same, and out of order: counted once, and told", async () => {
      const twice = await of(concat([first, first]), owners);
      expect(twice.signers).to.deep.equal([owners[0]]);
      for (const answer of [twice, await of(concat([second, first]), owners)]) expect(rules(answer)).to.include("signature-order");
    });
    it("of a broken or unknown kind", async () => {
      for (const v of ["1d", "21", "ff"]) expect(rules(await of(`${first.slice(0, -2)}${v}`, owners))).to.include("bad-signature");
      const ethSign = keys[0].signMessageSync(Buffer.from(safeTxHash.slice(2), "hex"));
      const shifted = `${ethSign.slice(0, -2)}${(Number(`0x${ethSign.slice(-2)}`) + 4).toString(16)}`;
      expect((await of(shifted, owners)).signers).to.deep.equal([owners[0]]);
    });
  });

  it("looks alike: one digit, or the same beginning and end, of an owner that the trust file knows", async () => {
    const owner = at("owner");
    const neighbour = getAddress(toBeHex(BigInt(owner) ^ (1n << 80n), 20));
    const vanity = getAddress(`${owner.slice(0, 6).toLowerCase()}${id("x").slice(2, 34)}${owner.slice(-4).toLowerCase()}`);
    const trust = { chainId: "1", safes: [{ address: SAFE, version: "1.3.0", owners: [owner], modules: [], threshold: 1, guard: null, fallbackHandler: null }], timelocks: [], proxies: [], accounts: [], labels: {}, limits: { minDelay: "0", minKeys: 1 } };
    const of = (to: string): Promise<SafeTxAnswer> =>
      reviewSafeTxRequest(parseSafeTx(new TextEncoder().encode(JSON.stringify(documentOf({ to: USDC, data: transfer(to) }))), "tx"), { trust: trust as never });
    for (const address of [neighbour, vanity]) expect(rules(await of(address))).to.include("look-alike");
    expect(await of(owner)).to.include({ verdict: "pass" });
  });

  it("a call of Multicall3 that may fail unseen is told, by its path", async () => {
    const three = (failing: number): Partial<SafeTx> => ({
      to: MULTICALL3,
      operation: 1,
      data: call("aggregate3((address a, bool b, bytes c)[] d)", [[0, 1, 2].map((index) => [USDC, index === failing, transfer(at(`${index}`))])]),
    });
    const finding = (await review(documentOf(three(1)))).findings.find(({ rule }) => rule === "review/silent-failure");
    expect(finding?.detail).to.match(/call 0: 0\.1 may fail/);
    expect(rules(await review(documentOf(three(-1))))).to.deep.equal([]);
    const attempt = (strict: boolean): Partial<SafeTx> => ({ to: MULTICALL3, operation: 1, data: call("tryAggregate(bool a, (address b, bytes c)[] d)", [strict, [[USDC, transfer()]]]) });
    expect(rules(await review(documentOf(attempt(false))))).to.deep.equal(["silent-failure"]);
    expect(rules(await review(documentOf(attempt(true))))).to.deep.equal([]);
  });

  it("whoever gets tokens that are minted, bridged or streamed is compared with the trust file, too", async () => {
    const trust = { chainId: "1", safes: [{ address: SAFE, version: "1.3.0", owners: [at("owner")], modules: [], threshold: 1, guard: null, fallbackHandler: null }], timelocks: [], proxies: [], accounts: [], labels: {}, limits: { minDelay: "0", minKeys: 1 } };
    const of = (data: string): Promise<SafeTxAnswer> =>
      reviewSafeTxRequest(parseSafeTx(new TextEncoder().encode(JSON.stringify(documentOf({ to: USDC, data }))), "tx"), { trust: trust as never });
    for (const [signature, args] of [
      ["mint(address a, uint256 b)", [5n]],
      ["bridgeETHTo(address a, uint32 b, bytes c)", [5, "0x"]],
      ["createStream(address a, uint216 b)", [5n]],
    ] as const) {
      expect(rules(await of(call(signature, [EVIL, ...args])))).to.include("unknown-receiver");
      expect(rules(await of(call(signature, [at("owner"), ...args])))).not.to.include("unknown-receiver");
    }
  });

  it("a timelock that is not the signer's own is told", async () => {
    const of = (timelocks: readonly string[]): Promise<SafeTxAnswer> => {
      const trust = { chainId: "1", safes: [{ address: SAFE, version: "1.3.0", owners: [at("owner")], modules: [], threshold: 1, guard: null, fallbackHandler: null }], timelocks: timelocks.map((address) => ({ address })), proxies: [], accounts: [], labels: {}, limits: { minDelay: "0", minKeys: 1 } };
      return reviewSafeTxRequest(parseSafeTx(new TextEncoder().encode(JSON.stringify(documentOf(scheduled({ data: transfer() })))), "tx"), { trust: trust as never });
    };
    expect(rules(await of([at("own timelock")]))).to.include("unknown-timelock");
    expect(rules(await of([TIMELOCK]))).not.to.include("unknown-timelock");
  });

  it("writes nothing to a terminal that a terminal would obey", async () => {
    const words = "\u001b[2J\u001b]0;x\u0007\u009b31m\u202e\u2066\u200b\r\nPASS </script><script>alert(1)</script> ﬁ а";
    const propose = call("propose(address[] a, uint256[] b, bytes[] c, string d)", [[USDC], [0], [transfer()], words]);
    const answer = await review(documentOf({ data: propose }));
    const text = safeTxText(answer);
    expect(text).to.match(/^[\x20-\x7e\n–—…→×·“”’]*$/);
    expect(text.split("\n").some((line) => line.startsWith("PASS </script>"))).to.equal(false);
  });

  it("one payment among three hundred does not hide: it is the first line, and the largest sum is named", async () => {
    const many = Array.from({ length: 300 }, (_, index): [string, string] => [USDC, transfer(at(`receiver ${index}`), index === 137 ? 10n ** 15n : 5n)]);
    const one: [string, string] = [at("other token"), transfer(EVIL, 7n)];
    const lines = safeTxText(await review(documentOf(batch(...many.slice(0, 200), one, ...many.slice(200))))).split("\n");
    const start = lines.indexOf("In short, rarest first:");
    expect(lines[start + 1]).to.contain(`1 × transfer(address,uint256) on ${one[0]}`);
    expect(lines[start + 2]).to.match(/^ {2}300 × .* the most in call 0\.137: 1000000000000000 /);
    expect(safeTxText(await review(documentOf(batch(one)))).includes("In short")).to.equal(false);
  });

  it("numbers at the edge of 256 bits are shown, not rounded", async () => {
    const answer = await review(documentOf({ to: EVIL, value: MaxUint256, safeTxGas: MaxUint256, nonce: MaxUint256 - 1n }, {}));
    expect(answer.transaction).to.include({ value: `${MaxUint256}`, nonce: `${MaxUint256 - 1n}` });
  });

  function setUp(payment: bigint): Partial<SafeTx> {
    const initializer = call("setup(address[] a, uint256 b, address c, bytes d, address e, address f, uint256 g, address h)", [
      [at("owner")],
      1,
      ZeroAddress,
      "0x",
      at("handler"),
      ZeroAddress,
      payment,
      ZeroAddress,
    ]);
    return { to: at("factory"), data: call("createProxyWithNonce(address a, bytes b, uint256 c)", [at("singleton"), initializer, 1]) };
  }
});
