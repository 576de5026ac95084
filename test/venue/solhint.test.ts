import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { runSolhint, type SolhintReport } from "../../src/stages/check-solhint.js";
import { ROOT } from "../support/cli.js";

/** Every rule that solhint files under security, not only those of Drydock's own preset. */
const SECURITY_RULES = readdirSync(join(dirname(createRequire(import.meta.url).resolve("solhint/package.json")), "lib", "rules", "security"))
  .filter((file) => file !== "index.js")
  .map((file) => file.replace(/\.js$/, ""));

/** Where a rule is not followed, and why. Anything else is a failure, and so is an exception that nothing needs any more. */
const EXCEPTIONS: readonly { rule: string; reason: string; files: RegExp; line: RegExp }[] = [
  {
    rule: "func-visibility",
    reason: "constructors have no visibility since Solidity 0.7",
    files: /^(access\/UpgradeableModule|insurance\/InsuranceFund|options\/OptionSeries|oracle\/PriceOracle|test\/Mock(ERC20|Feed))\.sol$/,
    line: /^\s*constructor\(/,
  },
  {
    rule: "no-inline-assembly",
    reason: "ERC-7201: a storage pointer can be set to a constant slot by assembly only, and that is all it does",
    files: /^(access|clearinghouse|insurance|options|orders|perp)\/\w+\.sol$/,
    line: /^\s*assembly \{\n\s*\$\.slot := [A-Z_]+\n\s*\}/,
  },
  {
    rule: "not-rely-on-time",
    reason: "expiries, heartbeats, funding and deadlines are times; a proposer's few seconds decide none of them",
    files: /^(clearinghouse|options|oracle|orders|perp|test)\/\w+\.sol$/,
    line: /block\.timestamp/,
  },
];

interface Source {
  file: string;
  content: string;
}

function sources(): Source[] {
  const folder = join(ROOT, "contracts");
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".sol"))
    .map((file) => ({ file, content: readFileSync(join(folder, file), "utf8") }));
}

/** The reports that no exception covers, and the exceptions that were used. */
async function judge(from: readonly Source[]): Promise<{ open: string[]; used: Set<string> }> {
  const { reports, unreadable } = await runSolhint(from, { rules: SECURITY_RULES });
  const used = new Set<string>();
  const excused = ({ file, rule, line }: SolhintReport): boolean => {
    const text = from.find((source) => source.file === file)?.content.split("\n").slice(line - 1).join("\n") ?? "";
    return EXCEPTIONS.some((exception) => {
      const { index } = exception.line.exec(text) ?? {};
      // The line reported, not one further down.
      const fits = exception.rule === rule && exception.files.test(file) && index !== undefined && !text.slice(0, index).includes("\n");
      if (fits) used.add(rule);
      return fits;
    });
  };
  const open = reports.filter((report) => !excused(report)).map(({ file, line, rule, message }) => `${file}:${line} ${rule}: ${message}`);
  return { open: [...open, ...unreadable.map(({ file, reason }) => `${file}: ${reason}`)], used };
}

describe("solhint's security rules over contracts/", function () {
  // Its parser is slow: some seconds for fifty files.
  this.timeout(240_000);

  it("find nothing but what has its reason, and every reason is still needed", async () => {
    const { open, used } = await judge(sources());
    expect(open).to.deep.equal([]);
    expect([...used].sort()).to.deep.equal(EXCEPTIONS.map(({ rule }) => rule).sort());
  });

  it("see tx.origin, an unchecked call and other assembly (the check can fail)", async () => {
    const content = `// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;
contract Careless {
    function pay(address payable to) external {
        require(tx.origin == msg.sender);
        to.call{value: 1}("");
        assembly {
            sstore(0, 1)
        }
    }
}
`;
    const { open } = await judge([{ file: "orders/Careless.sol", content }]);
    for (const rule of ["avoid-tx-origin", "no-unchecked-calls", "no-inline-assembly"]) {
      expect(open.some((line) => line.includes(` ${rule}: `)), `${rule} in ${open.join("\n")}`).to.equal(true);
    }
  });

  it("keeps every contract to about 500 lines", () => {
    for (const { file, content } of sources()) expect(content.split("\n").length, file).to.be.at.most(530);
  });
});
