import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const own = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { name: string; dependencies: Record<string, string> };

/** What the build replaces by its result, so that a consumer never loads it. */
const BUILD_ONLY = ["esbuild"];

/** Dependencies that no file imports, and why the package pins them nevertheless. */
const PINS: Record<string, string> = {
  "@ethereumjs/rlp": "decodes the proofs that @ethereumjs/mpt verifies",
  "@safe-global/types-kit": "protocol-kit's transaction types",
  "solc-0.8.28": "found by name when a bundle is compiled",
  viem: "what protocol-kit hashes with; newer versions ask for an ox that may not resolve",
};

/** What signs, hashes, proves or compiles: another version may decide otherwise, so it is exactly this one. */
const EXACT = ["@ethereumjs/mpt", "@ethereumjs/rlp", "@openzeppelin/upgrades-core", "@safe-global/api-kit", "@safe-global/protocol-kit", "@safe-global/types-kit", "ethers", "solc-0.8.28", "solhint", "solidity-ast", "viem"];

const STATEMENTS = [
  /^import\b[^"'`;=()]*"([^"]+)"/gm,
  /^export\b[^"'`;=()]*\bfrom\s+"([^"]+)"/gm,
  /\bimport\(\s*"([^"]+)"\s*\)/g,
  /\brequire(?:\.resolve)?\(\s*"([^"]+)"\s*\)/g,
  /\bcreateRequire\([^)]*\)\(\s*"([^"]+)"\s*\)/g,
];

/** The packages that a source text loads: imports, also late ones and those of types, and requires. */
function packagesOf(source: string): string[] {
  return STATEMENTS.flatMap((statement) => [...source.matchAll(statement)].map(([, specifier]) => specifier ?? ""))
    .filter((specifier) => !/^(?:\.|node:)/.test(specifier))
    .map((specifier) => specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/"));
}

function published(): Set<string> {
  const files = ["src", "tasks"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  return new Set(files.flatMap((file) => packagesOf(readFileSync(file, "utf8"))));
}

describe("the dependencies of the published package", () => {
  it("are read from every form of import, and from nothing else", () => {
    const source = [
      'import type A from "one";',
      'import {\n  b,\n} from "@two/two/deep.js";',
      'export * from "three";',
      'import "four";',
      'const f = await import("five/x");',
      'const g = require("six");',
      'const h = createRequire(import.meta.url)("seven") as unknown;',
      'import { join } from "node:path";',
      'import { own } from "./own.js";',
      'const text = `import { x } from "hidden";`;',
      'export const answer = 1;\nexport type Kind = "hidden too";',
      'say(words.join(" from ", "told"));',
    ].join("\n");
    expect(packagesOf(source).sort()).to.deep.equal(["@two/two", "five", "four", "one", "seven", "six", "three"]);
  });

  it("hold everything that src and tasks load, besides Hardhat", () => {
    const known = new Set([...Object.keys(own.dependencies), ...BUILD_ONLY, "hardhat", own.name]);
    const loaded = published();
    expect(loaded.has("ethers"), "the sources were read").to.equal(true);
    expect([...loaded].filter((name) => !known.has(name))).to.deep.equal([]);
  });

  it("hold nothing that is neither loaded nor pinned for a reason", () => {
    const loaded = published();
    expect(Object.keys(own.dependencies).filter((name) => !loaded.has(name)).sort()).to.deep.equal(Object.keys(PINS).sort());
  });

  it("pin exactly what signs, hashes, proves and compiles", () => {
    const loose = EXACT.filter((name) => !/^(?:npm:[\w@/-]+@)?\d+\.\d+\.\d+$/.test(own.dependencies[name] ?? "absent"));
    expect(loose).to.deep.equal([]);
  });
});
