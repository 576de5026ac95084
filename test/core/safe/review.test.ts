import { expect } from "chai";
import { Interface, MaxUint256, ZeroHash, getAddress, id } from "ethers";
import { gate } from "../../../src/core/finding.js";
import { encodeApproveHash, encodeMultiSend, SAFE_INTERFACE } from "../../../src/core/safe/calldata.js";
import { safeHashes } from "../../../src/core/safe/hashes.js";
import { safeContractAt } from "../../../src/core/safe/known-code.js";
import { reviewSafeTransaction } from "../../../src/core/safe/review/review.js";
import type { ChainFacts, SafeTransactionInput } from "../../../src/core/safe/review/types.js";
import { plainSafeTx, type SafeTx } from "../../../src/core/safe/transaction.js";
import {
  encodeExecuteBatch,
  encodeScheduleBatch,
  operationId,
  type TimelockOperation,
} from "../../../src/core/timelock/operation.js";

const at = (seed: string): string => getAddress(`0x${id(seed).slice(2, 42)}`);
const [SAFE, TOKEN, ALICE, TIMELOCK, ADMIN, PROXY, NEXT, PARENT] = [
  "safe",
  "token",
  "alice",
  "timelock",
  "admin",
  "proxy",
  "next",
  "parent",
].map(at) as [string, string, string, string, string, string, string, string];
const MULTI_SEND = "0x40A2aCCbd92BCA938b02010E17A5b8929b49130D";
const iface = new Interface([
  "function transfer(address to, uint256 amount)",
  "function approve(address spender, uint256 amount)",
  "function transferOwnership(address newOwner)",
  "function upgrade(address proxy, address implementation)",
  "function setApprovalForAll(address operator, bool approved)",
  "function _supportMarket(address cToken)",
  "function _setCollateralFactor(address cToken, uint256 factor)",
]);
const transfer = iface.encodeFunctionData("transfer", [ALICE, 5n]);
const safeCall = (name: string, args: readonly unknown[]): string => SAFE_INTERFACE.encodeFunctionData(name, args);

function review(tx: Partial<SafeTx>, more: Partial<SafeTransactionInput> = {}) {
  const input = {
    chainId: 1n,
    safe: SAFE,
    version: "1.3.0",
    tx: { ...plainSafeTx({ to: TOKEN, nonce: 7n }), ...tx },
    ...more,
  };
  const result = reviewSafeTransaction(input);
  return {
    ...result,
    verdict: gate("review", result.findings).verdict,
    rules: result.findings.map(({ rule }) => rule.replace("review/", "")),
  };
}
function expectRed(result: ReturnType<typeof review>, rule: string): void {
  expect(result.rules).to.include(rule);
  expect(result.verdict).to.equal("blocked");
}
function expectGreen(result: ReturnType<typeof review>): void {
  expect(result.verdict, JSON.stringify(result.findings, null, 1)).to.equal("pass");
}
const facts = (more: Partial<ChainFacts> = {}): ChainFacts => ({
  block: 1n,
  safe: {
    version: "1.3.0",
    singletonCodeHash: safeContractAt("0xd9Db270c1B5E3Bd161E8c8503c55cEABeE709552")!.codeHash,
    nonce: 7n,
    owners: [ALICE],
    threshold: 1,
    modules: [],
    guard: null,
    fallbackHandler: null,
  },
  codeHashes: new Map([[TOKEN.toLowerCase(), ZeroHash]]),
  timelocks: new Map(),
  ...more,
});
const operation = (data: string, salt: string, predecessor = ZeroHash): TimelockOperation => ({
  calls: [{ target: TOKEN, value: 0n, data }],
  predecessor,
  salt: id(salt),
});
const schedules = (operations: readonly TimelockOperation[], delay = 172_800n): Partial<SafeTx> => ({
  to: MULTI_SEND,
  operation: 1,
  data: encodeMultiSend(operations.map((each) => ({ to: TIMELOCK, data: encodeScheduleBatch({ ...each, delay }) }))),
});

describe("core/safe/review", () => {
  describe("leaves ordinary transactions green", () => {
    const ordinary: [string, Partial<SafeTx>][] = [
      ["ether to an account", { to: ALICE, value: 10n ** 18n }],
      ["a token transfer", { data: transfer }],
      ["an approval of an exact amount", { data: iface.encodeFunctionData("approve", [ALICE, 10n ** 21n]) }],
      [
        "a MultiSendCallOnly batch",
        {
          to: MULTI_SEND,
          operation: 1,
          data: encodeMultiSend([
            { to: TOKEN, data: transfer },
            { to: ALICE, value: 1n, data: "0x" },
          ]),
        },
      ],
      ["a rejection: nothing to the Safe itself", { to: SAFE }],
      [
        "one timelock operation",
        { to: TIMELOCK, data: encodeScheduleBatch({ ...operation(transfer, "a"), delay: 100n }) },
      ],
    ];
    for (const [name, tx] of ordinary) it(name, () => expectGreen(review(tx)));
  });

  describe("bybit-2025: a transfer that is delegatecalled, and replaces the singleton", () => {
    // The transaction that emptied the cold wallet, as it stands on mainnet: nonce 71 of 0x1Db9…FCF4.
    const stolen: Partial<SafeTx> = {
      to: "0x96221423681A6d52E184D440a8eFCEbB105C7242",
      data: iface.encodeFunctionData("transfer", ["0xbDd077f651EBe7f7b3cE16fe5F2b025BE2969516", 0]),
      operation: 1,
      safeTxGas: 45746n,
      nonce: 71n,
    };
    const bybit = { safe: "0x1Db92e2EeBC8E0c075a02BeA49a2935BcD2dFCF4", version: "1.1.1" };
    it("is red", () => {
      const result = review(stolen, bybit);
      expectRed(result, "delegatecall");
      expect(result.findings[0]).to.include({ severity: "critical", confidence: "high" });
    });
    it("its benign twin, the same transfer by a call, is green", () =>
      expectGreen(review({ ...stolen, operation: 0 }, bybit)));
    it("is red inside a batch and inside another Safe's transaction, too", () => {
      expectRed(
        review({ to: MULTI_SEND, operation: 1, data: encodeMultiSend([{ to: TOKEN, data: transfer, operation: 1 }]) }),
        "delegatecall",
      );
      const inner = safeCall("execTransactionFromModule", [TOKEN, 0n, transfer, 1]);
      expectRed(review({ to: PARENT, data: inner }), "delegatecall");
      expectGreen(review({ to: PARENT, data: safeCall("execTransactionFromModule", [TOKEN, 0n, transfer, 0]) }));
    });
    it("is red when the code at a published address is other code", () => {
      const batch = { to: MULTI_SEND, operation: 1 as const, data: encodeMultiSend([{ to: TOKEN, data: transfer }]) };
      const codes = (hash: string): ChainFacts => facts({ codeHashes: new Map([[MULTI_SEND.toLowerCase(), hash]]) });
      expectRed(review(batch, { chainFacts: codes(id("other code")) }), "delegatecall");
      expectGreen(review(batch, { chainFacts: codes(safeContractAt(MULTI_SEND)!.codeHash) }));
      expectRed(review(batch, { chainId: 324n }), "delegatecall");
    });
  });

  describe("sonne-2024: unlinked operations of a timelock that anybody can execute", () => {
    const support = iface.encodeFunctionData("_supportMarket", [ALICE]);
    const factor = iface.encodeFunctionData("_setCollateralFactor", [ALICE, 35n * 10n ** 16n]);
    const first = operation(support, "1");
    const timelocks = (openExecutor: boolean, ids: readonly string[]): ChainFacts =>
      facts({
        timelocks: new Map([
          [
            TIMELOCK.toLowerCase(),
            { minDelay: 172_800n, openExecutor, operations: new Map(ids.map((each) => [each, "unset"])), pending: [] },
          ],
        ]),
      });
    it("is red, offline and against the live timelock", () => {
      const loose = [first, operation(factor, "2")];
      expectRed(review(schedules(loose)), "unlinked-operations");
      const result = review(schedules(loose), { chainFacts: timelocks(true, loose.map(operationId)) });
      expectRed(result, "unlinked-operations");
      expect(result.findings[0]?.severity).to.equal("critical");
    });
    it("its benign twin, linked by predecessor, is green", () => {
      const linked = [first, operation(factor, "2", operationId(first))];
      expectGreen(review(schedules(linked)));
      expectGreen(review(schedules(linked), { chainFacts: timelocks(true, linked.map(operationId)) }));
    });
    it("the other twin, one batch, is green; so are loose operations that only known executors run", () => {
      const batch: TimelockOperation = {
        ...first,
        calls: [support, factor].map((data) => ({ target: TOKEN, value: 0n, data })),
      };
      expectGreen(review(schedules([batch])));
      expectGreen(review(schedules([first, operation(factor, "2")]), { chainFacts: timelocks(false, []) }));
    });
    it("two operations that wait for the same one are not linked", () => {
      const a = operationId(first);
      expectRed(
        review(schedules([first, operation(factor, "2", a), operation(factor, "3", a)])),
        "unlinked-operations",
      );
    });
  });

  describe("shows what an attacker would do", () => {
    const red: [string, string, Partial<SafeTx>, Partial<SafeTransactionInput>?][] = [
      ["a gas refund", "refund-fields", { data: transfer, gasPrice: 10n ** 9n }],
      ["baseGas alone", "refund-fields", { data: transfer, baseGas: 1n }],
      ["a refund receiver alone", "refund-fields", { data: transfer, refundReceiver: ALICE }],
      ["a new owner", "safe-settings", { to: SAFE, data: safeCall("addOwnerWithThreshold", [ALICE, 1]) }],
      ["a lower threshold", "safe-settings", { to: SAFE, data: safeCall("changeThreshold", [1]) }],
      ["a module", "safe-settings", { to: SAFE, data: safeCall("enableModule", [ALICE]) }],
      ["a guard", "safe-settings", { to: SAFE, data: safeCall("setGuard", [ALICE]) }],
      ["a fallback handler", "safe-settings", { to: SAFE, data: safeCall("setFallbackHandler", [ALICE]) }],
      ["another singleton", "safe-settings", { to: SAFE, data: safeCall("changeMasterCopy", [ALICE]) }],
      [
        "a migration",
        "singleton-change",
        { to: "0x526643F69b81B008F46d95CD5ced5eC0edFFDaC6", operation: 1, data: safeCall("migrateSingleton", []) },
      ],
      [
        "a signed message",
        "sign-message",
        { to: "0xA65387F16B013cf2Af4605Ad8aA5ec25a2cbA3a2", operation: 1, data: safeCall("signMessage", ["0x1234"]) },
      ],
      [
        "a new owner of a contract",
        "authority-change",
        { data: iface.encodeFunctionData("transferOwnership", [ALICE]) },
      ],
      [
        "new code behind a proxy",
        "implementation-change",
        { to: ADMIN, data: iface.encodeFunctionData("upgrade", [PROXY, NEXT]) },
      ],
      [
        "an unlimited approval",
        "unlimited-approval",
        { data: iface.encodeFunctionData("approve", [ALICE, MaxUint256]) },
      ],
      [
        "an operator over every token",
        "unlimited-approval",
        { data: iface.encodeFunctionData("setApprovalForAll", [ALICE, true]) },
      ],
      ["bytes behind the arguments", "unexplained-bytes", { data: `${transfer}00` }],
      ["an unknown function", "unexplained-bytes", { data: "0x12345678" }],
      ["a blind approval", "blind-approval", { to: PARENT, data: encodeApproveHash(ZeroHash) }],
      [
        "no delay",
        "timelock-delay",
        { to: TIMELOCK, data: encodeScheduleBatch({ ...operation(transfer, "a"), delay: 0n }) },
      ],
      ["a used nonce", "nonce-stale", { data: transfer, nonce: 6n }, { chainFacts: facts() }],
      ["a false version", "version-mismatch", { data: transfer }, { version: "1.4.1", chainFacts: facts() }],
      [
        "an unknown singleton",
        "unknown-singleton",
        { data: transfer },
        { chainFacts: facts({ safe: { ...facts().safe!, singletonCodeHash: id("evil") } }) },
      ],
      [
        "a target without code",
        "codeless-target",
        { data: transfer },
        { chainFacts: facts({ codeHashes: new Map([[TOKEN.toLowerCase(), null]]) }) },
      ],
      [
        "an operation that nobody scheduled",
        "timelock-state",
        { to: TIMELOCK, data: encodeExecuteBatch(operation(transfer, "a")) },
        {
          chainFacts: facts({
            timelocks: new Map([
              [
                TIMELOCK.toLowerCase(),
                {
                  minDelay: 1n,
                  openExecutor: false,
                  operations: new Map([[operationId(operation(transfer, "a")), "unset"]]),
                  pending: [],
                },
              ],
            ]),
          }),
        },
      ],
    ];
    for (const [name, rule, tx, more] of red) it(`${name}: ${rule}`, () => expectRed(review(tx, more), rule));

    it("the same against the live chain, without the attack, is green", () => {
      const result = review({ data: transfer }, { chainFacts: facts() });
      expectGreen(result);
      expect(result.notRun.map(({ check }) => check)).to.deep.equal(["your trust file"]);
    });
    it("names the worst loss of a refund in ether", () => {
      const [finding] = review({ data: transfer, gasPrice: 10n ** 12n }).findings;
      expect(finding?.detail).to.contain("at worst the Safe pays 16.777216 ETH");
    });
    it("a planned implementation is green, another one for the same proxy is not", () => {
      const planned = new Map([[PROXY.toLowerCase(), NEXT]]);
      expectGreen(review({ to: ADMIN, data: iface.encodeFunctionData("upgrade", [PROXY, NEXT]) }, { planned }));
      expectRed(
        review({ to: ADMIN, data: iface.encodeFunctionData("upgrade", [PROXY, ALICE]) }, { planned }),
        "implementation-change",
      );
    });
    it("a later nonce and an open executor are told, and do not block", () => {
      const result = review({ data: transfer, nonce: 9n }, { chainFacts: facts() });
      expect(result.rules).to.include("nonce-gap");
      expectGreen(result);
    });
  });

  describe("look-alikes", () => {
    const to = (address: string): Partial<SafeTx> => ({
      to: MULTI_SEND,
      operation: 1,
      data: encodeMultiSend([
        { to: ALICE, data: "0x", value: 1n },
        { to: address, data: "0x", value: 1n },
      ]),
    });
    const change = (index: number, length: number): string => {
      const digits = [...ALICE.toLowerCase()];
      for (let at = index; at < index + length; at++) digits[at] = digits[at] === "0" ? "1" : "0";
      return getAddress(digits.join(""));
    };
    it("one digit beside another address", () => expectRed(review(to(change(20, 1))), "look-alike"));
    it("the same beginning and end", () => expectRed(review(to(change(8, 28))), "look-alike"));
    it("a neighbour of a published contract", () => {
      const near = getAddress(`${MULTI_SEND.slice(0, -1).toLowerCase()}e`);
      expectRed(review({ to: near, value: 1n }), "look-alike");
    });
    it("another address is none", () => expectGreen(review(to(at("bob")))));
  });

  describe("nested approvals, to any depth", () => {
    const grand = {
      chainId: 1n,
      safe: at("grandparent"),
      version: "1.4.1",
      tx: plainSafeTx({ to: TOKEN, data: transfer, nonce: 1n }),
    };
    const parent = {
      chainId: 1n,
      safe: PARENT,
      version: "1.3.0",
      tx: plainSafeTx({ to: grand.safe, data: encodeApproveHash(safeHashes(grand).safeTxHash), nonce: 2n }),
    };
    const child = (data: string): Partial<SafeTx> => ({ to: PARENT, data });
    const approval = encodeApproveHash(safeHashes(parent).safeTxHash);
    it("green when every hash is recomputed from a transaction that was given", () => {
      const result = review(child(approval), { approves: [parent, grand] });
      expectGreen(result);
      expect(result.approved.map(({ safe }) => safe)).to.deep.equal([PARENT, grand.safe]);
    });
    it("green inside a batch, too", () =>
      expectGreen(
        review(
          { to: MULTI_SEND, operation: 1, data: encodeMultiSend([{ to: PARENT, data: approval }]) },
          { approves: [grand, parent] },
        ),
      ));
    it("red when one of them is missing or was changed", () => {
      expectRed(review(child(approval), { approves: [parent] }), "blind-approval");
      expectRed(
        review(child(approval), { approves: [{ ...parent, tx: { ...parent.tx, nonce: 3n } }, grand] }),
        "blind-approval",
      );
    });
    it("red when the approved transaction itself is", () => {
      const evil = { ...grand, tx: { ...grand.tx, operation: 1 as const } };
      expectRed(
        review({ to: evil.safe, data: encodeApproveHash(safeHashes(evil).safeTxHash) }, { approves: [evil] }),
        "delegatecall",
      );
    });
    it("red when another contract is asked to take it", () =>
      expectRed(review({ to: TOKEN, data: approval }, { approves: [parent, grand] }), "blind-approval"));
  });
});
