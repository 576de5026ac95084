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
  "getBuiltinModule", "readFileSync", "readFile", "fetch", "XMLHttpRequest", "WebAssembly", "Deno", "Bun", "Reflect", "__proto__", "prototype",
  "getPrototypeOf", "getOwnPropertyDescriptor", "getOwnPropertyDescriptors", "getOwnPropertyNames", "__lookupGetter__", "Proxy", "Worker",
]);
/** Clients of chains and web sites in ethers and viem. */
const CLIENTS = /Provider$|^FetchRequest$|^create(Public|Wallet|Test)?Client$/;
/** Words after which a bracket begins a list; after any other word it reaches into a value. */
const BEFORE_A_LIST = /^(const|let|var|return|of|in|case|default|typeof|await|yield|else|do|new|void|delete|throw|as|extends|keyof|readonly)$/;

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
    const computed = token.kind === "mark" && token.text === "[" ? computedName(tokens, at) : undefined;
    if (computed === "unreadable") refuse("what can't be seen: a name in brackets that is no literal (an element of a list can be had with .at(index))");
    const name = computed ?? (token.kind === "word" ? token.text : undefined);
    if (name !== undefined && (FORBIDDEN.has(name) || CLIENTS.test(name))) refuse(`by "${name}"`);
  });
}

/**
 * The name that the bracket at `open` reaches into a value with (`globalThis["process"]`) or gives to a property, as far as
 * it is a literal; undefined where the bracket begins a list.
 */
function computedName(tokens: readonly Token[], open: number): string | undefined {
  const close = closing(tokens, open);
  const [before, after] = [tokens[open - 1], tokens[close + 1]];
  const isKey = (before?.text === "{" || before?.text === ",") && before.kind === "mark" && after?.kind === "mark" && (after.text === ":" || after.text === "(");
  const followsValue = before !== undefined && (before.kind === "mark" ? [")", "]", "}", "."].includes(before.text) : !BEFORE_A_LIST.test(before.text) || tokens[open - 2]?.text === ".");
  if (!isKey && !followsValue) return undefined;
  const inside = tokens.slice(open + 1, close);
  // `string[]` is a type.
  if (inside.length === 0) return undefined;
  const [only] = inside;
  return inside.length === 1 && (only?.kind === "string" || only?.kind === "number") ? only.text : "unreadable";
}

function closing(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at++) {
    if (tokens[at]?.kind !== "mark") continue;
    if (tokens[at]?.text === "[") depth++;
    if (tokens[at]?.text === "]" && --depth === 0) return at;
  }
  return tokens.length;
}

function isAllowed(path: string, specifier: string): boolean {
  if (ALLOWED.includes(specifier)) return true;
  return specifier.startsWith(".") && withoutExtension(resolve(dirname(path), specifier)) === OWN;
}

function withoutExtension(path: string): string {
  return path.replace(/\.[cm]?[jt]s$/, "");
}
