import type { InlineAssembly, YulBlock, YulExpression, YulStatement } from "solidity-ast";
import type { Program } from "../ast/program.js";
import { parseAssembly } from "./assembly-text.js";
import type { Interpreter } from "./interpreter.js";
import { CALLER, negate, phi, textOf, UNKNOWN, type CallKind, type Term } from "./term.js";

interface Scope {
  run: Interpreter;
  assembly: InlineAssembly;
  /** What an identifier at a place (`src`) stands for in Solidity. */
  outer: ReadonlyMap<string, InlineAssembly["externalReferences"][number]>;
  names: Map<string, Term>;
}

const ENVIRONMENT: Readonly<Record<string, string>> = {
  timestamp: "block.timestamp",
  number: "block.number",
  callvalue: "msg.value",
  origin: "tx.origin",
  address: "this",
  prevrandao: "block.prevrandao",
  difficulty: "block.prevrandao",
};
const OPERATORS: Readonly<Record<string, string>> = {
  add: "+",
  sub: "-",
  mul: "*",
  div: "/",
  mod: "%",
  eq: "==",
  lt: "<",
  gt: ">",
  slt: "<",
  sgt: ">",
  and: "&",
  or: "|",
  xor: "^",
};
const CALLS: Readonly<Record<string, CallKind>> = {
  call: "low-level",
  callcode: "delegatecall",
  delegatecall: "delegatecall",
  staticcall: "staticcall",
  create: "create",
  create2: "create",
};
const BOOLEAN = new Set(["==", "<", ">", "!=", "<=", ">=", "&&", "||"]);

/** Inline assembly: storage, calls and `if … { revert }` as in Solidity; memory is not followed. */
export function runAssembly(run: Interpreter, assembly: InlineAssembly): void {
  const tree = treeOf(assembly, run.view.program);
  if (tree === undefined) {
    run.complete = false;
    run.unfollowed.push("assembly that is not in functional style");
    return;
  }
  const outer = new Map(referencesOf(assembly).map((reference) => [reference.src, reference]));
  block({ run, assembly, outer, names: new Map() }, tree);
}

type Reference = InlineAssembly["externalReferences"][number];

/** Solc before 0.6 gives no tree, only text. */
function treeOf(assembly: InlineAssembly, program: Program): YulBlock | undefined {
  return (assembly.AST as YulBlock | null | undefined) ?? parseAssembly(assembly, program);
}

/** Before 0.6 each reference stands under the name that is used: `[{ x_slot: {…} }]`. */
function referencesOf({ externalReferences }: InlineAssembly): Reference[] {
  return externalReferences.flatMap((entry) => ("declaration" in entry ? [entry] : (Object.values(entry) as Reference[])));
}

function block(scope: Scope, { statements }: YulBlock): void {
  for (const statement of statements ?? []) {
    step(scope, statement);
    if (scope.run.frame?.ending !== "falls-through") return;
  }
}

function step(scope: Scope, statement: YulStatement): void {
  const { run, assembly } = scope;
  switch (statement.nodeType) {
    case "YulBlock":
      return block(scope, statement);
    case "YulExpressionStatement":
      evaluate(scope, statement.expression);
      return;
    case "YulVariableDeclaration": {
      const value = statement.value ? evaluate(scope, statement.value) : ({ op: "literal", text: "0" } as const);
      for (const { name } of statement.variables) scope.names.set(name, value);
      return;
    }
    case "YulAssignment": {
      const value = evaluate(scope, statement.value);
      for (const target of statement.variableNames) assign(scope, target.src, target.name, value);
      return;
    }
    case "YulIf": {
      const holds = truthy(evaluate(scope, statement.condition));
      run.branch(assembly, [
        { holds, run: () => block(scope, statement.body) },
        { holds: negate(holds), run: () => undefined },
      ]);
      return;
    }
    case "YulSwitch": {
      const value = evaluate(scope, statement.expression);
      run.branch(
        assembly,
        statement.cases.map((item) => ({
          holds:
            item.value === "default"
              ? ({ op: "unknown", name: "default" } as const)
              : { op: "binary", operator: "==", left: value, right: evaluate(scope, item.value) },
          run: () => block(scope, item.body),
        })),
      );
      return;
    }
    case "YulForLoop": {
      block(scope, statement.pre);
      const holds = truthy(evaluate(scope, statement.condition));
      run.branch(assembly, [
        {
          holds,
          run: () => {
            block(scope, statement.body);
            block(scope, statement.post);
            if (run.frame?.ending === "returns") run.frame.ending = "falls-through";
          },
        },
        { holds: negate(holds), run: () => undefined },
      ]);
      return;
    }
    default:
      return;
  }
}

function assign(scope: Scope, src: string, name: string, value: Term): void {
  const reference = scope.outer.get(src);
  if (reference === undefined) {
    scope.names.set(name, value);
    return;
  }
  const declaration = scope.run.view.program.declaration(reference.declaration);
  if (declaration?.nodeType !== "VariableDeclaration") return;
  const isSlot = reference.isSlot || reference.suffix === "slot";
  if (isSlot) {
    const struct = /^struct (?:\w+\.)*(\w+)/.exec(declaration.typeDescriptions.typeString ?? "")?.[1];
    const isMember = value.op === "state" && !value.key.startsWith("slot:");
    const root: Term = isMember ? value : isGeneric(struct) ? slot("slot", value) : { op: "state", key: `ns:${struct ?? textOf(value)}` };
    scope.run.locals.set(declaration.id, root);
  } else scope.run.locals.set(declaration.id, value);
}

/** Numbers in decimal, so that `0x01` and `1` are one value; slots and other large constants stay as written. */
function yulText(literal: Extract<YulExpression, { nodeType: "YulLiteral" }>): string {
  const text = literal.value ?? "";
  return /^0x[0-9a-f]{1,12}$/i.test(text) ? String(Number(text)) : text;
}

/** OpenZeppelin's StorageSlot and its like: the struct says nothing, the slot everything. */
function isGeneric(struct: string | undefined): boolean {
  return struct !== undefined && /Slot$/.test(struct);
}

function evaluate(scope: Scope, expression: YulExpression): Term {
  switch (expression.nodeType) {
    case "YulLiteral":
      return { op: "literal", text: yulText(expression) };
    case "YulIdentifier": {
      const reference = scope.outer.get(expression.src);
      if (reference === undefined) return scope.names.get(expression.name) ?? { op: "unknown", name: expression.name };
      const declaration = scope.run.view.program.declaration(reference.declaration);
      if (declaration?.nodeType !== "VariableDeclaration") return UNKNOWN;
      const local = scope.run.locals.get(declaration.id);
      if (local !== undefined) return local;
      if (declaration.stateVariable && !declaration.constant) return { op: "state", key: declaration.name, declaration };
      return scope.run.constant(declaration);
    }
    case "YulFunctionCall":
      return functionCall(scope, expression.functionName.name, expression);
  }
}

function functionCall(scope: Scope, name: string, node: Extract<YulExpression, { nodeType: "YulFunctionCall" }>): Term {
  const { run } = scope;
  // Yul evaluates its arguments from right to left.
  const args = node.arguments.map((argument) => argument).reverse().map((argument) => evaluate(scope, argument)).reverse();
  const [first = UNKNOWN, second = UNKNOWN, third = UNKNOWN] = args;
  const environment = ENVIRONMENT[name];
  if (environment !== undefined) return { op: "environment", name: environment };
  const operator = OPERATORS[name];
  if (operator !== undefined) return { op: "binary", operator: logical(operator, first, second), left: first, right: second };
  const callKind = CALLS[name];
  if (callKind !== undefined) return call(scope, name, callKind, args, node);
  switch (name) {
    case "caller":
      return CALLER;
    case "iszero":
      return negate(truthy(first));
    case "shl":
    case "shr":
      return second;
    case "sload":
    case "tload": {
      const term = slot(name === "tload" ? "tslot" : "slot", first);
      run.emit({ kind: "read", storage: pathOf(term), term }, node);
      return term;
    }
    case "sstore":
    case "tstore": {
      const term = slot(name === "tstore" ? "tslot" : "slot", first);
      run.emit({ kind: "write", storage: pathOf(term), term, operator: "=", value: second }, node);
      return UNKNOWN;
    }
    case "revert":
    case "invalid":
      run.revert();
      return UNKNOWN;
    case "return":
    case "stop":
      if (run.frame) run.frame.ending = "returns";
      return UNKNOWN;
    case "selfdestruct":
      run.emit({ kind: "selfdestruct" }, node);
      return UNKNOWN;
    default:
      return { op: "call", name, kind: "builtin", args: [first, second, third].slice(0, args.length), node };
  }
}

function call(scope: Scope, name: string, kind: CallKind, args: readonly Term[], node: { src: string }): Term {
  const isCreate = kind === "create";
  const target = isCreate ? undefined : args[1];
  const value = isCreate ? args[0] : kind === "low-level" || name === "callcode" ? args[2] : undefined;
  const gas = isCreate ? undefined : args[0];
  const term: Extract<Term, { op: "call" }> = { op: "call", name, kind, args: [], node, ...(target && { target }) };
  const smallGas = gas?.op === "literal" && Number(gas.text) <= 10_000;
  const isView = kind === "staticcall";
  const precompile = target?.op === "literal" && Number(target.text) > 0 && Number(target.text) < 256;
  scope.run.emit(
    { kind: "call", call: term, callKind: kind, isView, canReenter: !isView && !isCreate && !smallGas && !precompile, ...(value && { value }) },
    node,
  );
  return term;
}

function slot(prefix: string, at: Term): Term {
  if (at.op === "state") return at;
  return { op: "state", key: `${prefix}:${textOf(at)}`, slot: at };
}

function pathOf(term: Term): { key: string; fields: readonly string[]; indexes: readonly Term[] } {
  return { key: term.op === "state" ? term.key : textOf(term), fields: [], indexes: [] };
}

/** `and`/`or` of two conditions is a logical operation, of two numbers a bitwise one. */
function logical(operator: string, left: Term, right: Term): string {
  if (operator !== "&" && operator !== "|") return operator;
  const both = isBoolean(left) && isBoolean(right);
  return both ? operator + operator : operator;
}

function isBoolean(term: Term): boolean {
  return (term.op === "binary" && BOOLEAN.has(term.operator)) || term.op === "not";
}

function truthy(term: Term): Term {
  return term.op === "phi" ? phi(...term.options) : term;
}
