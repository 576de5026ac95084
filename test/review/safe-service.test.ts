import { expect } from "chai";
import { Wallet, getAddress, toBeHex } from "ethers";
import { openSafeService } from "../../src/chain/safe-service.js";
import { recoverOwner } from "../../src/core/safe/signatures.js";
import { safeHashes } from "../../src/core/safe/hashes.js";
import { plainSafeTx } from "../../src/core/safe/transaction.js";
import { DrydockError, ERRORS } from "../../src/errors/drydock-error.js";
import { parseSafeTx } from "../../src/review/input/read-safe-tx.js";
import { outstandingTransactions } from "../../src/review/outstanding.js";
import { reviewSafeTxRequest } from "../../src/review/safe-tx.js";
import { startSafeService, type LoopbackService } from "../support/safe-service.js";

const SAFE = "0x1c694Fc3006D81ff4a56F97E1b99529066a23725";
const ALICE = getAddress("0x8ba1f109551bd432803012645ac136ddd64dba72");
const owner = new Wallet(toBeHex(7, 32));
const known = { chainId: 1n, safe: SAFE, version: "1.4.1" };
const hashed = (nonce: bigint, value = 1n) => {
  const tx = plainSafeTx({ to: ALICE, value, nonce });
  const hashes = safeHashes({ chainId: 1n, safe: SAFE, version: "1.4.1", tx });
  return { safe: SAFE, tx, hashes, sender: owner.address, signature: owner.signingKey.sign(hashes.safeTxHash).serialized };
};

describe("the Safe Transaction Service", function () {
  this.timeout(60_000);
  let server: LoopbackService;
  beforeEach(async () => {
    server = await startSafeService();
  });
  afterEach(() => server.stop());
  const service = () => openSafeService({ chainId: 1n, url: server.url });
  const review = async (document: unknown) => reviewSafeTxRequest(parseSafeTx(new TextEncoder().encode(JSON.stringify(document)), "answer", known));

  it("takes a proposal and gives it back, to be reviewed like any document", async () => {
    const proposal = hashed(7n);
    await service().propose(proposal);
    const answer = await review(await service().fetch(proposal.hashes.safeTxHash));
    expect(answer).to.include({ verdict: "pass", format: "transaction-service", safeTxHash: proposal.hashes.safeTxHash });
    expect(answer.signers).to.deep.equal([owner.address]);
  });

  it("takes a confirmation", async () => {
    const proposal = hashed(7n);
    await service().propose(proposal);
    const other = new Wallet(toBeHex(8, 32)).signingKey.sign(proposal.hashes.safeTxHash).serialized;
    await service().confirm(proposal.hashes.safeTxHash, other);
    expect(server.transactions[0]?.confirmations.map(({ signature }) => recoverOwner(proposal.hashes.safeTxHash, signature))).to.deep.equal([
      owner.address, new Wallet(toBeHex(8, 32)).address,
    ]);
  });

  it("is not believed: a service that shows other fields than were signed makes the review red", async () => {
    const proposal = hashed(7n);
    await service().propose(proposal);
    server.transactions[0]!.value = "1000000000000000000";
    const answer = await review(await service().fetch(proposal.hashes.safeTxHash));
    expect(answer.verdict).to.equal("blocked");
    expect(answer.findings.map(({ rule }) => rule)).to.include.members(["review/hash-mismatch", "review/bad-signature"]);
  });

  it("tells every other signed transaction, counted by recovered signatures", async () => {
    for (const each of [hashed(7n), hashed(7n, 2n), hashed(9n)]) await service().propose(each);
    server.transactions[2]!.confirmations.push({ owner: ALICE, signature: `0x${"11".repeat(65)}` });
    const { safeTxHash } = hashed(7n).hashes;
    const found = await outstandingTransactions(service(), { ...known, nonce: 7n, except: safeTxHash });
    expect(found.map(({ nonce, signatures }) => ({ nonce, signatures }))).to.deep.equal([{ nonce: 7n, signatures: 1 }, { nonce: 9n, signatures: 1 }]);
    expect(found[0]?.summary).to.contain(ALICE);
  });

  it("refuses in one sentence what it does not have, or when it is gone", async () => {
    const refused = await service().fetch(`0x${"22".repeat(32)}`).catch((error: unknown) => error);
    expect(DrydockError.is(refused, ERRORS.SAFE_SERVICE)).to.equal(true);
    const { url } = server;
    await server.stop();
    const gone = await openSafeService({ chainId: 1n, url }).pending(SAFE, 0n).catch((error: unknown) => error);
    expect(DrydockError.is(gone, ERRORS.SAFE_SERVICE)).to.equal(true);
    server = await startSafeService();
  });
});
