import { mkdtemp, readFile, readdir, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { Wallet, keccak256, toBeHex } from "ethers";
import { openBundle } from "../../src/bundle/open.js";
import { addSignature } from "../../src/bundle/signatures.js";
import { canonicalJson } from "../../src/core/canonical-json.js";
import { visible } from "../../src/core/visible.js";
import { DrydockError } from "../../src/errors/drydock-error.js";
import { reviewBundle, type BundleReview } from "../../src/review/review.js";
import { CACHE, documentOf, ROOT, writeSampleBundle, type SampleBundle } from "./sample-bundle.js";

/** An offline review, as `review BUNDLE --offline` makes it. */
async function review(folder: string): Promise<BundleReview> {
  return reviewBundle({ bundle: await openBundle(folder), step: "schedule", root: ROOT, cacheFolder: CACHE });
}
const rules = ({ findings }: BundleReview): string[] => findings.map(({ rule }) => rule);

/** The verdict of whatever stands in the folder now; a refusal is none. */
async function verdictOf(folder: string): Promise<string> {
  return review(folder).then(
    ({ verdict }) => verdict,
    (error: unknown) => {
      if (!DrydockError.is(error)) throw error;
      return "refused";
    },
  );
}

/** Changes a sealed file and seals the bundle again: what a proposer can do, who controls every byte. */
async function reseal(
  folder: string,
  path: string,
  edit: (document: Record<string, unknown>) => unknown,
): Promise<void> {
  const content = canonicalJson(edit(await documentOf(folder, path)));
  await writeFile(join(folder, path), content);
  const manifest = (await documentOf(folder, "manifest.json")) as { files: Record<string, string> };
  manifest.files[path] = keccak256(Buffer.from(content));
  await writeFile(join(folder, "manifest.json"), canonicalJson(manifest));
}

const OTHER = "0xdAC17F958D2ee523a2206206994597C13D831ec7";

/** A copy of a document with the value at `keys` replaced. */
function changed(document: unknown, [key, ...rest]: readonly string[], edit: (value: unknown) => unknown): unknown {
  if (key === undefined) return edit(document);
  const fields = document as Record<string, unknown>;
  return { ...fields, [key]: changed(fields[key], rest, edit) };
}

describe("review BUNDLE --offline", function () {
  this.timeout(120_000);
  let home: string;
  let sample: SampleBundle;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), "drydock-review-"));
    sample = await writeSampleBundle(join(home, "bundle"));
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  describe("refuses in one sentence", () => {
    const broken: [string, (folder: string) => Promise<unknown>][] = [
      ["a manifest of brackets, unread beyond the first few", (folder) => writeFile(join(folder, "manifest.json"), "[".repeat(3_000_000))],
      ["a manifest cut short", async (folder) => writeFile(join(folder, "manifest.json"), (await readFile(join(folder, "manifest.json"))).subarray(0, 90))],
      ["a manifest that is no UTF-8", (folder) => writeFile(join(folder, "manifest.json"), new Uint8Array([0xff, 0xfe]))],
      ["files of more than 256 MiB together", async (folder) => { for (const name of ["a", "b"]) { await writeFile(join(folder, name), ""); await truncate(join(folder, name), 200 << 20); } }],
      ["a link", (folder) => symlink("/dev/zero", join(folder, "extra.json"))],
      ["a file whose name a terminal would obey", (folder) => writeFile(join(folder, "x\u001b[2J\nPASS"), "")],
    ];
    for (const [name, change] of broken)
      it(name, async () => {
        await change(sample.folder);
        const error: unknown = await review(sample.folder).catch((thrown: unknown) => thrown);
        expect(DrydockError.is(error)).to.equal(true);
        expect(visible((error as DrydockError).message)).to.match(/^DD14[01]: [ -~]{20,500}$/);
      });
  });

  it("is green for an honest bundle, rebuilds its source, and says what it left out", async () => {
    const answer = await review(sample.folder);
    expect(answer.findings.map(({ rule, detail }) => `${rule}: ${detail}`)).to.deep.equal([]);
    expect(answer).to.include({ verdict: "pass", scope: "offline" });
    expect(answer.transaction.hashes.safeTxHash).to.equal(sample.safeTxHash);
    expect(answer.transaction.decoded.accounted).to.equal(answer.transaction.decoded.size);
    expect(answer.digest).to.match(/^(\d{5} ){7}\d{5}$/);
    expect(answer.notChecked.map(({ check }) => check)).to.include.members([
      "validate",
      "check",
      "rehearse",
      "your trust file",
    ]);
    const [diff] = answer.sources;
    expect(
      diff?.files.map(({ file, was, status, added, removed }) => ({ file, was, status, added, removed })),
    ).to.deep.equal([
      { file: "contracts/VaultV2.sol", was: "contracts/Vault.sol", status: "changed", added: 11, removed: 1 },
    ]);
  });

  it("decodes the initializer by the rebuilt source", async () => {
    const answer = await review(sample.folder);
    const initializer = answer.transaction.decoded.calls[0]?.calls[0];
    expect(initializer).to.include({ function: "initializeV2(uint256)", provenance: "rebuilt source" });
  });

  it("gives two signers the same digest, and another for another bundle", async () => {
    const [a, b] = await Promise.all([review(sample.folder), review(sample.folder)]);
    expect(a.digest).to.equal(b.digest);
    const other = await writeSampleBundle(join(home, "other"), (plan) => ({ ...plan, attempt: "2" }));
    expect((await review(other.folder)).digest).not.to.equal(a.digest);
  });

  it("never stays green when any byte of any file changes", async () => {
    const files = (await readdir(sample.folder, { recursive: true, withFileTypes: true })).filter((entry) =>
      entry.isFile(),
    );
    const paths = files.map((entry) => join(entry.parentPath, entry.name));
    const contents = await Promise.all(paths.map((path) => readFile(path)));
    await fc.assert(
      fc.asyncProperty(fc.nat(paths.length - 1), fc.nat(), fc.integer({ min: 1, max: 255 }), async (file, at, flip) => {
        const flipped = Uint8Array.from(contents[file]!);
        flipped[at % flipped.length]! ^= flip;
        await writeFile(paths[file]!, flipped);
        const verdict = await verdictOf(sample.folder);
        await writeFile(paths[file]!, contents[file]!);
        // The title is the one text that no seal covers but the manifest's own hash: it changes the digest instead.
        if (verdict === "pass") expect(paths[file]).to.match(/manifest\.json$/);
        else expect(verdict).to.be.oneOf(["refused", "blocked", "not-run"]);
      }),
      { numRuns: 60 },
    );
    expect(await verdictOf(sample.folder)).to.equal("pass");
  });

  describe("a proposer who seals again", () => {
    const NEW = "build/0-new-VaultV2.json";
    const SOURCE = ["input", "sources", "contracts/VaultV2.sol", "content"];
    const TX = ["schedule", "transaction"];
    const edits: [string, string, string[], (value: unknown) => unknown, string][] = [
      [
        "another call in the Safe transaction",
        "transactions.json",
        [...TX, "data"],
        () => "0x",
        "transaction-mismatch",
      ],
      ["a gas price", "transactions.json", [...TX, "gasPrice"], () => "1", "transaction-mismatch"],
      ["a delegatecall", "transactions.json", [...TX, "operation"], () => 1, "transaction-mismatch"],
      [
        "another safeTxHash",
        "transactions.json",
        ["schedule", "safeTxHash"],
        () => keccak256("0x"),
        "transaction-mismatch",
      ],
      ["another operation id", "transactions.json", ["operationId"], () => keccak256("0x"), "transaction-mismatch"],
      ["another Safe", "transactions.json", ["safe"], () => OTHER, "transaction-mismatch"],
      [
        "one line of source",
        NEW,
        SOURCE,
        (text) => String(text).replace("fee = newFee", "fee = newFee + 1"),
        "code-mismatch",
      ],
      ["a comment in the source", NEW, SOURCE, (text) => `${String(text)}// audited\n`, "code-mismatch"],
      ["a constructor argument", NEW, ["constructorArguments"], () => toBeHex(2, 32), "code-mismatch"],
      ["a salt", NEW, ["salt"], () => toBeHex(2, 32), "code-mismatch"],
      ["an optimizer setting", NEW, ["input", "settings", "optimizer", "runs"], () => 1, "code-mismatch"],
      [
        "a setting for something else",
        NEW,
        ["input", "settings", "modelChecker"],
        () => ({ engine: "all" }),
        "compiler-settings",
      ],
      ["source that does not compile", NEW, SOURCE, () => "contract", "source-does-not-compile"],
      ["a contract that is not there", NEW, ["contract", "name"], () => "Other", "no-such-contract"],
      ["source for another address", NEW, ["address"], () => OTHER, "no-source"],
    ];
    for (const [name, path, keys, edit, rule] of edits)
      it(`${name}: ${rule}`, async () => {
        await reseal(sample.folder, path, (document) => changed(document, keys, edit));
        const answer = await review(sample.folder);
        expect(rules(answer)).to.include(`review/${rule}`);
        expect(answer.verdict).to.equal("blocked");
      });

    it("a called contract whose code is not stated, and a gate of their own that did not pass, are red", async () => {
      await reseal(sample.folder, "transactions.json", (document) =>
        changed(document, ["codeHashes"], (list) => (list as unknown[]).slice(1)),
      );
      expect(rules(await review(sample.folder))).to.include("review/code-drift");
      const other = await writeSampleBundle(join(home, "failed"));
      const failed = { stage: "validate", verdict: "blocked", findings: [], notRun: [] };
      await reseal(other.folder, "findings.json", (document) => changed(document, ["gates"], () => [failed]));
      expect(rules(await review(other.folder))).to.include("review/own-gate");
      const passed = await writeSampleBundle(join(home, "passed"));
      await reseal(passed.folder, "findings.json", (document) => changed(document, ["gates"], () => [{ ...failed, verdict: "pass" }]));
      const answer = await review(passed.folder);
      expect(answer.verdict).to.equal("pass");
      expect(answer.claims.map(({ stage, claimed, recomputed }) => `${stage} ${claimed} ${recomputed}`)).to.deep.equal([
        "validate pass not rerun here",
        "check no result not rerun here",
        "rehearse no result not rerun here",
      ]);
    });

    it("source by url is refused", async () => {
      await reseal(sample.folder, NEW, (document) =>
        changed(document, SOURCE.slice(0, 3), () => ({ urls: ["https://example.org"] })),
      );
      expect(await verdictOf(sample.folder)).to.equal("refused");
    });

    it("a compiler that is not installed gives no verdict", async () => {
      await reseal(sample.folder, NEW, (document) => changed(document, ["compiler", "version"], () => "0.8.3"));
      const answer = await review(sample.folder);
      expect(answer.gates.find(({ stage }) => stage === "code")?.verdict).to.equal("not-run");
      expect(answer.verdict).not.to.equal("pass");
    });

    it("an upgrade beside the plan's own is red", async () => {
      const evil = await writeSampleBundle(join(home, "evil"), (plan) => ({ ...plan, changes: [] }));
      expect(rules(await review(evil.folder))).to.include("review/implementation-change");
    });
  });

  describe("signatures", () => {
    const owner = new Wallet(toBeHex(9, 32));
    it("tells whose they are, and is red for one over something else", async () => {
      const signed = { step: "schedule" as const, nonce: "7", safeTxHash: sample.safeTxHash };
      await addSignature(sample.folder, signed, {
        owner: owner.address,
        signature: owner.signingKey.sign(sample.safeTxHash).serialized,
      });
      const good = await review(sample.folder);
      expect(good.transaction.signers).to.deep.equal([owner.address]);
      expect(good.verdict).to.equal("pass");
      await addSignature(sample.folder, signed, {
        owner: owner.address,
        signature: owner.signingKey.sign(keccak256("0x")).serialized,
      });
      expect(rules(await review(sample.folder))).to.include("review/bad-signature");
    });

    it("is red for another nonce, and for signatures that no key makes", async () => {
      const signed = { step: "schedule" as const, nonce: "7", safeTxHash: sample.safeTxHash };
      const signature = owner.signingKey.sign(sample.safeTxHash).serialized;
      const one = { owner: owner.address, signature };
      await addSignature(sample.folder, { ...signed, nonce: "8" }, one);
      expect(rules(await review(sample.folder))).to.include("review/hash-mismatch");
      for (const odd of [`${signature.slice(0, -2)}01`, `${signature.slice(0, -2)}00`, signature.slice(0, -2), "0x"]) {
        await addSignature(sample.folder, signed, { ...one, signature: odd });
        expect(rules(await review(sample.folder)), odd).to.include("review/bad-signature");
      }
      await addSignature(sample.folder, signed, one);
      expect((await review(sample.folder)).verdict).to.equal("pass");
    });

    it("never stays green when any byte of a signature file changes", async () => {
      const signed = { step: "schedule" as const, nonce: "7", safeTxHash: sample.safeTxHash };
      const signature = owner.signingKey.sign(sample.safeTxHash).serialized;
      await addSignature(sample.folder, signed, { owner: owner.address, signature });
      const path = join(sample.folder, "signatures", "schedule.json");
      const good = await readFile(path);
      expect(await verdictOf(sample.folder)).to.equal("pass");
      const at = good.indexOf(signature.slice(2));
      const place = fc.oneof(fc.nat(good.length - 1), fc.integer({ min: at, max: at + 129 }), fc.integer({ min: at + 128, max: at + 129 }));
      const digit = fc.constantFrom(..."0123456789abcdefABCDEF\"{}: \0\xff");
      await fc.assert(
        fc.asyncProperty(place, digit, async (index, char) => {
          const bytes = Uint8Array.from(good);
          bytes[index] = char.charCodeAt(0);
          if (Buffer.compare(bytes, good) === 0) return;
          await writeFile(path, bytes);
          const answer = await review(sample.folder).catch((error: unknown) => error);
          if (DrydockError.is(answer)) return;
          const { verdict, transaction } = answer as BundleReview;
          // The letter case of a hex digit changes no byte.
          const same = good.toString("latin1").toLowerCase() === Buffer.from(bytes).toString("latin1").toLowerCase();
          if (same) expect(transaction.signers).to.deep.equal([owner.address]);
          else expect(verdict, Buffer.from(bytes).toString("latin1")).not.to.equal("pass");
        }),
        { numRuns: 60 },
      );
    });
  });
});
