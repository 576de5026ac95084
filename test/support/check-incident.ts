import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { UpgradeCall } from "../../src/core/checks/rule.js";
import { checkSources, type CheckResult } from "../../src/stages/check.js";
import { mustCompile } from "./compile.js";

/** Runs the check stage over an incident's folder: `V1.sol` against `V2.sol` or `Benign.sol`, each compiled alone. */
export async function checkIncident(
  folder: string,
  contract: string,
  next: "V2" | "Benign",
  upgradeCall?: UpgradeCall | null,
): Promise<CheckResult> {
  const compile = (name: string): ReturnType<typeof mustCompile> =>
    mustCompile({ [`${name}.sol`]: readFileSync(join(folder, `${name}.sol`), "utf8") });
  const after = { file: `${next}.sol`, name: contract };
  return checkSources({
    ...compile(next),
    contracts: [after],
    previous: [
      {
        ...compile("V1"),
        contract: { file: "V1.sol", name: contract },
        next: after,
        ...(upgradeCall === undefined ? {} : { upgradeCall }),
      },
    ],
  });
}
