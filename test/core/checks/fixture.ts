import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { checkSources, type CheckInput, type CheckResult } from "../../../src/stages/check.js";
import { mustCompile } from "../../support/compile.js";

export const FIXTURES = fileURLToPath(new URL("../../fixtures/checks", import.meta.url));

/**
 * Checks one fixture file. `V1` and `V2` at the end of contract names make a version pair; header comments say the rest:
 * `// upgrade-call: initializeV2(uint256) 0 1` (or `none`), `// layer2: yes`.
 */
export async function checkFixture(path: string, more: Partial<CheckInput> = {}): Promise<CheckResult> {
  const file = basename(path);
  const content = readFileSync(path, "utf8");
  const { input, output } = mustCompile({ [file]: content });
  const names = [...content.matchAll(/^contract (\w+)/gm)].map(([, name = ""]) => name);
  const previous = names
    .filter((name) => name.endsWith("V1"))
    .flatMap((name) => {
      const next = name.replace(/V1$/, "V2");
      if (!names.includes(next)) return [];
      return [{ input, output, contract: { file, name }, next: { file, name: next }, ...upgradeCall(content) }];
    });
  return checkSources({
    input,
    output,
    contracts: (id) => id.file === file && !(previous.length > 0 && id.name.endsWith("V1")),
    previous,
    ...(/^\/\/ layer2: yes$/m.test(content) ? { isLayer2: true } : {}),
    ...more,
  });
}

function upgradeCall(content: string): Pick<NonNullable<CheckInput["previous"]>[number], "upgradeCall"> {
  const words = /^\/\/ upgrade-call: (.*)$/m.exec(content)?.[1]?.split(" ");
  if (words === undefined) return {};
  const [signature = "", ...args] = words;
  return { upgradeCall: signature === "none" ? null : { signature, args } };
}
