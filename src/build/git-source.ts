import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join, posix } from "node:path";
import { promisify } from "node:util";
import type { BuiltContract, SolcInput } from "../core/solc.js";
import { DrydockError, ERRORS } from "../errors/drydock-error.js";
import { compile } from "./compile.js";
import { locateCompiler } from "./locate-compiler.js";
import type { Project } from "./project.js";

const run = promisify(execFile);
/** Hardhat 3 names the project's own sources `project/…` and dependencies `npm/NAME@VERSION/…`. */
const PROJECT = "project/";

/**
 * The same contract as it stood at a commit: its file and all project files that it imported then, compiled with today's
 * settings and dependencies.
 *
 * @param today the contract as it builds now; says where its file is and how imports resolve.
 * @throws DrydockError GIT_SOURCE when git has no such commit or file, COMPILE_FAILED, COMPILER_UNAVAILABLE.
 */
export async function buildAtRef(today: BuiltContract, ref: string, project: Pick<Project, "root" | "compilers" | "cacheFolder">): Promise<BuiltContract> {
  if (ref.startsWith("-")) throw new DrydockError(ERRORS.GIT_SOURCE, { ref, file: today.file, detail: "that is no commit" });
  const remappings = (today.input.settings.remappings ?? []).map(parseRemapping);
  const sources: SolcInput["sources"] = {};
  const queue = [today.file];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (sources[name] !== undefined) continue;
    const content = await contentOf(name, ref, today, project.root);
    sources[name] = { content };
    queue.push(...importsOf(content).map((path) => resolveImport(path, name ?? "", remappings)));
  }
  const input: SolcInput = { ...today.input, sources };
  const version = today.solcVersion.split("+")[0] ?? "";
  const compiler = await locateCompiler(version, project.root, project.compilers);
  if (compiler === undefined) throw new DrydockError(ERRORS.COMPILER_UNAVAILABLE, { version });
  const compilation = await compile(compiler, input, `${today.name} at ${ref}`, { cacheFolder: project.cacheFolder, keepProcess: true });
  if (compilation.output.contracts?.[today.file]?.[today.name] === undefined) {
    throw new DrydockError(ERRORS.GIT_SOURCE, { ref, file: today.file, detail: `it has no contract ${today.name} there` });
  }
  return { ...compilation, file: today.file, name: today.name };
}

async function contentOf(name: string, ref: string, today: BuiltContract, root: string): Promise<string> {
  if (name.startsWith(PROJECT)) {
    const path = name.slice(PROJECT.length);
    try {
      return (await run("git", ["show", `${ref}:./${path}`], { cwd: root, maxBuffer: 16 * 1024 * 1024 })).stdout;
    } catch (error) {
      const detail = String((error as { stderr?: unknown }).stderr ?? error).trim().split("\n")[0] ?? "";
      throw new DrydockError(ERRORS.GIT_SOURCE, { ref, file: path, detail });
    }
  }
  const known = today.input.sources[name]?.content;
  if (known !== undefined) return known;
  const path = /^npm\/((?:@[^/]+\/)?[^/@]+)@[^/]+\/(.*)$/.exec(name);
  const found = path === null ? undefined : await readFile(join(root, "node_modules", path[1] ?? "", path[2] ?? ""), "utf8").catch(() => undefined);
  if (found === undefined) throw new DrydockError(ERRORS.GIT_SOURCE, { ref, file: name, detail: "this dependency is not installed now" });
  return found;
}

interface Remapping {
  context: string;
  prefix: string;
  target: string;
}

function parseRemapping(text: string): Remapping {
  const [left = "", target = ""] = text.split("=");
  const colon = left.indexOf(":");
  return { context: colon < 0 ? "" : left.slice(0, colon), prefix: left.slice(colon + 1), target };
}

/** Solidity's rule: relative paths against the importing source; else the longest context, then the longest prefix. */
function resolveImport(path: string, importer: string, remappings: Remapping[]): string {
  const plain = path.startsWith(".") ? posix.join(posix.dirname(importer), path) : path;
  const [best] = remappings
    .filter(({ context, prefix }) => importer.startsWith(context) && plain.startsWith(prefix))
    .sort((a, b) => b.context.length - a.context.length || b.prefix.length - a.prefix.length);
  return best === undefined ? plain : best.target + plain.slice(best.prefix.length);
}

function importsOf(content: string): string[] {
  const code = content.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
  return [...code.matchAll(/^\s*import\s+(?:[^"';]*\sfrom\s*)?["']([^"']+)["']/gm)].map((match) => match[1] ?? "");
}
