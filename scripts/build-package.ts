/**
 * `npm run build`: makes `dist/`, the published package. The repository's root is not packed: its postinstall, its own
 * Node and its overrides are for this repository, and would break a consumer's install.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bundlePageScript } from "../src/report/page/script.js";

interface PackageJson {
  name: string;
  version: string;
  description: string;
  license: string;
  engines: Record<string, string>;
  exports: Record<string, string>;
  bin?: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");
const own = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as PackageJson;

rmSync(dist, { recursive: true, force: true });
const typescript = dirname(createRequire(import.meta.url).resolve("typescript/package.json"));
execFileSync(process.execPath, [join(typescript, "bin", "tsc"), "-p", join(root, "tsconfig.build.json")], { stdio: "inherit" });

// The signer's page carries its script inside; consumers have no bundler.
writeFileSync(join(dist, "src", "report", "page", "page-script.js"), await bundlePageScript());

await bundleDeclarations(join(dist, "src", "index.js"));

const compiled = (path: string) => path.replace(/\.ts$/, ".js");
const exports = Object.fromEntries(
  Object.entries(own.exports).map(([name, path]) => [name, { types: path.replace(/\.ts$/, ".d.ts"), default: compiled(path) }]),
);
const bin = Object.fromEntries(Object.entries(own.bin ?? {}).map(([name, path]) => [name, compiled(path)]));
for (const path of Object.values(bin)) chmodSync(join(dist, path), 0o755);

const published = {
  name: own.name,
  version: own.version,
  description: own.description,
  license: own.license,
  keywords: ["hardhat", "hardhat-plugin", "upgrades", "proxy", "safe", "timelock", "security"],
  type: "module",
  engines: own.engines,
  exports,
  ...(own.bin === undefined ? {} : { bin }),
  dependencies: own.dependencies,
  peerDependencies: { hardhat: `^${own.devDependencies.hardhat}` },
};
writeFileSync(join(dist, "package.json"), `${JSON.stringify(published, null, 2)}\n`);
for (const file of ["README.md", "LICENSE"]) {
  if (existsSync(join(root, file))) copyFileSync(join(root, file), join(dist, file));
}

/**
 * Puts what Hardhat loads at every start, the plugin's declaration and the definitions of its verbs, into one file. What is
 * imported late (hooks and actions) stays where it is, and is loaded from there.
 */
async function bundleDeclarations(entry: string): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile: entry,
    allowOverwrite: true,
    bundle: true,
    packages: "external",
    format: "esm",
    platform: "node",
    target: "node22",
    logLevel: "warning",
    plugins: [
      {
        name: "late-imports-stay-outside",
        setup: ({ onResolve }) =>
          onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) =>
            kind === "dynamic-import" ? { external: true, path: `./${relative(dirname(entry), join(resolveDir, path))}` } : undefined,
          ),
      },
    ],
  });
}
