import { expect } from "chai";
import { hexlify, id, keccak256, toUtf8Bytes } from "ethers";
import fc from "fast-check";
import { makeKeccak256, speedUpKeccak } from "../../src/core/keccak.js";

/** ethers' own, whatever is registered. */
const own = (data: Uint8Array): string => hexlify(keccak256._(data));

describe("core/keccak", function () {
  this.timeout(60_000);
  const fast = makeKeccak256();
  const hash = (data: Uint8Array): string => hexlify(fast(data));
  const some = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => (index * index + length) >> 3);

  it("comes to the known hashes", () => {
    expect(hash(new Uint8Array())).to.equal("0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
    expect(hash(toUtf8Bytes("abc"))).to.equal("0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
    expect(hash(toUtf8Bytes("transfer(address,uint256)")).slice(0, 10)).to.equal("0xa9059cbb");
  });

  it("agrees with ethers at every length around the blocks, and where its memory is filled more than once", () => {
    for (let length = 0; length <= 3 * 136 + 1; length++) expect(hash(some(length)), `${length} bytes`).to.equal(own(some(length)));
    const full = 478 * 136;
    for (const length of [full - 1, full, full + 1, full + 136, 2 * full, 3 * full + 17]) expect(hash(some(length)), `${length} bytes`).to.equal(own(some(length)));
  });

  it("agrees with ethers on any bytes, also where they are a part of others", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.nat(40), (data, from) => {
        const part = data.subarray(Math.min(from, data.length));
        expect(hash(part)).to.equal(own(part));
      }),
      { numRuns: 300 },
    );
  });

  it("gives every answer bytes of its own, and changes nothing of what it is given", () => {
    const data = some(200);
    const first = fast(data);
    const kept = hexlify(first);
    fast(some(50));
    expect(hexlify(first)).to.equal(kept);
    expect(data).to.deep.equal(some(200));
  });

  it("is what ethers hashes with from then on", () => {
    try {
      expect(speedUpKeccak()).to.equal(true);
      expect(id("upgradeTo(address)")).to.equal(own(toUtf8Bytes("upgradeTo(address)")));
      keccak256.register(() => new Uint8Array(32));
      expect(speedUpKeccak()).to.equal(true);
      expect(keccak256("0x")).to.equal(own(new Uint8Array()));
    } finally {
      keccak256.register(keccak256._ as (data: Uint8Array) => Uint8Array);
    }
  });

  it("is not believed when it differs, and not missed when it can't be made", () => {
    const wrong = () => (data: Uint8Array) => (data.length === 136 ? new Uint8Array(32) : fast(data));
    const none = (): never => {
      throw new Error("WebAssembly is not there");
    };
    for (const make of [wrong, none]) {
      expect(speedUpKeccak(make)).to.equal(false);
      expect(keccak256(some(136))).to.equal(own(some(136)));
    }
  });
});
