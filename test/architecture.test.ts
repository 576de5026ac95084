import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** docs/architecture.md, "Who may import whom". A room may always import itself and `errors`. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  errors: [],
  files: ["core"],
  core: [],
  chain: ["core"],
  build: ["core", "files"],
  bundle: ["core", "files"],
  report: ["core"],
  stages: ["chain", "build", "bundle", "core", "files", "plan.ts"],
  rehearsal: ["stages", "chain", "build", "bundle", "core", "files"],
  review: ["rehearsal", "stages", "chain", "build", "bundle", "report", "core", "files"],
  lifecycle: ["review", "rehearsal", "stages", "chain", "build", "bundle", "report", "core", "files"],
  config: ["core"],
  "plan.ts": ["core"],
  "expectations.ts": ["core", "rehearsal"],
  "adapter.ts": ["core", "rehearsal"],
  "type-extensions.ts": ["config"],
  "index.ts": ["tasks", "config", "type-extensions.ts"],
  "bin.ts": ["review", "report", "chain", "stages", "bundle", "core", "config", "files", "build", "rehearsal"],
};

/** What a pure room may not touch: the machine, the network, Hardhat, the clock, chance. */
const IMPURE_MODULES = /^(node:|hardhat|@nomicfoundation\/|solc|solhint|@safe-global\/)/;
const IMPURE_GLOBALS = /\b(Date\.now|new Date\(\)|Math\.random|process\.(env|cwd|argv)|fetch\()/;

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name));
}

function importsOf(file: string): string[] {
  const source = readFileSync(file, "utf8");
  return [...source.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map(([, specifier]) => specifier ?? "");
}

/** `core` for src/core/…, `tasks` for tasks/…, the file's name for files straight in src. */
function roomOf(path: string): string {
  const [top, second] = relative(ROOT, path).split("/");
  return top === "src" ? (second ?? "").replace(/\.js$/, ".ts") : (top ?? "");
}

describe("the direction of imports", () => {
  for (const file of files(join(ROOT, "src"))) {
    it(relative(ROOT, file), () => {
      const room = roomOf(file);
      const allowed = MAY_IMPORT[room];
      expect(allowed, `the room ${room} stands in docs/architecture.md and here`).to.not.equal(undefined);
      for (const specifier of importsOf(file)) {
        if (!specifier.startsWith(".")) continue;
        const target = roomOf(resolve(dirname(file), specifier));
        expect([room, "errors", ...(allowed ?? [])], `${room} imports ${specifier}`).to.include(target);
      }
    });
  }

  it("keeps core free of Hardhat, files, network, clock and chance", () => {
    for (const file of files(join(ROOT, "src/core"))) {
      const impure = importsOf(file).filter((specifier) => IMPURE_MODULES.test(specifier));
      expect(impure, relative(ROOT, file)).to.deep.equal([]);
      expect(readFileSync(file, "utf8"), relative(ROOT, file)).to.not.match(IMPURE_GLOBALS);
    }
  });

  it("lets nobody but the plugin's declaration import tasks", () => {
    const importers = files(join(ROOT, "src")).filter((file) =>
      importsOf(file).some((specifier) => specifier.startsWith(".") && roomOf(resolve(dirname(file), specifier)) === "tasks"),
    );
    expect(importers.map((file) => relative(ROOT, file))).to.deep.equal(["src/index.ts"]);
  });

  it("loads nothing but definitions at start-up", () => {
    const definitions = files(join(ROOT, "tasks")).filter((file) => file.endsWith("index.ts"));
    for (const file of [...definitions, join(ROOT, "tasks/upgrade/shared/define.ts")]) {
      const eager = [...readFileSync(file, "utf8").matchAll(/^import .*from "([^"]+)"/gm)].map(([, specifier]) => specifier ?? "");
      const heavy = eager.filter((specifier) => !/^hardhat\/(config|types)|^\.\.?\/[\w-]+\/(index|define)\.js$|^\.\/shared\/define\.js$/.test(specifier));
      expect(heavy, relative(ROOT, file)).to.deep.equal([]);
    }
  });
});
