import type { InlineAssembly, YulBlock, YulCase, YulExpression, YulIdentifier, YulStatement } from "solidity-ast";
import type { Program } from "../ast/program.js";

const TOKEN = /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|(?<token>:=|->|0x[0-9a-fA-F]+|\d+|[A-Za-z_$][\w$.]*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[{}(),:])/gy;

interface Token {
  text: string;
  at: number;
}

/**
 * The Yul tree of inline assembly for compilers before 0.6, which give none: parsed from the source text, with the same
 * places as later compilers would give, so that references to Solidity's variables are found.
 *
 * @returns undefined for what is no functional-style assembly (instructions, labels, jumps).
 */
export function parseAssembly(assembly: InlineAssembly, program: Program): YulBlock | undefined {
  const text = program.textOf(assembly);
  const tokens = tokensOf(text, text.indexOf("{"));
  if (tokens === undefined) return undefined;
  const [start = "0", , file = "0"] = assembly.src.split(":");
  try {
    return new Parser(tokens, ({ text: own, at }) => `${Number(start) + byteLength(text.slice(0, at))}:${byteLength(own)}:${file}`).block();
  } catch (error) {
    if (error instanceof NotFunctional) return undefined;
    throw error;
  }
}

class NotFunctional extends Error {}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

function tokensOf(text: string, from: number): Token[] | undefined {
  if (from < 0) return undefined;
  const tokens: Token[] = [];
  TOKEN.lastIndex = from;
  for (let at = from; at < text.length; at = TOKEN.lastIndex) {
    const match = TOKEN.exec(text);
    if (match === null) return undefined;
    const token = match.groups?.token;
    if (token !== undefined) tokens.push({ text: token, at });
  }
  return tokens;
}

class Parser {
  #next = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly srcOf: (token: Token) => string,
  ) {}

  #ahead(): string {
    return this.tokens[this.#next]?.text ?? "";
  }

  #take(wanted?: string): Token {
    const token = this.tokens[this.#next];
    if (token === undefined || (wanted !== undefined && token.text !== wanted)) throw new NotFunctional();
    this.#next += 1;
    return token;
  }

  block(): YulBlock {
    const open = this.#take("{");
    const statements: YulStatement[] = [];
    while (this.#ahead() !== "}") statements.push(this.#statement());
    this.#take("}");
    return { nodeType: "YulBlock", src: this.srcOf(open), statements } as YulBlock;
  }

  #statement(): YulStatement {
    const src = this.srcOf(this.tokens[this.#next] ?? this.#take("}"));
    switch (this.#ahead()) {
      case "{":
        return this.block();
      case "let": {
        this.#take();
        const variables = this.#names().map((name) => ({ ...name, nodeType: "YulTypedName", type: "" }));
        if (this.#ahead() !== ":=") return { nodeType: "YulVariableDeclaration", src, variables, value: null } as unknown as YulStatement;
        this.#take();
        return { nodeType: "YulVariableDeclaration", src, variables, value: this.#expression() } as unknown as YulStatement;
      }
      case "if":
        this.#take();
        return { nodeType: "YulIf", src, condition: this.#expression(), body: this.block() } as YulStatement;
      case "for":
        this.#take();
        return { nodeType: "YulForLoop", src, pre: this.block(), condition: this.#expression(), post: this.block(), body: this.block() } as YulStatement;
      case "switch":
        return this.#switch(src);
      case "function":
        // Its calls are left opaque, as they are for later compilers.
        while (this.#ahead() !== "{") this.#take();
        return { nodeType: "YulFunctionDefinition", src, body: this.block() } as unknown as YulStatement;
      case "break":
      case "continue":
      case "leave":
        return { nodeType: this.#take().text === "break" ? "YulBreak" : "YulContinue", src } as YulStatement;
      default:
        return this.#assignmentOrCall(src);
    }
  }

  #switch(src: string): YulStatement {
    this.#take("switch");
    const expression = this.#expression();
    const cases: YulCase[] = [];
    while (this.#ahead() === "case" || this.#ahead() === "default") {
      const own = this.#take();
      const value = own.text === "default" ? "default" : this.#expression();
      cases.push({ nodeType: "YulCase", src: this.srcOf(own), value, body: this.block() } as YulCase);
    }
    return { nodeType: "YulSwitch", src, expression, cases } as unknown as YulStatement;
  }

  #assignmentOrCall(src: string): YulStatement {
    const follows = this.tokens[this.#next + 1]?.text;
    if (follows === ":=" || follows === ",") {
      const variableNames = this.#names();
      this.#take(":=");
      return { nodeType: "YulAssignment", src, variableNames, value: this.#expression() } as YulStatement;
    }
    const expression = this.#expression();
    if (expression.nodeType !== "YulFunctionCall" && !/^(?:stop|invalid)$/.test((expression as YulIdentifier).name)) throw new NotFunctional();
    return { nodeType: "YulExpressionStatement", src, expression } as YulStatement;
  }

  #names(): YulIdentifier[] {
    const names = [this.#identifier()];
    while (this.#ahead() === ",") {
      this.#take();
      names.push(this.#identifier());
    }
    return names;
  }

  #identifier(): YulIdentifier {
    const token = this.#take();
    if (!/^[A-Za-z_$]/.test(token.text)) throw new NotFunctional();
    return { nodeType: "YulIdentifier", src: this.srcOf(token), name: token.text } as YulIdentifier;
  }

  #expression(): YulExpression {
    if (/^["'\d]/.test(this.#ahead())) {
      const token = this.#take();
      const isText = /^["']/.test(token.text);
      const value = isText ? token.text.slice(1, -1) : token.text;
      return { nodeType: "YulLiteral", src: this.srcOf(token), kind: isText ? "string" : "number", type: "", value } as YulExpression;
    }
    const name = this.#identifier();
    if (this.#ahead() !== "(") {
      // `caller` without brackets was allowed before 0.5 for what takes no arguments.
      return BARE.has(name.name) ? ({ nodeType: "YulFunctionCall", src: name.src, functionName: name, arguments: [] } as YulExpression) : name;
    }
    this.#take("(");
    const args: YulExpression[] = [];
    while (this.#ahead() !== ")") {
      args.push(this.#expression());
      if (this.#ahead() !== ")") this.#take(",");
    }
    this.#take(")");
    return { nodeType: "YulFunctionCall", src: name.src, functionName: name, arguments: args } as YulExpression;
  }
}

const BARE = new Set(["caller", "gas", "callvalue", "calldatasize", "returndatasize", "address", "origin", "timestamp", "number", "stop", "invalid"]);
