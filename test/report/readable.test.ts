import { expect } from "chai";
import fc from "fast-check";
import { parseUnits } from "ethers";
import { readable } from "../../src/report/readable.js";

describe("report/readable", () => {
  const cases: [name: string, value: string, expected: string | undefined][] = [
    ["expiry", "1782460800", "2026-06-26 08:00 UTC"],
    ["fundingAccruedAt", "1768464457", "2026-01-15 08:07:37 UTC"],
    ["amount", "1782460800", undefined],
    ["delay", "172800", "2 days"],
    ["closingWindow", "3600", "1 hour"],
    ["delay", "172801", undefined],
    ["cap", "5000000000000000000000", "5,000 × 10^18"],
    ["cap", "1234567000000000000", "1.234567 × 10^18"],
    ["cap", "1000000000000000001", undefined],
    ["amount", ((1n << 256n) - 1n).toString(), "the largest number there is"],
    ["cap", "-5000000000000000000000", undefined],
    ["bandBps", "500", undefined],
  ];
  for (const [name, value, expected] of cases) it(`${name} ${value}: ${expected ?? "its digits"}`, () => expect(readable(name, value)).to.equal(expected));

  it("is exact: whatever it says reads back as the same number", () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 1n << 200n), (number) => {
        const value = (number * 10n ** 12n).toString();
        const said = readable("amount", value);
        if (said === undefined) return;
        expect(parseUnits(said.replace(" × 10^18", "").replaceAll(",", ""), 18).toString()).to.equal(value);
      }),
      { numRuns: 200 },
    );
  });
});
