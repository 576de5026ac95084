import { expect } from "chai";
import { Interface, ZeroHash, getAddress, id } from "ethers";
import { gate } from "../../../src/core/finding.js";
import { safeContractAt } from "../../../src/core/safe/known-code.js";
import { reviewSafeTransaction } from "../../../src/core/safe/review/review.js";
import type { ChainFacts, SafeTransactionInput } from "../../../src/core/safe/review/types.js";
import { plainSafeTx, type SafeTx } from "../../../src/core/safe/transaction.js";
import type { Trust } from "../../../src/core/schema/trust.js";

const at = (seed: string): string => getAddress(`0x${id(seed).slice(2, 42)}`);
const [SAFE, TOKEN, ALICE, BOB] = [at("safe"), at("token"), at("alice"), at("bob")];
const singletonCodeHash = safeContractAt("0xd9Db270c1B5E3Bd161E8c8503c55cEABeE709552")!.codeHash;
const live = { version: "1.3.0", singletonCodeHash, nonce: 7n, owners: [ALICE, BOB], threshold: 2, modules: [], guard: null, fallbackHandler: null };
const trust = {
  chainId: "1",
  safes: [{ ...live, address: SAFE, nonce: undefined, singleton: at("singleton") }],
  timelocks: [],
  proxies: [],
  roles: [],
  accounts: [],
  labels: { [ALICE]: "treasury" },
  limits: { minDelay: "172800", minKeys: 2 },
} as unknown as Trust;
const facts = (safe: Partial<NonNullable<ChainFacts["safe"]>> = {}, more: Partial<ChainFacts> = {}): ChainFacts => ({
  block: 1n,
  safe: { ...live, ...safe },
  codeHashes: new Map([TOKEN, ALICE].map((address) => [address.toLowerCase(), ZeroHash])),
  timelocks: new Map(),
  ...more,
});
const transfer = (to: string): Partial<SafeTx> => ({
  data: new Interface(["function transfer(address to, uint256 amount)"]).encodeFunctionData("transfer", [to, 5n]),
});

function review(tx: Partial<SafeTx>, more: Partial<SafeTransactionInput> = {}) {
  const { findings, notRun } = reviewSafeTransaction({
    chainId: 1n,
    safe: SAFE,
    version: "1.3.0",
    tx: { ...plainSafeTx({ to: TOKEN, nonce: 7n }), ...tx },
    trust,
    chainFacts: facts(),
    ...more,
  });
  return { verdict: gate("review", findings).verdict, rules: findings.map(({ rule }) => rule.replace("review/", "")), notRun, findings };
}

describe("what the signer's trust file and the chain decide", () => {
  it("the benign twin of everything below: green, with nothing left out", () => {
    const { verdict, rules, notRun } = review(transfer(ALICE));
    expect([verdict, rules, notRun]).to.deep.equal(["pass", [], []]);
  });

  const red: [string, string, Partial<SafeTx>, Partial<SafeTransactionInput>][] = [
    ["a Safe that is not the signer's", "foreign-safe", transfer(ALICE), { safe: at("other") }],
    ["another chain", "foreign-safe", transfer(ALICE), { chainId: 10n }],
    ["another version than the trust file's", "foreign-safe", transfer(ALICE), { version: "1.4.1" }],
    ["an owner more", "safe-drift", transfer(ALICE), { chainFacts: facts({ owners: [ALICE, BOB, at("eve")] }) }],
    ["an owner exchanged", "safe-drift", transfer(ALICE), { chainFacts: facts({ owners: [ALICE, at("eve")] }) }],
    ["a lower threshold", "safe-drift", transfer(ALICE), { chainFacts: facts({ threshold: 1 }) }],
    ["an unknown module", "safe-drift", transfer(ALICE), { chainFacts: facts({ modules: [at("module")] }) }],
    ["an unknown guard", "safe-drift", transfer(ALICE), { chainFacts: facts({ guard: at("guard") }) }],
    ["an unknown fallback handler", "safe-drift", transfer(ALICE), { chainFacts: facts({ fallbackHandler: at("handler") }) }],
    ["an unknown singleton", "unknown-singleton", transfer(ALICE), { chainFacts: facts({ singletonCodeHash: id("evil") }) }],
    ["a nonce that is used up", "nonce-stale", { ...transfer(ALICE), nonce: 6n }, {}],
    ["a neighbour of a labelled address", "look-alike", transfer(getAddress(`0x${(BigInt(ALICE) ^ 1n).toString(16).padStart(40, "0")}`)), {}],
  ];
  for (const [name, rule, tx, more] of red)
    it(`${name}: ${rule}`, () => {
      const { verdict, rules } = review(tx, more);
      expect(rules).to.include(rule);
      expect(verdict).to.equal("blocked");
    });

  it("tells what does not block by itself: a gap, a duplicate, other signatures, an unknown receiver, safeTxGas", () => {
    const other = (nonce: bigint) => ({ nonce, safeTxHash: id(`${nonce}`), signatures: 2, summary: "a call" });
    const outstanding = facts({}, { outstanding: [other(7n), other(8n)] });
    expect(review(transfer(ALICE), { chainFacts: outstanding }).rules).to.include.members(["nonce-duplicate", "signature-outstanding"]);
    expect(review({ ...transfer(ALICE), nonce: 9n }).rules).to.deep.equal(["nonce-gap"]);
    expect(review(transfer(at("somebody"))).rules).to.deep.equal(["unknown-receiver"]);
    const gas = review({ ...transfer(ALICE), safeTxGas: 50_000n });
    expect(gas.findings.map(({ rule, severity }) => `${rule} ${severity}`)).to.deep.equal(["review/safe-tx-gas medium"]);
  });

  it("without a trust file nothing says that this is the signer's Safe, so that it is not run", () => {
    const { trust: _, ...input } = { trust, chainId: 1n, safe: SAFE, version: "1.3.0", tx: { ...plainSafeTx({ to: TOKEN, nonce: 7n }), ...transfer(ALICE) }, chainFacts: facts() };
    expect(reviewSafeTransaction(input).notRun.map(({ check }) => check)).to.deep.equal(["your trust file"]);
  });
});
