import { expect } from "chai";
import { checkHeader } from "../../../src/core/proofs/header.js";

/** A block of a Prague chain as a client gave it over JSON-RPC. */
const BLOCK: Record<string, unknown> = {
  hash: "0xe1b5a08f9a93d806b52178eb7f555768be92a20b1406a3a76a8d70bafe4fc9ba",
  parentHash: "0x68e3973aef1453c5d7f2238e9a7d8bef8cc3e22bba9c0fc04b23416dee3d9612",
  sha3Uncles: "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347",
  stateRoot: "0x7c1b34932741019ca85ef0402fa833ac6e720d40a57e4f24730e66aa44a7a0ef",
  transactionsRoot: "0x4c9f8ddc1161abbca79ee3105ace9c1bf5a68dcee166a630ff0ae090d86a06c2",
  receiptsRoot: "0xf78dfb743fbd92ade140711c8bbc542b5e307f0ab7984eff35d751969fe57efa",
  number: "0x1",
  gasUsed: "0x5208",
  gasLimit: "0x3938700",
  extraData: "0x",
  logsBloom: `0x${"0".repeat(512)}`,
  timestamp: "0x695aff01",
  difficulty: "0x0",
  totalDifficulty: "0x0",
  uncles: [],
  transactions: ["0x465dd2c6c6ec9a442a48ae3a06893983445f4d541d6be093b76b62d0bf25bba5"],
  size: "0x2da",
  mixHash: "0xf4fbfa6c8463f342eb58838d8c6b0661faf22e7076a518bf4deaddbf3fa8a112",
  nonce: "0x0000000000000000",
  baseFeePerGas: "0x342770c0",
  miner: "0xc014ba5ec014ba5ec014ba5ec014ba5ec014ba5e",
  withdrawals: [],
  withdrawalsRoot: "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421",
  blobGasUsed: "0x0",
  excessBlobGas: "0x0",
  parentBeaconBlockRoot: "0xdd8876ba5af271ae9d93ececb192d6a7b4e6094ca5999756336279fd796b8619",
  requestsHash: "0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
};
const BODY = ["hash", "size", "totalDifficulty", "transactions", "uncles", "withdrawals"];

describe("a block header", () => {
  it("hashes to what the client says", () => {
    expect(checkHeader(BLOCK)).to.deep.equal({ ok: true, hash: BLOCK.hash });
  });

  for (const field of Object.keys(BLOCK).filter((name) => !BODY.includes(name))) {
    it(`does not hash to it with another ${field}, nor without`, () => {
      const value = String(BLOCK[field]);
      const other = value === "0x" ? "0x00" : `${value.slice(0, -1)}${value.endsWith("1") ? "2" : "1"}`;
      expect(checkHeader({ ...BLOCK, [field]: other }).ok).to.equal(false);
      expect(checkHeader({ ...BLOCK, [field]: undefined }).ok).to.equal(false);
    });
  }

  it("fails closed on a field that it does not know, with its name", () => {
    const check = checkHeader({ ...BLOCK, blockAccessListHash: `0x${"00".repeat(32)}` });
    expect(check.ok === false && check.reason).to.contain("blockAccessListHash");
    expect(checkHeader({ ...BLOCK, blockAccessListHash: null }).ok).to.equal(true);
  });
});
