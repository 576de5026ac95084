import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { validateManifestPartsSchema } from "../../src/core/schema/validate.js";
import { parseManifest, validateManifest } from "../../src/stages/validate.js";

const REAL = fileURLToPath(new URL("../../../shared/data/manifests", import.meta.url));

interface Item {
  label: string;
  type: string;
  contract?: string;
  slot?: string;
  offset?: number;
}

const UINT = { t_uint256: { label: "uint256", numberOfBytes: "32" }, t_uint128: { label: "uint128", numberOfBytes: "16" } };
const item = (label: string, slot?: number, type = "t_uint256", contract = "Vault"): Item => ({ label, type, contract, ...(slot === undefined ? {} : { slot: String(slot), offset: 0 }) });

function manifest(...versions: Item[][]): string {
  const impls = Object.fromEntries(versions.map((storage, at) => [`hash${at}`, { address: `0x${String(at + 1).padStart(40, "0")}`, txHash: "0x", layout: { storage, types: UINT } }]));
  return JSON.stringify({ manifestVersion: "3.2", proxies: [], impls });
}

const run = (...versions: Item[][]) => validateManifest(parseManifest(manifest(...versions), "m.json"));

describe("manifests", () => {
  it("compares each version of a contract with the next", () => {
    const result = run([item("a", 0), item("b", 1)], [item("a", 0), item("b", 1), item("c", 2)], [item("z", 0), item("a", 1), item("b", 2), item("c", 3)]);
    expect(result.pairs.map(({ contract, verdict }) => [contract, verdict])).to.deep.equal([["Vault", "pass"], ["Vault", "blocked"]]);
    expect(result.verdict).to.equal("blocked");
    expect(result.integrity).to.deep.equal([]);
    expect(() => validateManifestPartsSchema.parse(result)).to.not.throw();
  });

  it("places variables without slots by Solidity's rules", () => {
    const packed = run([item("a", undefined, "t_uint128"), item("b", undefined, "t_uint128")], [item("a", undefined, "t_uint128"), item("n", undefined, "t_uint128"), item("b", undefined, "t_uint128")]);
    const b = packed.pairs[0]?.changes.find(({ label }) => label === "b");
    expect([b?.fate, b?.from?.offset, BigInt(b?.to?.slot ?? 0)]).to.deep.equal(["moved", 16, 1n]);
  });

  const impossible: Record<string, Item[]> = {
    "duplicate-variable": [item("a", 0), item("a", 1)],
    "partial-slots": [item("a", 0), item("b")],
    overlap: [item("a", 0), item("b", 0)],
    "missing-type": [item("a"), item("b", undefined, "t_struct(Gone)12_storage")],
  };
  for (const [kind, storage] of Object.entries(impossible)) {
    it(`names an impossible layout instead of guessing: ${kind}`, () => {
      const result = run([item("a", 0)], storage);
      expect(result.integrity.map((issue) => issue.kind)).to.include(kind);
      expect(result.pairs.map(({ verdict, changes }) => [verdict, changes.length])).to.deep.equal([["not-run", 0]]);
      expect(result.verdict).to.equal("not-run");
    });
  }

  for (const [name, text] of Object.entries({ "no JSON": "{", "no manifest": '{"a":1}', "no storage": '{"manifestVersion":"3.2","impls":{"h":{"address":"0x","layout":{}}}}' })) {
    it(`refuses ${name} in one sentence`, () => {
      expect(() => parseManifest(text, "m.json")).to.throw(/^DD202: m\.json is not an OpenZeppelin manifest/);
    });
  }

  it("runs over real histories without an exception", function () {
    if (!existsSync(REAL)) {
      process.stderr.write(`skipped: ${REAL} is not there\n`);
      this.skip();
    }
    for (const file of readdirSync(REAL).filter((name) => name.endsWith(".json"))) {
      const result = validateManifest(parseManifest(readFileSync(join(REAL, file), "utf8"), file));
      expect(() => validateManifestPartsSchema.parse(result), file).to.not.throw();
      expect(result.implementations.length, file).to.be.greaterThan(0);
    }
  });
});
