import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { DrydockError, ERRORS, reasonOf } from "../../errors/drydock-error.js";
import { tokensOf, type Token } from "./tokens.js";

/** The only modules that expectations may use: their own definition, and pure helpers for writing values. */
const ALLOWED: readonly string[] = ["hardhat-drydock/expectations", "ethers", "viem"];
/** The same definition, by path, for this repository itself. */
const OWN = withoutExtension(fileURLToPath(new URL("../../expectations.js", import.meta.url)));
/** Ways to code that no import statement shows, and to what stands outside of the file. */
const FORBIDDEN = new Set([
  "require", "createRequire", "module", "exports", "process", "globalThis", "global", "window", "self", "eval", "Function", "constructor",
  "getBuiltinModule", "readFileSync", "readFile", "fetch", "XMLHttpRequest", "WebAssembly", "Deno", "Bun", "Reflect", "__proto__",
]);

/**
 * Refuses expectations that are taken from elsewhere: a check that reads "the feed is the feed of my config" proves
 * nothing. By import, re-export, dynamic import, `require`, of code as of JSON; what can't be read for certain is refused.
 *
 * @param path where the file stands; relative imports are looked at from there.
 * @throws DrydockError EXPECTATIONS_IMPORT.
 */
export function lintExpectations(path: string, source: string): void {
  const refuse = (imported: string): never => {
    throw new DrydockError(ERRORS.EXPECTATIONS_IMPORT, { path, imported });
  };
  let tokens: Token[] = [];
  try {
    tokens = tokensOf(source);
  } catch (error) {
    refuse(`what can't be seen: it holds ${reasonOf(error)}`);
  }
  tokens.forEach((token, at) => {
    const next = tokens[at + 1];
    const imports = token.kind === "word" && (token.text === "from" || token.text === "import") && next?.kind === "string";
    if (imports && !isAllowed(path, next.text)) refuse(`"${next.text}"`);
    if (token.kind === "word" && token.text === "import" && (next?.text === "(" || next?.text === ".")) refuse(`by "import${next.text}"`);
    // A name in a string can be reached by brackets: globalThis["process"], [].at["constructor"].
    const named = token.kind === "word" || (token.kind === "string" && tokens[at - 1]?.text === "[" && next?.text === "]" && tokens[at - 2]?.kind !== "mark");
    if (named && FORBIDDEN.has(token.text)) refuse(`by "${token.text}"`);
  });
}

function isAllowed(path: string, specifier: string): boolean {
  if (ALLOWED.includes(specifier)) return true;
  return specifier.startsWith(".") && withoutExtension(resolve(dirname(path), specifier)) === OWN;
}

function withoutExtension(path: string): string {
  return path.replace(/\.[cm]?[jt]s$/, "");
}
