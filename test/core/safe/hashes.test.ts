import { expect } from "chai";
import { TypedDataEncoder, ZeroAddress, concat, keccak256, toBeHex } from "ethers";
import { safeHashes } from "../../../src/core/safe/hashes.js";
import { plainSafeTx, type SafeTx } from "../../../src/core/safe/transaction.js";
import { DrydockError, ERRORS } from "../../../src/errors/drydock-error.js";

const safe = "0x1c694Fc3006D81ff4a56F97E1b99529066a23725";
const tx: SafeTx = {
  ...plainSafeTx({ to: "0xdAC17F958D2ee523a2206206994597C13D831ec7", value: 7n, data: "0xdeadbeef", nonce: 42n }),
  operation: 1,
  safeTxGas: 1n,
  baseGas: 2n,
  gasPrice: 3n,
  gasToken: safe,
  refundReceiver: "0xb36AdCb4c9b75b53B2A9F0E7A0D6c4f1c1B0CBe1".toLowerCase(),
};

/** What ethers' own EIP-712 encoder says, from the type's text. */
function reference(version: string, chainId: bigint, of: SafeTx): string {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const withChain = major > 1 || (major === 1 && minor >= 3);
  const gas = major === 0 ? "dataGas" : "baseGas";
  const types = {
    SafeTx: [
      ["address", "to"], ["uint256", "value"], ["bytes", "data"], ["uint8", "operation"], ["uint256", "safeTxGas"],
      ["uint256", gas], ["uint256", "gasPrice"], ["address", "gasToken"], ["address", "refundReceiver"], ["uint256", "nonce"],
    ].map(([type = "", name = ""]) => ({ type, name })),
  };
  const domain = { verifyingContract: safe, ...(withChain ? { chainId } : {}) };
  return TypedDataEncoder.hash(domain, types, { ...of, [gas]: of.baseGas });
}

describe("core/safe/hashes", () => {
  const versions = ["0.1.0", "1.0.0", "1.1.1", "1.2.0", "1.3.0", "1.4.0", "1.4.1", "1.5.0"];
  for (const version of versions)
    it(`equals the EIP-712 encoding of a Safe ${version}`, () => {
      expect(safeHashes({ chainId: 5n, safe, version, tx }).safeTxHash).to.equal(reference(version, 5n, tx));
    });

  for (const [version, typeHash] of [
    ["0.1.0", "0x14d461bc7412367e924637b363c7bf29b8f47e2f84869f4426e5633d8af47b20"],
    ["1.0.0", "0xbb8310d486368db6bd6f849402fdd73ad53d316b5a4b2644ad6efe0f941286d8"],
    ["1.5.0", "0xbb8310d486368db6bd6f849402fdd73ad53d316b5a4b2644ad6efe0f941286d8"],
  ] as const)
    it(`hashes with the SAFE_TX_TYPEHASH that Safe ${version} has in its code`, () => {
      const words = [tx.to, tx.value, keccak256(tx.data), tx.operation, 1, 2, 3, tx.gasToken, tx.refundReceiver, 42];
      const encoded = concat([typeHash, ...words.map((word) => toBeHex(word, 32))]);
      expect(safeHashes({ chainId: 1n, safe, version, tx }).messageHash).to.equal(keccak256(encoded));
    });

  it("has no chain id in the domain before 1.3.0, and one from then on", () => {
    const domain = (version: string, chainId: bigint): string => safeHashes({ chainId, safe, version, tx }).domainHash;
    expect(domain("1.2.0", 1n)).to.equal(domain("1.2.0", 10n));
    expect(domain("1.3.0", 1n)).not.to.equal(domain("1.3.0", 10n));
  });

  it("ignores the +L2 of event-emitting singletons", () => {
    expect(safeHashes({ chainId: 1n, safe, version: "1.3.0+L2", tx })).to.deep.equal(
      safeHashes({ chainId: 1n, safe, version: "1.3.0", tx }),
    );
  });

  it("changes the hash with every field", () => {
    const base = safeHashes({ chainId: 1n, safe, version: "1.4.1", tx }).safeTxHash;
    const others: Partial<SafeTx>[] = [
      { to: ZeroAddress }, { value: 8n }, { data: "0x" }, { operation: 0 }, { safeTxGas: 0n }, { baseGas: 0n },
      { gasPrice: 0n }, { gasToken: ZeroAddress }, { refundReceiver: ZeroAddress }, { nonce: 43n },
    ];
    for (const other of others)
      expect(safeHashes({ chainId: 1n, safe, version: "1.4.1", tx: { ...tx, ...other } }).safeTxHash).not.to.equal(base);
  });

  for (const version of ["", "0.0.2", "1.6.0", "2.0.0", "1.3", "1.3.0-rc", "1.3.0 ", "١.3.0"])
    it(`refuses the version ${JSON.stringify(version)} rather than guess`, () => {
      expect(() => safeHashes({ chainId: 1n, safe, version, tx }))
        .to.throw(DrydockError)
        .with.property("code", ERRORS.SAFE_VERSION.code);
    });
});
