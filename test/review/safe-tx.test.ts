import { expect } from "chai";
import fc from "fast-check";
import { Wallet, getAddress, toBeHex } from "ethers";
import { encodeExecTransaction, encodeMultiSend } from "../../src/core/safe/calldata.js";
import { safeHashes } from "../../src/core/safe/hashes.js";
import { packSignatures } from "../../src/core/safe/signatures.js";
import { plainSafeTx } from "../../src/core/safe/transaction.js";
import { DrydockError } from "../../src/errors/drydock-error.js";
import { parseSafeTx } from "../../src/review/input/read-safe-tx.js";
import type { SafeTxKnown } from "../../src/review/input/types.js";
import { reviewSafeTxRequest, type SafeTxAnswer } from "../../src/review/safe-tx.js";

const SAFE = "0x1c694Fc3006D81ff4a56F97E1b99529066a23725";
const TOKEN = "0xdAC17F958D2ee523a2206206994597C13D831ec7";
const ALICE = getAddress("0x8ba1f109551bd432803012645ac136ddd64dba72");
const ZERO = "0x0000000000000000000000000000000000000000";
const transfer = `0xa9059cbb${ALICE.slice(2).toLowerCase().padStart(64, "0")}${"5".padStart(64, "0")}`;
const fields = {
  chainId: 1,
  safe: SAFE,
  version: "1.3.0",
  to: TOKEN,
  value: "0",
  data: transfer,
  operation: 0,
  safeTxGas: "0",
  baseGas: "0",
  gasPrice: "0",
  gasToken: ZERO,
  refundReceiver: ZERO,
  nonce: 42,
};
const tx = plainSafeTx({ to: TOKEN, data: transfer, nonce: 42n });
const hashes = safeHashes({ chainId: 1n, safe: SAFE, version: "1.3.0", tx });
const known: SafeTxKnown = { chainId: 1n, safe: SAFE, version: "1.3.0", nonce: 42n };

const bytes = (document: unknown): Uint8Array =>
  new TextEncoder().encode(typeof document === "string" ? document : JSON.stringify(document));
const review = (document: unknown, given: SafeTxKnown = {}): Promise<SafeTxAnswer> =>
  reviewSafeTxRequest(parseSafeTx(bytes(document), "tx.json", given));
const rules = ({ findings }: SafeTxAnswer): string[] => findings.map(({ rule }) => rule);

describe("review --safe-tx", () => {
  it("answers with hashes, the decoded call and a verdict, and says what offline leaves out", async () => {
    const answer = await review(fields);
    expect(answer).to.include({ verdict: "pass", scope: "offline", ...hashes });
    expect(answer.decoded.function).to.equal("transfer(address,uint256)");
    expect(answer.device?.ledger.domainHash).to.match(/^0x[0-9A-F]{64}$/);
    expect(answer.notChecked.map(({ check }) => check)).to.deep.equal([
      "your trust file",
      "the Safe's code",
      "the Safe's nonce",
      "code at the targets",
      "other signed transactions of this Safe",
    ]);
    expect(JSON.parse(JSON.stringify(answer))).to.deep.equal(answer);
  });

  it("takes numbers as JSON integers, decimal text or hex, and dataGas for baseGas", async () => {
    const { baseGas, ...rest } = fields;
    const same = { ...rest, chainId: "1", nonce: "0x2a", operation: "0", value: 0, dataGas: baseGas };
    expect((await review(same)).safeTxHash).to.equal(hashes.safeTxHash);
  });

  it("is red when a hash, the verifying contract or a signature is another's", async () => {
    expect(rules(await review({ ...fields, safeTxHash: `0x${"11".repeat(32)}` }))).to.include("review/hash-mismatch");
    expect(rules(await review({ ...fields, verifyingContract: TOKEN }))).to.include("review/verifying-contract");
    expect(await review({ ...fields, ...hashes, verifyingContract: SAFE })).to.include({ verdict: "pass" });
  });

  describe("other people's formats", () => {
    const owner = new Wallet(toBeHex(7, 32));
    const signature = owner.signingKey.sign(hashes.safeTxHash).serialized;
    const service = {
      ...fields,
      chainId: undefined,
      version: undefined,
      nonce: 42,
      safeTxGas: 0,
      baseGas: 0,
      gasPrice: "0",
      safeTxHash: hashes.safeTxHash,
      isExecuted: false,
      confirmationsRequired: 1,
      confirmations: [
        { owner: owner.address, signature, signatureType: "EOA", submissionDate: "2026-01-01T00:00:00Z" },
      ],
    };
    it("the Transaction Service's answer, whose claims are compared", async () => {
      expect(await review(service, known)).to.deep.include({
        verdict: "pass",
        format: "transaction-service",
        signers: [owner.address],
        safeTxHash: hashes.safeTxHash,
      });
      const other = { ...service, confirmations: [{ owner: ALICE, signature }] };
      expect(rules(await review(other, known))).to.include("review/bad-signature");
      expect(rules(await review({ ...service, value: "1" }, known))).to.include.members([
        "review/hash-mismatch",
        "review/bad-signature",
      ]);
    });

    it("raw execTransaction calldata", async () => {
      const calldata = encodeExecTransaction(tx, packSignatures([{ owner: owner.address, signature }]));
      expect(await review(calldata, known)).to.deep.include({
        format: "calldata",
        signers: [owner.address],
        safeTxHash: hashes.safeTxHash,
        verdict: "pass",
      });
      expect(await review({ calldata }, known)).to.include({ safeTxHash: hashes.safeTxHash });
      expect(() => parseSafeTx(bytes(`${calldata}00`), "tx", known)).to.throw(DrydockError, /standard encoder/);
      expect(() => parseSafeTx(bytes(calldata.slice(0, 400)), "tx", known)).to.throw(DrydockError, /cut short/);
    });

    it("without what the hashes depend on: findings, no hashes, and never a pass", async () => {
      const calldata = encodeExecTransaction(tx, "0x");
      const answer = await review(calldata);
      expect(answer).to.include({ verdict: "not-run", safeTxHash: null, device: null });
      expect(answer.notRun.map(({ reason }) => reason)).to.have.length(4);
      expect(answer.decoded.function).to.equal("transfer(address,uint256)");
      const evil = await review(encodeExecTransaction({ ...tx, operation: 1 }, "0x"));
      expect(evil.verdict).to.equal("blocked");
      expect(await review({ ...service, safeTxHash: undefined })).to.include({ verdict: "not-run", domainHash: null });
    });

    it("EIP-712 typed data", async () => {
      const { chainId: _, safe: __, version: ___, ...message } = fields;
      const typed = { primaryType: "SafeTx", types: {}, domain: { chainId: 1, verifyingContract: SAFE }, message };
      expect(await review(typed)).to.include({ format: "typed-data", safeTxHash: hashes.safeTxHash, verdict: "pass" });
      expect(rules(await review(typed, { safe: TOKEN }))).to.include("review/verifying-contract");
    });

    it("a transaction builder batch, one transaction or many, by data or by values", async () => {
      const method = {
        name: "transfer",
        inputs: [
          { name: "to", type: "address" },
          { name: "amount", type: "uint256" },
        ],
        payable: false,
      };
      const byValues = {
        to: TOKEN,
        value: "0",
        data: null,
        contractMethod: method,
        contractInputsValues: { to: ALICE, amount: "5" },
      };
      const batch = (transactions: unknown[]): unknown => ({
        version: "1.0",
        chainId: "1",
        meta: { createdFromSafeAddress: SAFE },
        transactions,
      });
      expect(await review(batch([byValues]), known)).to.include({
        safeTxHash: hashes.safeTxHash,
        verdict: "pass",
        format: "transaction-builder",
      });
      const two = await review(batch([byValues, { to: ALICE, value: "1", data: "0x" }]), known);
      expect(two.transaction.data).to.equal(
        encodeMultiSend([
          { to: TOKEN, data: transfer },
          { to: ALICE, value: 1n, data: "0x" },
        ]),
      );
      expect(two).to.include({ verdict: "pass" });
      expect(two.assumptions).to.have.length(1);
    });

    it("labels a name that only the builder's file brings", async () => {
      const method = { name: "rebalance", inputs: [{ name: "tick", type: "int24" }] };
      const transaction = {
        to: TOKEN,
        value: "0",
        data: null,
        contractMethod: method,
        contractInputsValues: { tick: "-5" },
      };
      const answer = await review({ chainId: "1", meta: {}, transactions: [transaction] }, known);
      expect(answer.decoded).to.include({ provenance: "claimed", function: "rebalance(int24)" });
      expect(rules(answer)).to.include("review/claimed-function");
    });
  });

  describe("bad input is one sentence, never a verdict", () => {
    const bad: [string, string | Uint8Array][] = [
      ["nothing", ""],
      ["truncated JSON", JSON.stringify(fields).slice(0, 200)],
      ["no object", "[1,2,3]"],
      ["a string that does not end", '{"to": "0x'],
      ["invalid UTF-8", new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
      ["a million brackets", "[".repeat(1_000_000)],
      ["a million objects", '{"a":'.repeat(1_000_000)],
      ["hex of odd length", JSON.stringify({ ...fields, data: "0x123" })],
      ["no hex", JSON.stringify({ ...fields, data: "0xzz" })],
      ["a wrong checksum", JSON.stringify({ ...fields, to: TOKEN.replace("dAC", "DaC") })],
      ["a short address", JSON.stringify({ ...fields, to: TOKEN.slice(0, 41) })],
      ["an address of another kind", JSON.stringify({ ...fields, to: "vitalik.eth" })],
      ["a negative value", JSON.stringify({ ...fields, value: "-1" })],
      ["a fraction", JSON.stringify({ ...fields, value: 1.5 })],
      ["a number that JSON can't hold", JSON.stringify(fields).replace('"value":"0"', '"value":9007199254740993')],
      ["more than 256 bits", JSON.stringify({ ...fields, value: `${2n ** 256n}` })],
      ["operation 2", JSON.stringify({ ...fields, operation: 2 })],
      ["a missing refund field", JSON.stringify({ ...fields, gasPrice: undefined })],
      ["the same key twice", JSON.stringify(fields).replace('"nonce":42', '"nonce":42,"nonce":43')],
      ["the same key twice, once escaped", JSON.stringify(fields).replace('"nonce":42', '"nonce":42,"n\\u006fnce":43')],
      ["an unknown version", JSON.stringify({ ...fields, version: "9.9.9" })],
      ["approvals without end", JSON.stringify({ ...fields, approves: new Array(50).fill(fields) })],
    ];
    for (const [name, content] of bad)
      it(name, async () => {
        const error: unknown = await (async () =>
          reviewSafeTxRequest(
            parseSafeTx(content instanceof Uint8Array ? content : bytes(content), "tx.json"),
          ))().catch((thrown: unknown) => thrown);
        expect(error).to.be.instanceOf(DrydockError);
        expect((error as DrydockError).message).to.match(/^DD\d{3}: [\x20-\x7e]{10,400}$/);
      });
  });

  it("never stays green, and never crashes, when any byte of a signed document changes", async () => {
    const text = JSON.stringify({ ...fields, ...hashes, verifyingContract: SAFE });
    const before = await review(text);
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.integer({ min: 0x20, max: 0x7e }), async (index, code) => {
        const changed = text.slice(0, index) + String.fromCharCode(code) + text.slice(index + 1);
        try {
          const answer = await review(changed);
          // Letter case of hex and JSON's spelling of a number may change without changing what is signed.
          if (answer.verdict === "pass") expect(answer.safeTxHash).to.equal(before.safeTxHash);
        } catch (error) {
          expect(error).to.be.instanceOf(DrydockError);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("survives any bytes at all", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json().map(bytes), fc.uint8Array({ maxLength: 200 })), async (content) => {
        const error: unknown = await (async () => parseSafeTx(content, "tx.json", known))().catch(
          (thrown: unknown) => thrown,
        );
        expect(error).to.be.instanceOf(DrydockError);
      }),
      { numRuns: 300 },
    );
  });
});
