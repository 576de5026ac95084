/** A piece of TypeScript, as far as imports are concerned. Comments are left out. */
export interface Token {
  kind: "word" | "string" | "number" | "mark";
  /** Of a string: what stands between the quotes, with escapes undone. */
  text: string;
  /** Of a closing parenthesis: it ends the head of `if`, `while`, `for` or `with`, and a statement follows. */
  endsHead?: boolean;
}

const WORD = /[\p{ID_Start}$_\\][\p{ID_Continue}$\u200c\u200d\\]*/uy;
const NUMBER = /\.?[0-9][0-9a-fA-FxXoObBeEn_.]*/y;
const SPACE = /(?:\s|\uFEFF)+/y;
const COMMENT = /\/\/[^\n\r\u2028\u2029]*|\/\*[\s\S]*?\*\//y;
const QUOTED = /"(?:[^"\\\n\r]|\\[\s\S])*"|'(?:[^'\\\n\r]|\\[\s\S])*'/y;

/**
 * Splits TypeScript into tokens, without parsing it. What this can't tell apart with certainty (a regular expression from a
 * division, an identifier written with escapes) is an error and never a guess: a guess could hide an import.
 *
 * @throws Error naming what can't be read.
 */
export function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  read(source, 0, tokens, false);
  return tokens;
}

/** Reads up to the end, or inside of a template up to the `}` that closes its expression; answers where it stopped. */
function read(source: string, start: number, tokens: Token[], inTemplate: boolean): number {
  let at = start;
  let depth = 0;
  const heads: boolean[] = [];
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(source)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  while (at < source.length) {
    if (take(SPACE) !== undefined || take(COMMENT) !== undefined) continue;
    const quoted = take(QUOTED);
    if (quoted !== undefined) {
      tokens.push({ kind: "string", text: unescaped(quoted.slice(1, -1)) });
      continue;
    }
    const character = source[at]!;
    if (character === "`") {
      at = readTemplate(source, at + 1, tokens);
      continue;
    }
    const word = take(WORD);
    if (word !== undefined) {
      if (word.includes("\\")) throw new Error(`the name ${word}, which is written with escapes`);
      tokens.push({ kind: "word", text: word });
      continue;
    }
    const number = take(NUMBER);
    if (number !== undefined) {
      tokens.push({ kind: "number", text: number });
      continue;
    }
    if (character === "/" && !isDivision(tokens.at(-1))) throw new Error("a slash that may begin a regular expression");
    if (character === '"' || character === "'") throw new Error("a string that does not end");
    if (inTemplate && character === "}" && depth-- === 0) return at + 1;
    if (character === "{") depth++;
    if (character === "(") heads.push(/^(if|while|for|with|await)$/.test(tokens.at(-1)?.text ?? ""));
    tokens.push({ kind: "mark", text: character, ...(character === ")" ? { endsHead: heads.pop() ?? false } : {}) });
    at++;
  }
  if (inTemplate) throw new Error("a template that does not end");
  return at;
}

function readTemplate(source: string, start: number, tokens: Token[]): number {
  let text = "";
  for (let at = start; at < source.length; at++) {
    const character = source[at]!;
    if (character === "\\") {
      text += source.slice(at, at + 2);
      at++;
    } else if (character === "`") {
      tokens.push({ kind: "string", text: unescaped(text) });
      return at + 1;
    } else if (character === "$" && source[at + 1] === "{") at = read(source, at + 2, tokens, true) - 1;
    else text += character;
  }
  throw new Error("a template that does not end");
}

/** After a value; after a brace or the head of a statement it may be either, and is refused. */
function isDivision(before: Token | undefined): boolean {
  if (before === undefined) return false;
  if (before.kind === "mark") return before.text === "]" || (before.text === ")" && before.endsHead === false);
  return before.kind !== "word" || !/^(return|typeof|case|in|of|void|delete|await|yield|throw|new|else|do|instanceof)$/.test(before.text);
}

function unescaped(text: string): string {
  return text.replace(/\\(?:u\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([\s\S]))/g, (_, braced, four, two, other: string | undefined) => {
    const code = (braced ?? four ?? two) as string | undefined;
    return code === undefined ? (other ?? "") : String.fromCodePoint(Number.parseInt(code, 16));
  });
}
