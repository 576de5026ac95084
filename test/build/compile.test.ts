import { mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { compile, tryCompile, type Compilation } from "../../src/build/compile.js";
import { mayHoldCode, readCompilation } from "../../src/build/compilation-cache.js";
import { locateCompiler, type LocatedCompiler } from "../../src/build/locate-compiler.js";
import { runSolc } from "../../src/build/run-solc.js";
import type { SolcInput } from "../../src/core/solc.js";

const ROOT = join(import.meta.dirname, "..", "..");

/** A contract that answers with `value`; its code and its AST differ from every other value's. */
function answering(value: number, name = "Answer"): SolcInput {
  const content = `// SPDX-License-Identifier: MIT\npragma solidity ^0.8.28;\ncontract ${name} { uint256 public kept; function answer() external pure returns (uint256) { return ${value}; } }\n`;
  const outputSelection = { "*": { "*": ["abi", "storageLayout", "evm.bytecode", "evm.deployedBytecode"], "": ["ast"] } };
  return { language: "Solidity", sources: { [`${name}.sol`]: { content } }, settings: { optimizer: { enabled: true }, outputSelection } };
}

function codeOf({ output }: Pick<Compilation, "output">): string | undefined {
  return Object.values(output.contracts?.["Answer.sol"] ?? {})[0]?.evm?.deployedBytecode?.object;
}

describe("build/compile", function () {
  this.timeout(120_000);
  let cacheFolder: string;
  let compiler: LocatedCompiler;

  before(async () => {
    const found = await locateCompiler("0.8.28", ROOT);
    if (found === undefined) throw new Error("solc 0.8.28 is not installed");
    compiler = found;
  });
  beforeEach(async () => {
    cacheFolder = await mkdtemp(join(tmpdir(), "drydock-compile-"));
  });
  afterEach(() => rm(cacheFolder, { recursive: true, force: true }));

  async function onlyFile(): Promise<string> {
    const files = await readdir(cacheFolder);
    expect(files).to.have.lengthOf(1);
    return join(cacheFolder, files[0] ?? "");
  }

  /** Puts another output into the file at `path`, under the hash that stands there. */
  async function falsify(path: string): Promise<void> {
    const text = await readFile(path, "utf8");
    const code = codeOf(JSON.parse(text.slice(text.indexOf("\n") + 1)) as Compilation) ?? "";
    expect(code).to.not.equal("");
    await writeFile(path, text.replace(code, code.replace(/^../, "ff")));
  }

  it("compiles an input once, and finds it again", async () => {
    const first = await compile(compiler, answering(1), "Answer", { cacheFolder });
    const path = await onlyFile();
    // A compiler that is gone shows that nobody asked it again.
    const again = await compile({ ...compiler, path: join(cacheFolder, "none.js") }, answering(1), "Answer", { cacheFolder });
    expect(again).to.deep.equal(first);
    expect(await readCompilation(path)).to.deep.equal(first);
  });

  it("does not take another input's, another compiler's or a kept process's compilation for this one", async () => {
    const first = await compile(compiler, answering(1), "Answer", { cacheFolder });
    const second = await compile(compiler, answering(2), "Answer", { cacheFolder });
    expect(codeOf(second)).to.not.equal(codeOf(first));
    await compile({ ...compiler, sha256: "00".repeat(32) }, answering(1), "Answer", { cacheFolder });
    await compile(compiler, answering(1), "Answer", { cacheFolder, keepProcess: true });
    expect(await readdir(cacheFolder)).to.have.lengthOf(4);
  });

  it("compiles again where the file is cut off, changed, or another compilation's", async () => {
    const first = await compile(compiler, answering(1), "Answer", { cacheFolder, keepProcess: true });
    const path = await onlyFile();
    const whole = await readFile(path);
    const spoil: Record<string, () => Promise<void>> = {
      "cut off": () => writeFile(path, whole.subarray(0, whole.length / 2)),
      empty: () => writeFile(path, ""),
      "no JSON": () => writeFile(path, "what is this?\n"),
      "without its first line": () => writeFile(path, whole.subarray(whole.indexOf(10) + 1)),
      "of other code": () => falsify(path),
      "another input's": async () => {
        const other = await mkdtemp(join(tmpdir(), "drydock-compile-"));
        await compile(compiler, answering(2), "Answer", { cacheFolder: other, keepProcess: true });
        const [file = ""] = await readdir(other);
        await rename(join(other, file), path);
        await rm(other, { recursive: true });
      },
    };
    for (const [how, change] of Object.entries(spoil)) {
      await change();
      expect(await readCompilation(path), how).to.equal(undefined);
      const again = await compile(compiler, answering(1), "Answer", { cacheFolder, keepProcess: true });
      expect(again, how).to.deep.equal(first);
      expect(await readCompilation(path), how).to.deep.equal(first);
    }
  });

  it("tells by the first line which code a compilation can't hold, and nothing by a line that is spoiled", async () => {
    const first = await compile(compiler, answering(1), "Answer", { cacheFolder, keepProcess: true });
    const path = await onlyFile();
    const code = codeOf(first) ?? "";
    const whole = await readFile(path, "latin1");
    const [body, lengths = "", ...rest] = whole.slice(0, whole.indexOf("\n")).split(" ");
    expect(await mayHoldCode(path, `0x${code}`)).to.equal(true);
    // The same code under another metadata hash, which is no part of what is compared.
    expect(await mayHoldCode(path, `0x${code.replace(/(?<=64697066735822)..../, "0000")}`)).to.equal(true);
    expect(await mayHoldCode(path, `0x00${code}`)).to.equal(false);
    expect(await mayHoldCode(join(cacheFolder, "none.json"), code)).to.equal(false);
    await writeFile(path, `${body} ${Number(lengths) + 1} ${rest.join(" ")}${whole.slice(whole.indexOf("\n"))}`, "latin1");
    expect(await mayHoldCode(path, `0x00${code}`)).to.equal(true);
    expect(await readCompilation(path)).to.equal(undefined);
  });

  it("keeps nothing of what the compiler refuses", async () => {
    const input = answering(1);
    input.sources["Answer.sol"] = { content: "contract Answer { function f() external { return g; } }" };
    const outcome = await tryCompile(compiler, input, "Answer", { cacheFolder });
    expect(outcome).to.have.property("refused").that.is.not.empty;
    expect(await readdir(cacheFolder)).to.deep.equal([]);
  });
});

describe("build/run-solc", function () {
  this.timeout(120_000);
  let path: string;
  before(async () => {
    path = (await locateCompiler("0.8.28", ROOT))?.path ?? "";
  });

  it("gives in a process that has compiled other sources, and refused some, what a process of its own gives", async () => {
    const inputs = Array.from({ length: 3 }, (_, index) => answering(index));
    const broken = answering(7);
    broken.sources["Answer.sol"] = { content: "contract Answer is Nobody {}" };
    const order = [inputs[0], inputs[1], broken, inputs[2], inputs[0], inputs[1]].filter((input) => input !== undefined);
    const together = await Promise.all(order.map((input) => runSolc(path, input, { keepProcess: true })));
    for (const [index, input] of order.entries()) {
      expect(together[index], `input ${index}`).to.deep.equal(await runSolc(path, input));
    }
  });

  it("answers everyone with their own output when more are waiting than processes", async () => {
    const names = Array.from({ length: 7 }, (_, index) => `Answer${index}`);
    const outputs = await Promise.all(names.map((name, index) => runSolc(path, answering(index, name), { keepProcess: index % 2 === 0 })));
    expect(outputs.map(({ output }) => Object.keys(output.contracts?.[`${names[0] ?? ""}.sol`] ?? {}))).to.have.lengthOf(7);
    expect(outputs.map(({ output }) => Object.keys(output.contracts ?? {}))).to.deep.equal(names.map((name) => [`${name}.sol`]));
  });

  it("kills who takes too long, and goes on with a process that works", async () => {
    const limits = { timeoutMs: 1, maxInputBytes: 1 << 20, maxHeapMiB: 4096 };
    for (const keepProcess of [true, false]) {
      const slow = await runSolc(path, answering(1), { limits, keepProcess }).catch((error: Error) => error.message);
      expect(slow).to.equal("the compiler did not finish within 0.001 s");
      const { output } = await runSolc(path, answering(1), { keepProcess });
      expect(output.contracts).to.have.key("Answer.sol");
    }
  });

  it("says what the process said that ended, and hands the turn on", async () => {
    const nowhere = join(dirname(path), "no-such-soljson.js");
    for (const keepProcess of [true, false, true, false]) {
      const words = await runSolc(nowhere, answering(1), { keepProcess }).catch((error: Error) => error.message);
      expect(words).to.match(/^the compiler process ended with 1: [\s\S]*no-such-soljson/);
    }
    expect((await runSolc(path, answering(1))).longVersion).to.match(/^0\.8\.28\+commit\./);
  });

  it("refuses an input that is too large, and sources by url", async () => {
    const limits = { timeoutMs: 60_000, maxInputBytes: 100, maxHeapMiB: 4096 };
    expect(await runSolc(path, answering(1), { limits }).catch((error: Error) => error.message)).to.contain("larger than 100 bytes");
    const byUrl = { ...answering(1), sources: { "Answer.sol": { urls: ["https://example.org"] } } } as unknown as SolcInput;
    expect(await runSolc(path, byUrl).catch((error: Error) => error.message)).to.contain("sources by url are refused");
  });
});
