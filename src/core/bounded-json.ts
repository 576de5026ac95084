/** Bounds for JSON that somebody else wrote. */
export interface JsonBounds {
  /** Arrays and objects within each other. */
  depth: number;
}

const MAX_DEPTH = 64;

/**
 * `JSON.parse` for documents of others: refuses nesting beyond `depth`, the same key twice in one object (programs differ
 * in which they take), numbers that a double can't hold exactly, and `__proto__` as a key. Linear, without recursion.
 *
 * @throws SyntaxError with one clause about the first thing that is wrong.
 */
export function parseBoundedJson(text: string, bounds: JsonBounds = { depth: MAX_DEPTH }): unknown {
  scan(text, bounds.depth);
  return JSON.parse(text);
}

/** One pass over the text before it is parsed; grammar is left to `JSON.parse`. */
function scan(text: string, maxDepth: number): void {
  const keys: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '"') {
      const end = endOfString(text, at);
      if (isKey(text, end)) addKey(keys.at(-1), text.slice(at, end + 1));
      at = end;
    } else if (char === "{" || char === "[") {
      if (keys.push(char === "{" ? new Set() : undefined) > maxDepth)
        throw new SyntaxError(`it is nested deeper than ${maxDepth}`);
    } else if (char === "}" || char === "]") keys.pop();
    else if (char === "-" || (char !== undefined && char >= "0" && char <= "9")) at = endOfNumber(text, at) - 1;
  }
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at;
  }
  throw new SyntaxError("it ends inside a string");
}

function isKey(text: string, end: number): boolean {
  let at = end + 1;
  while (text[at] === " " || text[at] === "\n" || text[at] === "\r" || text[at] === "\t") at++;
  return text[at] === ":";
}

function addKey(keys: Set<string> | undefined, literal: string): void {
  const key = JSON.parse(literal) as string;
  if (key === "__proto__") throw new SyntaxError("it has the key __proto__");
  if (keys?.has(key)) throw new SyntaxError(`it has the key ${JSON.stringify(key.slice(0, 40))} twice in one object`);
  keys?.add(key);
}

function endOfNumber(text: string, start: number): number {
  const pattern = /[-+0-9.eE]+/y;
  pattern.lastIndex = start;
  const literal = pattern.exec(text)?.[0] ?? "";
  const value = Number(literal);
  if (/^-?\d+$/.test(literal) && !Number.isSafeInteger(value))
    throw new SyntaxError(`the number ${literal.slice(0, 40)} is too large for JSON: write it as a string`);
  return start + literal.length;
}
