import { AbiCoder, concat, getBytes, hexlify, keccak256, toUtf8Bytes } from "ethers";
import { type AstIndex, type AstNode, node, nodesOf } from "./ast.js";

/** What a constant expression can be worth: a word, a byte string, or the text of a string literal. */
type Constant = { word: bigint; type: string } | { data: string };

const WORD = 1n << 256n;

/** Values of local variables and parameters while an expression inside a function is evaluated, by AST id. */
export type Scope = ReadonlyMap<number, bigint>;

/** Most derived overrides of functions, by the AST id of what a call names; of one contract. */
export type Overrides = ReadonlyMap<number, AstNode>;

/** What an expression stands in. */
interface Surroundings {
  index: AstIndex;
  scope: Scope;
  overrides: Overrides;
}

const NO_OVERRIDES: Overrides = new Map();

/** ERC-7201: `keccak256(abi.encode(uint256(keccak256(id)) - 1)) & ~bytes32(uint256(0xff))`. */
export function erc7201Slot(id: string): bigint {
  const inner = BigInt(keccak256(toUtf8Bytes(id))) - 1n;
  return BigInt(keccak256(AbiCoder.defaultAbiCoder().encode(["uint256"], [inner]))) & ~0xffn;
}

/**
 * The 256-bit value of an expression that the compiler could fold as well: literals, constants, keccak256, abi.encode
 * and abi.encodePacked of such, arithmetic, conversions, and calls of functions that do nothing but return one.
 * Undefined when the expression depends on anything else.
 */
export function constantWord(index: AstIndex, expression: AstNode | undefined, scope: Scope = new Map(), overrides: Overrides = NO_OVERRIDES): bigint | undefined {
  const value = evaluate({ index, scope, overrides }, expression, 0);
  return value !== undefined && "word" in value ? value.word : undefined;
}

function evaluate(around: Surroundings, expression: AstNode | undefined, depth: number): Constant | undefined {
  if (expression === undefined || depth > 24) return undefined;
  const again = (child: unknown): Constant | undefined => evaluate(around, node(child), depth + 1);
  switch (expression.nodeType) {
    case "Literal":
      return literal(expression);
    case "Identifier":
    case "MemberAccess":
      return reference(around, expression, depth);
    case "TupleExpression": {
      const components = nodesOf(expression.components);
      return components.length === 1 ? again(components[0]) : undefined;
    }
    case "UnaryOperation": {
      const operand = again(expression.subExpression);
      if (operand === undefined || !("word" in operand)) return undefined;
      if (expression.operator === "~") return word(~operand.word, operand.type);
      if (expression.operator === "-") return word(-operand.word, operand.type);
      return undefined;
    }
    case "BinaryOperation":
      return binary(String(expression.operator), again(expression.leftExpression), again(expression.rightExpression));
    case "FunctionCall":
      return call(around, expression, depth);
    default:
      return undefined;
  }
}

function literal(expression: AstNode): Constant | undefined {
  if (expression.kind === "number" && typeof expression.value === "string") {
    const text = expression.value.replaceAll("_", "");
    if (/^(0x[0-9a-fA-F]+|[0-9]+)$/.test(text)) return word(BigInt(text), "uint256");
    const scientific = /^([0-9]+)e([0-9]{1,2})$/i.exec(text);
    if (scientific) return word(BigInt(scientific[1] ?? "0") * 10n ** BigInt(scientific[2] ?? "0"), "uint256");
    return undefined;
  }
  if ((expression.kind === "string" || expression.kind === "unicodeString" || expression.kind === "hexString") && typeof expression.hexValue === "string") {
    return { data: `0x${expression.hexValue}` };
  }
  return undefined;
}

function reference({ index, scope, overrides }: Surroundings, expression: AstNode, depth: number): Constant | undefined {
  const { referencedDeclaration } = expression;
  if (typeof referencedDeclaration !== "number") return undefined;
  const local = scope.get(referencedDeclaration);
  if (local !== undefined) return word(local, "uint256");
  const definition = index.get(referencedDeclaration);
  if (definition?.nodeType !== "VariableDeclaration" || definition.constant !== true) return undefined;
  return converted(evaluate({ index, scope: new Map(), overrides }, node(definition.value), depth + 1), typeName(definition));
}

function binary(operator: string, left: Constant | undefined, right: Constant | undefined): Constant | undefined {
  if (left === undefined || right === undefined || !("word" in left) || !("word" in right)) return undefined;
  const [a, b] = [left.word, right.word];
  switch (operator) {
    case "+":
      return word(a + b, left.type);
    case "-":
      return word(a - b, left.type);
    case "*":
      return word(a * b, left.type);
    case "/":
      return b === 0n ? undefined : word(a / b, left.type);
    case "**":
      return b > 256n ? undefined : word(a ** b, left.type);
    case "&":
      return word(a & b, left.type);
    case "|":
      return word(a | b, left.type);
    case "^":
      return word(a ^ b, left.type);
    case "<<":
      return b > 256n ? undefined : word(a << b, left.type);
    case ">>":
      return b > 256n ? undefined : word(a >> b, left.type);
    default:
      return undefined;
  }
}

function call(around: Surroundings, expression: AstNode, depth: number): Constant | undefined {
  const callee = node(expression.expression);
  const args = nodesOf(expression.arguments);
  const values = args.map((argument) => evaluate(around, argument, depth + 1));
  if (expression.kind === "typeConversion") {
    const target = callee === undefined ? undefined : conversionTarget(callee);
    return converted(values[0], target);
  }
  if (callee === undefined) return undefined;
  const first = values[0];
  if (callee.nodeType === "Identifier" && callee.name === "keccak256") {
    return first !== undefined && "data" in first ? word(BigInt(keccak256(first.data)), "bytes32") : undefined;
  }
  if (callee.nodeType === "Identifier" && callee.name === "erc7201") {
    return first !== undefined && "data" in first ? word(erc7201Slot(new TextDecoder().decode(getBytes(first.data))), "uint256") : undefined;
  }
  const abi = node(callee.expression);
  if (callee.nodeType === "MemberAccess" && abi?.nodeType === "Identifier" && abi.name === "abi") return encoded(String(callee.memberName), values);
  if (callee.nodeType === "MemberAccess" && ["wrap", "unwrap"].includes(String(callee.memberName))) return first;
  return returned(around, callee, values, depth);
}

/** `abi.encode` of words is their concatenation; `abi.encodePacked` of byte strings too. Other mixes stay unknown. */
function encoded(member: string, values: (Constant | undefined)[]): Constant | undefined {
  const parts: string[] = [];
  for (const value of values) {
    if (value === undefined) return undefined;
    if ("word" in value) {
      if (member === "encodePacked" && !["uint256", "bytes32"].includes(value.type)) return undefined;
      parts.push(toWord(value.word));
    } else if (member === "encodePacked") parts.push(value.data);
    else if (values.length === 1) parts.push(AbiCoder.defaultAbiCoder().encode(["bytes"], [value.data]));
    else return undefined;
  }
  return member === "encode" || member === "encodePacked" ? { data: concat(parts) } : undefined;
}

/** A call of a function whose body is one `return` of a constant expression; of a virtual one, its override. */
function returned({ index, overrides }: Surroundings, callee: AstNode, values: (Constant | undefined)[], depth: number): Constant | undefined {
  const named = index.get(callee.referencedDeclaration);
  const definition = named === undefined ? undefined : (overrides.get(named.id) ?? named);
  if (definition?.nodeType !== "FunctionDefinition") return undefined;
  const statements = nodesOf(node(definition.body)?.statements);
  if (statements.length !== 1 || statements[0]?.nodeType !== "Return") return undefined;
  const parameters = nodesOf(node(definition.parameters)?.parameters);
  const scope = new Map<number, bigint>();
  parameters.forEach((parameter, at) => {
    const value = values[at];
    if (value !== undefined && "word" in value) scope.set(parameter.id, value.word);
  });
  return evaluate({ index, scope, overrides }, node(statements[0].expression), depth + 1);
}

function conversionTarget(callee: AstNode): string | undefined {
  if (callee.nodeType !== "ElementaryTypeNameExpression") return undefined;
  return typeof callee.typeName === "string" ? callee.typeName : node(callee.typeName)?.name;
}

function converted(value: Constant | undefined, target: string | undefined): Constant | undefined {
  if (value === undefined || target === undefined) return value;
  if ("data" in value) {
    const fixed = /^bytes([0-9]+)$/.exec(target);
    if (fixed === null) return target === "bytes" || target === "string" ? value : undefined;
    const bytes = getBytes(value.data);
    if (bytes.length > 32) return undefined;
    const padded = new Uint8Array(32);
    padded.set(bytes);
    return word(BigInt(hexlify(padded)), target);
  }
  const unsigned = /^uint([0-9]*)$/.exec(target);
  if (unsigned) return { word: value.word & ((1n << BigInt(unsigned[1] || "256")) - 1n), type: target === "uint" ? "uint256" : target };
  return { word: value.word, type: target };
}

function typeName(definition: AstNode): string | undefined {
  const type = node(definition.typeName);
  return type?.nodeType === "ElementaryTypeName" ? type.name : undefined;
}

function word(value: bigint, type: string): Constant {
  return { word: ((value % WORD) + WORD) % WORD, type };
}

function toWord(value: bigint): string {
  return `0x${value.toString(16).padStart(64, "0")}`;
}
