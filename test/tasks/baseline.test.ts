import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ERRORS } from "../../src/errors/catalogue.js";
import { DrydockError } from "../../src/errors/drydock-error.js";
import { readBaseline } from "../../tasks/upgrade/shared/context.js";

const ENTRY = {
  contract: "Vault",
  function: "",
  snippet: `0x${"00".repeat(32)}`,
  reason: "known and harmless here",
  author: "somebody",
  expires: "2099-12-31",
};

describe("the baseline as the verbs read it", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "drydock-baseline-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function read(rule: string): Promise<unknown> {
    const path = join(folder, `${rule}.json`);
    await writeFile(path, JSON.stringify({ schema: "drydock/baseline@1", entries: [{ rule, ...ENTRY }] }));
    return readBaseline(path).catch((error: unknown) => error);
  }

  it("takes an entry about sources", async () => {
    expect(await read("G1")).to.have.nested.property("entries[0].rule", "G1");
  });

  it("refuses an entry about the chain's state", async () => {
    expect(DrydockError.is(await read("P9"), ERRORS.BASELINE_MALFORMED)).to.equal(true);
  });

  it("is none where there is no file", async () => {
    expect(await readBaseline(join(folder, "absent.json"))).to.equal(undefined);
  });
});
