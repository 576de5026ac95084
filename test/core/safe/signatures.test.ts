import { expect } from "chai";
import { Signature, Wallet, concat, dataSlice, getBytes, id, toBeHex } from "ethers";
import { approvedHashSignature, packSignatures, recoverOwner, signatureKind } from "../../../src/core/safe/signatures.js";
import { DrydockError } from "../../../src/errors/drydock-error.js";

const hash = id("a safe transaction");
const wallets = [1, 2, 3, 4].map((key) => new Wallet(toBeHex(key, 32)));

describe("core/safe/signatures", () => {
  it("recovers an EIP-712 signature, v 27 and 28", () => {
    for (const wallet of wallets)
      expect(recoverOwner(hash, wallet.signingKey.sign(hash).serialized)).to.equal(wallet.address);
  });

  it("recovers an eth_sign signature, v 31 and 32", async () => {
    for (const wallet of wallets) {
      const { r, s, v } = Signature.from(await wallet.signMessage(getBytes(hash)));
      const signature = concat([r, s, toBeHex(v + 4, 1)]);
      expect(signatureKind(signature)).to.equal("eth_sign");
      expect(recoverOwner(hash, signature)).to.equal(wallet.address);
    }
  });

  it("recovers a signature with s in the upper half, which a Safe accepts too", () => {
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    for (const wallet of wallets) {
      const { r, s, v } = wallet.signingKey.sign(hash);
      expect(recoverOwner(hash, concat([r, toBeHex(order - BigInt(s), 32), toBeHex(55 - v, 1)]))).to.equal(wallet.address);
    }
  });

  it("never recovers the owner when a bit of hash or signature changes", () => {
    const [wallet] = wallets;
    const signature = wallet!.signingKey.sign(hash).serialized;
    for (let bit = 0; bit < 64 * 8; bit += 37) {
      const bytes = getBytes(signature);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      let owner: string | undefined;
      try {
        owner = recoverOwner(hash, concat([bytes]));
      } catch (error) {
        expect(error).to.be.instanceOf(DrydockError);
      }
      expect(owner).not.to.equal(wallet!.address);
    }
    expect(recoverOwner(id("another"), signature)).not.to.equal(wallet!.address);
  });

  it("refuses to recover what no key made", () => {
    for (const signature of [approvedHashSignature(wallets[0]!.address), concat([new Uint8Array(65)]), "0x", "0x1234"])
      expect(() => recoverOwner(hash, signature)).to.throw(DrydockError, "DD152");
  });

  it("packs sorted by owner, contract signatures behind", () => {
    const [a, b] = ["0x" + "11".repeat(20), "0x" + "22".repeat(20)] as const;
    const packed = packSignatures([
      { owner: b, signature: approvedHashSignature(b) },
      { owner: a, signature: "0xabcd", contract: true },
    ]);
    expect(dataSlice(packed, 12, 32)).to.equal(a);
    expect(BigInt(dataSlice(packed, 32, 64))).to.equal(130n);
    expect(dataSlice(packed, 64, 65)).to.equal("0x00");
    expect(dataSlice(packed, 65, 130)).to.equal(approvedHashSignature(b));
    expect(dataSlice(packed, 130)).to.equal(concat([toBeHex(2, 32), "0xabcd"]));
  });

  it("refuses the same owner twice", () => {
    const owner = wallets[0]!.address;
    const signature = approvedHashSignature(owner);
    expect(() => packSignatures([{ owner, signature }, { owner: owner.toLowerCase(), signature }])).to.throw(DrydockError);
  });
});
