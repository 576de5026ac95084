import { expect } from "chai";
import type { SolcInput } from "../../src/core/solc.js";
import { lintedBy, startLinting, startSolhint } from "../../src/stages/check-linting.js";
import { runSolhint } from "../../src/stages/check-solhint.js";

const careless = (name: string): string => `contract ${name} { function f() public { require(tx.origin == msg.sender); } }`;
const input = (sources: Record<string, string>): SolcInput => ({
  language: "Solidity",
  sources: Object.fromEntries(Object.entries(sources).map(([file, content]) => [file, { content }])),
  settings: { outputSelection: {} },
});

describe("stages/check-linting", function () {
  this.timeout(60_000);
  const [a, b] = [{ file: "project/A.sol", content: careless("A") }, { file: "project/B.sol", content: careless("B") }];
  const broken = { file: "project/C.sol", content: "contract {" };

  it("says of some sources of a run what a run of their own says, in their order", async () => {
    const linting = startSolhint([a, broken, b]);
    for (const sources of [[b, a], [broken], [b, broken], []]) {
      expect(await lintedBy(linting, sources)).to.deep.equal(await runSolhint(sources));
    }
  });

  it("has nothing to say of a source that it was not about, or that reads otherwise now", () => {
    const linting = startSolhint([a]);
    expect(lintedBy(linting, [a, b])).to.equal(undefined);
    expect(lintedBy(linting, [{ ...a, content: `${a.content}\n` }])).to.equal(undefined);
    expect(lintedBy(linting, [a])).to.not.equal(undefined);
  });

  it("covers the own sources of several compilations, and gives up where one name has two contents", () => {
    const dependency = "npm/@openzeppelin/contracts@5.7.0/access/Ownable.sol";
    const shared = { [dependency]: careless("Ownable"), [a.file]: a.content };
    const linting = startLinting([input(shared), input({ ...shared, [b.file]: b.content })]);
    expect([...(linting?.contents.keys() ?? [])]).to.deep.equal([a.file, b.file]);
    expect(startLinting([input(shared), input({ ...shared, [a.file]: b.content })])).to.equal(undefined);
  });
});
